"""Out of sight until a time. The promise runs on, so nothing sleeps past its deadline: what is due sooner is not
put to sleep at all, and what becomes due sooner is woken (see queue.asking.of_tab)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from handoff.handoffs import hold_all
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from handoff.queue import SOON
from leads import journal

LONGEST = timedelta(days=92)


class NoTime(Exception):
    """The time is over already, or too far away."""


@dataclass(frozen=True)
class Snoozed:
    """Handoff ids: those that sleep now, and those whose deadline comes before the end of the nap."""

    ids: list[int]
    due_sooner: list[int]


def snooze(handoff_ids: Collection[int], *, until: datetime, by: User, at: datetime) -> Snoozed:
    """Hides open handoffs from the queue until a time. Raises NoTime."""
    if not at < until <= at + LONGEST:
        raise NoTime
    with transaction.atomic():
        hold_all(handoff_ids)
        found = Handoff.objects.filter(pk__in=handoff_ids, state__in=OPEN_STATES)
        calm = found.filter(Q(act_by=None) | Q(act_by__gte=until + SOON))
        rows = dict(calm.order_by("pk").values_list("pk", "lead"))
        Handoff.objects.filter(pk__in=rows).update(snoozed_until=until)
        each = {lead: {"handoff": pk, "at": until.isoformat()} for pk, lead in rows.items()}
        journal.write("handoff.snoozed", each, at=at, by=by, each=each)
    late = set(found.values_list("pk", flat=True)) - set(rows)
    return Snoozed(sorted(rows), sorted(late))


def wake(handoff_ids: Collection[int]) -> None:
    """Back in sight at once."""
    Handoff.objects.filter(pk__in=handoff_ids).update(snoozed_until=None)
