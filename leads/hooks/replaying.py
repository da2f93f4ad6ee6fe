"""Messages are taken again: after the mapping was mended, or the secret."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads import journal
from leads.hooks import receiving
from leads.hooks.signatures import Message, NotVerified
from leads.models import Delivery, Hook

State = Delivery.State
# How many go with one press of the button; it can be pressed again.
MOST = 500


def replay(deliveries: QuerySet[Delivery], *, at: datetime) -> int:
    """Lets messages be taken again, at most MOST of them, the oldest first; says how many. A lead is not made twice
    and an event not counted twice. One that was refused is verified again, as of the moment it came."""
    with transaction.atomic():
        some = list(
            deliveries.exclude(state=State.RECEIVED).select_related("hook")
            .select_for_update(of=("self",)).order_by("id")[:MOST]
        )  # fmt: skip
        ids = [one.pk for one in some if one.state != State.REFUSED or _is_good(one)]
        Delivery.objects.filter(pk__in=ids).update(state=State.RECEIVED, reason="", settled_at=None)
        if ids:
            journal.write("hook.received", [None], at=at, data={"deliveries": ids})
    return len(ids)


def unsettled(hook: Hook) -> QuerySet[Delivery]:
    """What failed or was refused."""
    return hook.deliveries.filter(state__in=[State.FAILED, State.REFUSED])


def _is_good(delivery: Delivery) -> bool:
    urls = receiving.addresses(delivery.url)
    message = Message("POST", urls, delivery.headers, bytes(delivery.body))
    try:
        receiving.verify(delivery.hook, message, at=delivery.received_at)
    except NotVerified:
        return False
    return True
