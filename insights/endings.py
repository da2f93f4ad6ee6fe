"""How an accepted lead ended: won or lost, by the last deal that came of this acceptance. A deal that was opened here
says whose it is; any other belongs to the last acceptance before it ended, so that a lead that was accepted twice has
its deal once."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from handoff.models import Handoff
from leads.models import Outcome

WON, LOST = Outcome.Result.WON, Outcome.Result.LOST
ENDINGS = (WON.value, LOST.value)

_ACCEPTED_AGAIN = Handoff.objects.filter(
    lead=OuterRef("lead"), state=Handoff.State.ACCEPTED,
    disposed_at__gt=OuterRef(OuterRef("disposed_at")), disposed_at__lte=OuterRef("at"),
)  # fmt: skip
DEALS = Outcome.objects.filter(
    Q(crossing=OuterRef("crossing")) | Q(crossing=None) & ~Exists(_ACCEPTED_AGAIN),
    lead=OuterRef("lead"), result__in=ENDINGS, at__gte=OuterRef("disposed_at"),
).order_by("-at", "-id")  # fmt: skip
ENDING = Case(
    When(state=Handoff.State.ACCEPTED, then=Subquery(DEALS.values("result")[:1])),
    default=Value(None),
    output_field=CharField(null=True),
)


def with_ending(handoffs: QuerySet[Handoff]) -> QuerySet[Any]:
    """Each with its `ending`: won, lost, or None while there is none."""
    return handoffs.annotate(ending=ENDING)
