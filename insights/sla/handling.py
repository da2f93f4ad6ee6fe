"""How long a rep needs for a lead, from the claim to the first touch, in working time."""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)

from handoff.models import Segment, SlaTimer
from handoff.models.ledger import STANDS
from insights.numbers import FEW, Percentile
from insights.sla.asking import Ask

Milestone = SlaTimer.Milestone
# Until enough leads were touched to know better.
USUAL = 15 * 60
LEAST, MOST = 60, 4 * 3600

# Working seconds in people's hands until the first touch, as the ledger tells; what the lead lay unclaimed before
# is nobody's.
_HELD = (
    Segment.objects.filter(
        STANDS, handoff=OuterRef("handoff"), holder=Segment.Holder.PERSON,
        ended_at__lte=OuterRef("closed_at"),
    )
    .order_by().values("handoff").annotate(s=Sum("working_s")).values("s")
)  # fmt: skip


def _until_touch(held: QuerySet[Any]) -> Case:
    return Case(When(milestone=Milestone.FIRST_TOUCH, then=Subquery(held)))


HUMAN = _until_touch(_HELD)
# Of the one alone who touched it, for promises with `who`.
OWN = _until_touch(_HELD.filter(user=OuterRef("who")))


@dataclass(frozen=True)
class Handling:
    """`seconds` a lead; `measured` says of how many touches, 0 where it is only assumed."""

    seconds: int
    measured: int


def handling(ask: Ask) -> Handling:
    """The median of the first touches of the period."""
    touched = ask.promised(every=True).filter(
        milestone=Milestone.FIRST_TOUCH, closed_at__isnull=False
    )
    known: dict[str, Aggregate | Any] = {
        "n": Count("pk", filter=Q(human__isnull=False)),
        "median": Percentile(F("human"), 0.5),
    }
    found = touched.annotate(human=HUMAN).aggregate(**known)
    if found["n"] < FEW:
        return Handling(USUAL, 0)
    return Handling(min(MOST, max(LEAST, round(found["median"]))), found["n"])
