"""How long a rep needs for a lead, from the claim to the first touch, in working time."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Case, Count, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Greatest

from handoff.models import SlaTimer
from insights.numbers import FEW, Percentile
from insights.sla.asking import Ask

Milestone = SlaTimer.Milestone
# Until enough leads were touched to know better.
USUAL = 15 * 60
LEAST, MOST = 60, 4 * 3600

_CLAIM = SlaTimer.objects.filter(
    handoff=OuterRef("handoff"), milestone=Milestone.CLAIM, closed_at__lte=OuterRef("closed_at")
).order_by("-cycle")
# Working seconds of whoever held the lead last; what it lay unclaimed before is nobody's.
HUMAN = Case(
    When(
        milestone=Milestone.FIRST_TOUCH,
        then=Greatest(0, F("consumed_s") - Subquery(_CLAIM.values("consumed_s")[:1])),
    ),
    output_field=IntegerField(),
)


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
