"""When two leads become one: of two waiting SQLs, and of two open deals, that of the lead that carries stays; the other
is set aside as merged. Taken back, both are as they were. Of two sequences of e-mails the younger ends for good."""

from typing import Any

from leads.identity import movers
from leads.identity.movers import Going
from qualification.models import Opportunity, PassedSql
from qualification.nurturing import leaving

State = Opportunity.State


def before(going: Going) -> dict[str, Any]:
    both = [going.survivor_id, going.loser_id]

    def carried_first(row: Opportunity | PassedSql) -> bool:
        return row.lead_id != going.carrier_id

    open_deals = sorted(
        Opportunity.objects.filter(lead__in=both, state=State.OPEN), key=carried_first
    )
    waiting = sorted(PassedSql.objects.filter(lead__in=both, ended_at=None), key=carried_first)
    deals = [one.pk for one in open_deals[1:]]
    # With a deal that is open nobody waits for one.
    passed = [one.pk for one in waiting[0 if open_deals else 1 :]]
    Opportunity.objects.filter(pk__in=deals).update(state=State.MERGED, closed_at=going.at)
    PassedSql.objects.filter(pk__in=passed).update(ended_at=going.at, end=PassedSql.End.MERGED)
    return {
        "deals": deals,
        "passed": passed,
        "enrolments": leaving.merge(both, going.at),
    }


def undo(going: Going, kept: dict[str, Any]) -> None:
    """Open again, unless the lead has another open one by now."""
    for deal in Opportunity.objects.filter(pk__in=kept.get("deals", []), state=State.MERGED):
        if not Opportunity.objects.filter(lead=deal.lead_id, state=State.OPEN).exists():
            Opportunity.objects.filter(pk=deal.pk).update(state=State.OPEN, closed_at=None)
    for passed in PassedSql.objects.filter(pk__in=kept.get("passed", []), end=PassedSql.End.MERGED):
        if not PassedSql.objects.filter(lead=passed.lead_id, ended_at=None).exists():
            PassedSql.objects.filter(pk=passed.pk).update(ended_at=None, end="")


movers.of_sales(
    "qualification.Scorecard", "qualification.PassedSql", "qualification.Opportunity",
    "qualification.Enrolment", "qualification.Stakeholder",
)  # fmt: skip
movers.register("closing", movers.Mover(before, undo))
