"""Promises of a claim and of a first touch: who kept them, or did not."""

from django.db.models import BigIntegerField, Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from handoff.models import Segment, SlaTimer, Touch
from handoff.models.ledger import STANDS
from handoff.touches import REACHING

CLAIM = SlaTimer.Milestone.CLAIM

# A lead may have been given back and taken by somebody else since: who stopped this clock is who was
# there at that moment.
_CLAIMED = Segment.objects.filter(
    STANDS, handoff=OuterRef("handoff"), step=Segment.Step.CLAIMED, started_at=OuterRef("closed_at")
)
_TOUCHED = Touch.objects.filter(
    lead=OuterRef("handoff__lead"), occurred_at=OuterRef("closed_at"), kind__in=REACHING
)
ID = BigIntegerField()
WHO = Coalesce(
    Case(
        When(milestone=CLAIM, then=Subquery(_CLAIMED.values("user")[:1])),
        default=Subquery(_TOUCHED.order_by("id").values("by")[:1]),
        output_field=ID,
    ),
    F("handoff__owner"),
    output_field=ID,
)


def with_person(promises: QuerySet[SlaTimer]) -> QuerySet[SlaTimer]:
    """Each with `who`: the person that stopped the clock, else whose lead it is; None for nobody."""
    return promises.annotate(who=WHO)
