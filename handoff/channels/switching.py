"""Channels are switched off, by a person or because nothing arrives, and on again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from handoff.models import Channel, Delivery
from handoff.notifications import Note, tell

State = Delivery.State
OFF = gettext_lazy("The channel is switched off.")


def switch_off(
    channel: Channel, *, at: datetime, reason: str = "", since: datetime | None = None
) -> None:
    """Nothing more goes there; what waited failed, and can be sent again once it is on. With a reason it was not a
    person who did it: administrators, and who made the channel, are told. `since` is since when it failed."""
    with transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(
            is_on=False, off_reason=reason[:300], rests_until=None
        )
        waiting = Delivery.objects.filter(channel=channel, state=State.PENDING)
        waiting.update(state=State.FAILED, error=str(OFF))
        if reason:
            _tell(channel, reason, since, at)


def switch_on(channel: Channel) -> None:
    """It begins anew, with no failures."""
    Channel.objects.filter(pk=channel.pk).update(
        is_on=True, off_reason="", failures=0, failing_since=None, rests_until=None
    )


def _tell(channel: Channel, reason: str, since: datetime | None, at: datetime) -> None:
    text = _("The channel “%(channel)s” is switched off. %(reason)s")
    if since:
        text = _("Nothing arrived at “%(channel)s” for days: it is switched off. %(reason)s")
    text %= {"channel": channel.name, "reason": reason}
    people = list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True))
    maker = channel.created_by
    if maker and maker.is_active and maker not in people:
        people.append(maker)
    about = f"channel:{channel.public_id}:{at:%Y-%m-%dT%H:%M}"
    tell([Note(user, "channel_off", about, text) for user in people], at=at)
