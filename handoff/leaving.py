"""Somebody is deactivated: what they held goes back to the queue, and routing finds others for it."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import clock, people
from accounts.models import User
from handoff import claims, handoffs
from handoff.models import Handoff
from handoff.routing import offers


def give_back(user: User) -> None:
    """Takes back all that the person holds or is offered, in the transaction that deactivates them."""
    at = clock.now()
    held = Handoff.objects.filter(owner=user, state=Handoff.State.CLAIMED)
    ids = list(held.order_by("pk").values_list("pk", flat=True))
    if ids:
        claims.take_back(ids, at=at, reason=_("%s was deactivated.") % user.name)
    offered = Handoff.objects.filter(offered_to=user, state=Handoff.State.QUEUED)
    _route([*ids, *offered.values_list("pk", flat=True)], at=at)


def _route(ids: list[int], *, at: datetime) -> None:
    if ids:
        handoffs.hold_all(ids)
        offers.take_back(ids)
        offers.again(ids, at=at)


people.followed_when_leaving(give_back)
