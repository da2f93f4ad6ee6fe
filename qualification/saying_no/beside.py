"""What the sheets of a no show beside their forms."""

from datetime import datetime
from typing import Any

from handoff.models import Handoff
from qualification.saying_no import attempts
from scoring import cooling


def beside(handoff: Handoff, *, at: datetime) -> dict[str, Any]:
    """How often the lead was tried, and until when its model lets it rest at least."""
    return {
        "attempts_needed": attempts.needed(handoff.team_id),
        "attempts_made": attempts.made(handoff),
        "cools_until": cooling.rests_until(handoff.lead_id, at=at),
    }
