"""Leads that are asked before sales hears of them: whoever answers, or cannot be asked, is handed over."""

from collections.abc import Collection
from datetime import datetime

from handoff.models import RoutingDecision
from handoff.routing.decision import Outcome
from leads import crossings


def hand_over(lead_ids: Collection[int], *, at: datetime) -> None:
    """Lets the handoffs of those be opened whom routing asked first; of others it changes nothing."""
    asked = RoutingDecision.objects.filter(
        lead__in=lead_ids, outcome=Outcome.ASK, crossing__handoff=None
    )
    ids = list(asked.values_list("crossing", flat=True))
    if ids:
        crossings.open_held(ids, at=at, by=None, by_hand=False)
