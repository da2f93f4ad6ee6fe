"""When two leads become one: of two open handoffs that of the lead that carries goes on, the other is closed as merged
and its clocks stop; so is one of a lead that sales has accepted already. Taken back, both are as they were."""

from typing import Any

from handoff import handoffs, ledger, reopening
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from leads.identity import movers
from leads.identity.movers import Going
from leads.models import Lead
from leads.stages import Stage


def before(going: Going) -> dict[str, Any]:
    """Closes the handoff that does not go on; what it and its clocks were like."""
    both = Handoff.objects.filter(
        lead__in=[going.survivor_id, going.loser_id], state__in=OPEN_STATES
    ).select_for_update()  # fmt: skip
    others = [one for one in both if one.lead_id != going.carrier_id]
    if not others or (len(both) < 2 and not _is_accepted(going.carrier_id)):
        return {}
    kept = reopening.keep(others[0])
    handoffs.close(others[0], state=Handoff.State.MERGED, at=going.at)
    return kept


def _is_accepted(lead_id: int) -> bool:
    stage = Lead.objects.values_list("stage", flat=True).get(pk=lead_id)
    return stage in (Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER)


def undo(going: Going, kept: dict[str, Any]) -> None:
    """Opens it again, with the deadlines it had, unless its lead is in other hands by now."""
    if not kept:
        return
    was = reopening.reopen(kept, ended_as=Handoff.State.MERGED, at=going.at)
    if was is not None:
        ledger.reopened(was.pk, at=going.at)


movers.of_sales("handoff.Handoff", "handoff.Touch", "handoff.RoutingDecision")
movers.register("handoff", movers.Mover(before, undo))
