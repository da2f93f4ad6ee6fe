"""When two leads become one: of two open handoffs the older stays, the other is closed as merged and its clocks
stop. Taken back, both are as they were."""

from typing import Any

from handoff import handoffs, ledger, reopening
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from leads.identity import movers
from leads.identity.movers import Going


def before(going: Going) -> dict[str, Any]:
    """Closes the younger of two open handoffs; what it and its clocks were like."""
    both = Handoff.objects.filter(
        lead__in=[going.survivor_id, going.loser_id], state__in=OPEN_STATES
    ).select_for_update().order_by("opened_at", "pk")  # fmt: skip
    if len(both) < 2:
        return {}
    younger = both[1]
    kept = reopening.keep(younger)
    handoffs.close(younger, state=Handoff.State.MERGED, at=going.at)
    return kept


def undo(going: Going, kept: dict[str, Any]) -> None:
    """Opens it again, with the deadlines it had, unless its lead is in other hands by now."""
    if not kept:
        return
    was = reopening.reopen(kept, ended_as=Handoff.State.MERGED, at=going.at)
    if was is not None:
        ledger.reopened(was.pk, at=going.at)


movers.register("handoff", movers.Mover(before, undo))
