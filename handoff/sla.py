"""How promises are kept, counted from deadlines and from when they were met, never from alarms."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet

from handoff.access import Principal, visible
from handoff.models import Handoff, SlaTimer
from handoff.models.handoffs import OPEN_STATES

CANCELLED = SlaTimer.State.CANCELLED
WEEK = timedelta(days=7)


class Median(Aggregate):
    function = "percentile_cont"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Kept:
    """Promises of a span of time that were kept, and those that were not."""

    kept: int
    late: int

    @property
    def total(self) -> int:
        return self.kept + self.late

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all; None where nothing was promised."""
        return 100 * self.kept // self.total if self.total else None


def late(*, at: datetime, since: datetime | None = None) -> Q:
    """Clocks stopped after their deadline, or running past it; with a deadline after `since`."""
    passed = Q(closed_at=None, due_at__lt=at) | Q(closed_at__gt=F("due_at"))
    return ~Q(state=CANCELLED) & Q(cause="") & passed & (Q(due_at__gte=since) if since else Q())


def kept(*, since: datetime) -> Q:
    """Clocks stopped in time, after `since`."""
    return ~Q(state=CANCELLED) & Q(closed_at__lte=F("due_at"), closed_at__gte=since)


def clocks(principal: Principal, action: str = "sla.view") -> QuerySet[SlaTimer]:
    """The clocks of the handoffs that `principal` may see."""
    return SlaTimer.objects.filter(handoff__in=visible(principal, action).values("pk"))


def strip(principal: Principal, *, at: datetime, today: datetime) -> tuple[float | None, Kept]:
    """Median working seconds until a claim, since `today`; and promises kept in seven days."""
    claimed = Q(milestone=SlaTimer.Milestone.CLAIM, closed_at__gte=today) & ~Q(state=CANCELLED)
    since = at - WEEK
    numbers = (
        clocks(principal, "handoff.view")
        .filter(Q(closed_at=None, due_at__lt=at) | Q(closed_at__gte=since))
        .aggregate(
            median=Median("consumed_s", filter=claimed),
            kept=Count("pk", filter=kept(since=since)),
            late=Count("pk", filter=late(at=at, since=since)),
        )
    )
    return numbers["median"], Kept(numbers["kept"], numbers["late"])


@dataclass(frozen=True)
class Now:
    """How the queue stands: numbers of open handoffs, and the one that waits longest."""

    unclaimed: int
    soon: int
    overdue: int
    oldest: Handoff | None
    oldest_for: timedelta | None


def now(principal: Principal, *, at: datetime, soon: timedelta, team: int | None = None) -> Now:
    """Of one team, or of all that `principal` may see."""
    handoffs = visible(principal, "sla.view").filter(state__in=OPEN_STATES)
    if team is not None:
        handoffs = handoffs.filter(team=team)
    numbers = handoffs.aggregate(
        unclaimed=Count("pk", filter=Q(state=Handoff.State.QUEUED)),
        soon=Count("pk", filter=Q(next_due_at__gte=at, next_due_at__lt=at + soon)),
        overdue=Count("pk", filter=Q(next_due_at__lt=at)),
    )
    untouched = handoffs.filter(first_touch_at=None).select_related("lead")
    oldest = untouched.order_by("opened_at", "pk").first()
    return Now(**numbers, oldest=oldest, oldest_for=at - oldest.opened_at if oldest else None)
