"""What routing decided of one lead."""

from dataclasses import dataclass
from datetime import datetime

from handoff.models import RoutingDecision

# What the row of a handoff holds of a reason; the decision holds more.
MOST_REASON = 300
Outcome = RoutingDecision.Outcome


@dataclass(frozen=True)
class Decision:
    """`rep_id` is whom it is offered to until `offered_until`; where nobody can take it now, routing looks again at
    `offer_at`. `owner_id` is who keeps the lead: the account's owner, for a customer who has one."""

    outcome: Outcome
    team_id: int | None
    reason: str
    rule_id: int | None = None
    rep_id: int | None = None
    offered_until: datetime | None = None
    offered_at: datetime | None = None
    offer_at: datetime | None = None
    owner_id: int | None = None
    tier: str = ""

    @property
    def opens(self) -> bool:
        """Whether sales gets it now."""
        return self.outcome not in (Outcome.ASK, Outcome.NURTURE)
