"""The inbox of disputes: what a rep said of a fact that made an MQL, with everything that speaks for and against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from leads import access
from qualification.models import FactVerdict

PAGE = 20
LATELY = timedelta(days=30)
# The navigation says that there are more.
COUNTED_TO = 1_000

Verdict = FactVerdict.Verdict
DISPUTES = ~Q(verdict=Verdict.RIGHT)
OPEN = Q(settled_at=None)


@dataclass(frozen=True)
class Line:
    """`similar` is how many other disputes of the last 30 days are about the same criterion."""

    dispute: FactVerdict
    similar: int

    @property
    def deeds(self) -> list[str]:
        """What marketing can do, by its name in addresses."""
        fixable = self.dispute.field and self.dispute.verdict != Verdict.NOT_COUNTING
        return ["fix", "adjust", "disagree"] if fixable else ["adjust", "disagree"]


@dataclass(frozen=True)
class Page:
    """`after` is the id beyond which the next page begins, None at the end."""

    lines: Sequence[Line]
    after: int | None


def disputes(user: User) -> QuerySet[FactVerdict]:
    """Those about leads that this person settles disputes of."""
    seen = access.visible(user, "dispute.settle")
    return FactVerdict.objects.filter(DISPUTES, disposition__handoff__lead__in=seen)


def counts(user: User) -> Mapping[str, int]:
    """How many are open, settled, and open by verdict."""
    found = disputes(user)
    kinds = {
        str(kind): Count("pk", filter=OPEN & Q(verdict=kind))
        for kind in Verdict
        if kind != Verdict.RIGHT
    }
    return found.aggregate(
        open=Count("pk", filter=OPEN), settled=Count("pk", filter=~OPEN), **kinds
    )


def count_open() -> int:
    """For the navigation of those who see all of them."""
    return FactVerdict.objects.filter(DISPUTES, OPEN).values("pk")[:COUNTED_TO].count()


def page(user: User, *, show: str, verdict: str, after: int | None, at: datetime) -> Page:
    """The newest first; `show` is open or settled, `verdict` one of them or empty for all."""
    found = disputes(user).filter(OPEN if show == "open" else ~OPEN)
    if verdict in Verdict.values:
        found = found.filter(verdict=verdict)
    if after is not None:
        found = found.filter(pk__lt=after)
    found = found.select_related(
        "by", "settled_by", "draft__model", "disposition__reason",
        "disposition__handoff__lead__score", "disposition__handoff__crossing",
    )  # fmt: skip
    rows = list(found.order_by("-pk")[: PAGE + 1])
    shown = rows[:PAGE]
    lately = _lately({row.criterion for row in shown}, at)
    # Each counts itself where it is of these days.
    lines = [
        Line(row, max(0, lately.get(row.criterion, 0) - (row.at >= at - LATELY))) for row in shown
    ]
    return Page(lines, shown[-1].pk if len(rows) > PAGE else None)


def _lately(criteria: set[str], at: datetime) -> dict[str, int]:
    found = FactVerdict.objects.filter(DISPUTES, criterion__in=criteria, at__gte=at - LATELY)
    return dict(found.values_list("criterion").annotate(n=Count("pk")).order_by())
