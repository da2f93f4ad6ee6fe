"""Signatures of outgoing webhooks, as https://www.standardwebhooks.com has them."""

import base64
import secrets
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from accounts.secrets import unseal
from handoff.models import Channel

# So long both secrets sign after a change.
OVERLAP = timedelta(hours=24)


def new_secret() -> str:
    """A secret in the form that libraries of receivers take: "whsec_" and 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(channel: Channel, message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """The three headers; while the secret changes there are two signatures. Raises Unreadable for a secret that was
    sealed with another key."""
    # The library takes every time for UTC, whatever its zone says.
    moment = at.astimezone(UTC)
    signed = [
        Webhook(unseal(sealed)).sign(message_id, moment, body.decode())
        for sealed in _sealed(channel, at)
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def _sealed(channel: Channel, at: datetime) -> list[str]:
    until = channel.old_secret_until
    both = channel.old_secret and until is not None and at < until
    return [channel.secret, channel.old_secret] if both else [channel.secret]
