"""Who has a card open just now."""

from datetime import datetime, timedelta

from accounts.models import User
from handoff.models import Handoff
from qualification.models import CardSeat

# The page says every 15 seconds that it is still open.
PRESENT = timedelta(seconds=40)


def touch(handoff: Handoff, user: User, *, at: datetime) -> None:
    """This person has the card open."""
    CardSeat.objects.update_or_create(handoff=handoff, user=user, defaults={"at": at})


def others(handoff: Handoff, user: User, *, at: datetime) -> list[User]:
    """Who else has it open, by name."""
    found = CardSeat.objects.filter(handoff=handoff, at__gt=at - PRESENT).exclude(user=user)
    return [row.user for row in found.select_related("user").order_by("user__name")[:5]]
