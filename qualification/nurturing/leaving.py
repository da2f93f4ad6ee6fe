"""What ends a sequence for a lead: it replies, clicks, goes to sales, wants no e-mails, or somebody takes it out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from accounts.models import User
from handoff.models.handoffs import OPEN_STATES
from leads import journal
from leads.journal import Entry
from leads.models import Lead
from qualification.models import Enrolment
from qualification.nurturing.enrolling import WRITTEN_TO

End = Enrolment.End


def leave(
    lead_ids: Collection[int],
    end: str,
    *,
    at: datetime,
    by: User | None = None,
    only: Q | None = None,
) -> list[int]:
    """Ends the running enrolments of these leads; gives the leads that were in one."""
    running = Enrolment.objects.filter(only or Q(), lead__in=lead_ids, ended_at=None)
    held = list(running.select_for_update().order_by("pk"))
    Enrolment.objects.filter(pk__in=[one.pk for one in held]).update(
        ended_at=at, end=end, next_at=None
    )
    each = {one.lead_id: {"sequence": one.sequence_id, "end": end} for one in held}
    journal.write("lead.unenrolled", sorted(each), at=at, by=by, each=each)
    return sorted(each)


def _leads(entries: Sequence[Entry]) -> list[int]:
    return sorted({entry.lead_id for entry in entries if entry.lead_id is not None})


def replied(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `lead.wrote`."""
    leave(_leads(entries), End.REPLIED, at=at)


def went_to_sales(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `handoff.opened`: from here on a person writes."""
    leave(_leads(entries), End.CROSSED, at=at)


def crossed(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `lead.crossed`. Whom routing keeps back is enrolled after that, by its entry."""
    before = [Q(lead=entry.lead_id, entered_at__lt=entry.at) for entry in entries]
    leave(_leads(entries), End.CROSSED, at=at, only=reduce(or_, before))


def merged(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `lead.merged`: the other was with sales."""
    with_sales = ~Q(stage__in=WRITTEN_TO) | Q(handoffs__state__in=OPEN_STATES)
    ids = Lead.objects.filter(with_sales, pk__in=_leads(entries)).values_list("pk", flat=True)
    leave(set(ids), End.CROSSED, at=at)


def taken_back(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `handoff.undone`: who was recycled by mistake is not nurtured."""
    leave(_leads(entries), End.CROSSED, at=at)


def unwilling(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `lead.suppressed`."""
    ids = Lead.objects.filter(pk__in=_leads(entries)).exclude(stopped="")
    leave(list(ids.values_list("pk", flat=True)), End.UNSUBSCRIBED, at=at)


def merge(lead_ids: Sequence[int], at: datetime) -> list[int]:
    """Of two leads that become one the younger enrolment ends; gives it."""
    both = list(
        Enrolment.objects.filter(lead__in=lead_ids, ended_at=None).order_by("entered_at", "pk")
    )
    ended = [one.pk for one in both[1:]]
    Enrolment.objects.filter(pk__in=ended).update(ended_at=at, end=End.MERGED, next_at=None)
    return ended
