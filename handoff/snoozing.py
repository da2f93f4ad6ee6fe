"""Out of sight until a time. The promise runs on, so nothing sleeps past its deadline: what is due sooner is not
put to sleep at all, and what becomes due sooner is woken (see queue.asking.of_tab)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import policy
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
    """Handoff ids: those that sleep now, those whose deadline comes before the end of the nap, and those that a
    colleague holds."""

    ids: list[int]
    due_sooner: list[int]
    held: list[int]


def snooze(handoff_ids: Collection[int], *, until: datetime, by: User, at: datetime) -> Snoozed:
    """Hides open handoffs from the queue until a time. Raises NoTime."""
    if not at < until <= at + LONGEST:
        raise NoTime
    with transaction.atomic():
        hold_all(handoff_ids)
        found = Handoff.objects.filter(pk__in=handoff_ids, state__in=OPEN_STATES)
        mine = found.filter(_own(by))
        calm = mine.filter(Q(act_by=None) | Q(act_by__gte=until + SOON))
        rows = dict(calm.order_by("pk").values_list("pk", "lead"))
        Handoff.objects.filter(pk__in=rows).update(snoozed_until=until)
        each = {lead: {"handoff": pk, "at": until.isoformat()} for pk, lead in rows.items()}
        journal.write("handoff.snoozed", each, at=at, by=by, each=each)
        own = set(mine.values_list("pk", flat=True))
        held = set(found.values_list("pk", flat=True)) - own
    return Snoozed(sorted(rows), sorted(own - rows.keys()), sorted(held))


def why_not(handoff: Handoff, asleep: Snoozed) -> str:
    """A sentence for the one that was to sleep and does not."""
    if asleep.held:
        return held_by(handoff)
    if asleep.due_sooner:
        return _("Its time runs out before that: choose an earlier moment.")
    return _ended()


def _ended() -> str:
    return _("This handoff has ended meanwhile.")


def held_by(handoff: Handoff) -> str:
    """Whose it is by now, which may be since a moment ago."""
    owner = User.objects.filter(handoffs=handoff).first() or _("A colleague")
    return _("%(name)s holds this lead.") % {"name": owner}


def wake(handoff_ids: Collection[int], *, by: User) -> int:
    """Back in sight at once; how many of the open ones are. What a colleague holds sleeps on."""
    found = Handoff.objects.filter(_own(by), pk__in=handoff_ids, state__in=OPEN_STATES)
    return found.update(snoozed_until=None)


def why_not_woken(handoff: Handoff) -> str:
    """A sentence for the one that was to be back in sight and is not."""
    is_open = Handoff.objects.filter(pk=handoff.pk, state__in=OPEN_STATES).exists()
    return held_by(handoff) if is_open else _ended()


def _own(user: User) -> Q:
    """What a colleague holds is the colleague's, or a manager's, to put aside."""
    everybodys = policy.allows(user, "handoff.reassign")
    return Q() if everybodys else Q(owner=None) | Q(owner=user)
