"""Who works a card: the owner of the handoff, a manager of its team, an administrator. Others read."""

from accounts.models import Role, User
from handoff import handoffs
from handoff.models import Handoff


class NotYours(Exception):
    """Somebody else holds this lead, or nobody claimed it yet (`owner` is None)."""

    def __init__(self, owner: User | None) -> None:
        super().__init__(owner.name if owner else "")
        self.owner = owner


def may_work(user: User, handoff: Handoff) -> bool:
    """Whether this person may answer and decide now."""
    if not handoff.is_open:
        return False
    if handoff.owner_id == user.pk or user.role == Role.ADMINISTRATOR:
        return True
    if user.role != Role.MANAGER or handoff.team_id is None:
        return False
    return user.teams.filter(pk=handoff.team_id).exists()


def hold(handoff: Handoff, *, by: User) -> Handoff:
    """Takes the lead's lock and looks again. Raises handoffs.NotOpen, or NotYours.

    Call it inside the transaction of the deed: until that ends, nobody else claims or decides."""
    now = handoffs.hold(handoff)
    if not now.is_open:
        raise handoffs.NotOpen
    if not may_work(by, now):
        raise NotYours(now.owner)
    return now
