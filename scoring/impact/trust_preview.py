"""What a rule about events would do to scores, before anybody keeps it."""

from dataclasses import dataclass

from leads.activity import trust
from leads.models import TrustRule
from scoring.live import compute, live_models
from scoring.statement.scope import these

# So many leads are computed as they are and as they would be.
SAMPLE = 5_000


@dataclass(frozen=True)
class Preview:
    """`scores` and `bands` count leads whose score and band would change; both are estimates out of `looked_at`
    leads where there are more."""

    events: int
    leads: int
    scores: int
    bands: int
    looked_at: int

    @property
    def is_estimate(self) -> bool:
        return self.looked_at < self.leads


def preview(rule: TrustRule) -> Preview:
    """Raises leads.trust.Empty."""
    reach = trust.reach(rule, SAMPLE)
    looked_at = reach.some
    before = _scores(looked_at)
    with trust.as_if(rule, looked_at):
        after = _scores(looked_at)
    share = reach.leads / len(looked_at) if looked_at else 0
    moved = [(before[lead], after[lead]) for lead in before if before[lead] != after.get(lead)]
    bands = sum(was[1] != becomes[1] for was, becomes in moved)
    return Preview(
        reach.events, reach.leads, round(len(moved) * share), round(bands * share), len(looked_at)
    )


def _scores(lead_ids: list[int]) -> dict[int, tuple[int, str]]:
    """(total, band) by lead under whichever live model applies."""
    return {
        row["lead_id"]: (row["total"], row["band"])
        for model in live_models()
        for row in compute(model.definition, these(lead_ids), applies=model.applies)
    }
