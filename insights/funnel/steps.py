"""How far an MQL came: each handoff with the moment its deal was opened and how it ended, for counts and for the
lists behind them."""

from typing import Any

from django.db.models import Case, DateTimeField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from handoff.models import Handoff
from insights.endings import DEALS, WON, with_ending
from qualification.models import Opportunity

ACCEPTED = Handoff.State.ACCEPTED
_OPENED = Opportunity.objects.filter(handoff=OuterRef("pk")).values("opened_at")[:1]
# A deal of another system may have come without its beginning; then the end is the first that is known of it.
DEALT = Case(
    When(state=ACCEPTED, then=Coalesce(Subquery(_OPENED), Subquery(DEALS.values("at")[:1]))),
    output_field=DateTimeField(null=True),
)
# What each step of the funnel has reached, and the moment from which its age counts.
REACHED: dict[str, Q] = {
    "sql": Q(state=ACCEPTED),
    "opportunity": Q(dealt_at__isnull=False),
    "won": Q(ending=WON.value),
}
CLOCKS = {"sql": "opened_at", "opportunity": "disposed_at", "won": "dealt_at"}
# Who is asked for a step: those that reached the one before.
ASKED: dict[str, Q] = {"sql": Q(), "opportunity": REACHED["sql"], "won": REACHED["opportunity"]}


def with_steps(handoffs: QuerySet[Handoff]) -> QuerySet[Any]:
    """Each with `dealt_at` and `ending`."""
    return with_ending(handoffs).annotate(dealt_at=DEALT)
