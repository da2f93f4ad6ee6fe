"""How often somebody is tried before a rep may say that they cannot be reached: as the two sides agreed."""

from handoff.models import Handoff
from handoff.touches import REACHING
from qualification.models import Terms


def needed(team_id: int | None) -> int:
    """What is agreed with the team; 0 where nothing is."""
    terms = Terms.objects.filter(team=team_id).first() if team_id else None
    return (terms or Terms()).attempts or 0


def made(handoff: Handoff) -> int:
    """Calls, e-mails and meetings of people, in this handoff."""
    return handoff.touches.filter(kind__in=REACHING, automatic=False).count()
