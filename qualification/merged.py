"""When two leads become one: of two waiting SQLs, and of two open deals, the older stays; the other is set aside as
merged. Taken back, both are as they were. Of two sequences of e-mails the younger ends for good."""

from typing import Any

from leads.identity import movers
from leads.identity.movers import Going
from qualification.models import Opportunity, PassedSql
from qualification.nurturing import leaving

State = Opportunity.State


def before(going: Going) -> dict[str, Any]:
    both = [going.survivor_id, going.loser_id]
    open_deals = list(
        Opportunity.objects.filter(lead__in=both, state=State.OPEN).order_by("opened_at", "pk")
    )
    waiting = list(
        PassedSql.objects.filter(lead__in=both, ended_at=None).order_by("passed_at", "pk")
    )
    # With a deal that is open nobody waits for one.
    younger = waiting[0 if open_deals else 1 :]
    Opportunity.objects.filter(pk__in=[one.pk for one in open_deals[1:]]).update(
        state=State.MERGED, closed_at=going.at
    )
    PassedSql.objects.filter(pk__in=[one.pk for one in younger]).update(
        ended_at=going.at, end=PassedSql.End.MERGED
    )
    return {
        "deals": [one.pk for one in open_deals[1:]],
        "passed": [one.pk for one in younger],
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


movers.register("closing", movers.Mover(before, undo))
