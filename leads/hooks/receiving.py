"""A message arrives: it is verified, kept in one row with the bell for the pipeline, and answered at once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts import secrets
from accounts.rate_limit import take
from leads import journal
from leads.hooks import bodies, editing, signatures
from leads.hooks.signatures import Message, NotVerified
from leads.models import Delivery, Hook

State = Delivery.State
# Headers that are kept, so that a person can see what came and a signature be checked again. Never a password.
KEPT = ("content-type", "user-agent", "x-", "webhook-", "typeform-", "calendly-", "stripe-")
A_MINUTE, AT_ONCE = 30, 30
NEVER_KEPT = ("x-forwarded-", "x-real-ip", "x-request-id")
MOST_HEADERS, LONGEST_HEADER = 40, 500
# Names of a delivery that senders without a signature give. Where a signature does not cover the name, somebody who
# recorded a message could send it again under another one: there the body is the name.
NAMES = ("webhook-id", "x-webhook-id", "x-delivery-id", "x-request-id", "idempotency-key")


@dataclass(frozen=True)
class Answer:
    status: int
    reason: str = ""


def receive(hook: Hook, message: Message, *, who: str, at: datetime) -> Answer:
    """Keeps the message and says what to answer. The same message again is counted and answered alike. Of messages
    that nobody vouches for only some a minute are kept from each `who`."""
    if not hook.is_live:
        return Answer(410, _("This webhook is switched off."))
    if len(message.body) > bodies.LIMIT:
        return Answer(413, _("A message has at most %d bytes.") % bodies.LIMIT)
    try:
        verify(hook, message, at=at)
    except NotVerified as error:
        if take(f"hook-refused:{who}", rate_per_minute=A_MINUTE, burst=AT_ONCE).allowed:
            _keep(hook, message, State.REFUSED, str(error), at=at)
        return Answer(401, str(error))
    with transaction.atomic():
        delivery_id = _keep(hook, message, State.RECEIVED, "", at=at)
        if delivery_id:
            journal.write("hook.received", [None], at=at, data={"deliveries": [delivery_id]})
    return Answer(202)


def addresses(url: str) -> list[str]:
    """What the sender may call the address that was called: behind a proxy it is the one of SITE_URL."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return [url, settings.SITE_URL.rstrip("/") + path]


def verify(hook: Hook, message: Message, *, at: datetime) -> None:
    """Raises NotVerified. `at` is when the message was received."""
    if hook.scheme == Hook.Scheme.NONE:
        return
    try:
        kept = editing.secrets_of(hook)
    except secrets.Unreadable as error:
        raise NotVerified(str(error)) from None
    signatures.verify(hook.scheme, message, kept, at=at)


def _keep(hook: Hook, message: Message, state: str, reason: str, *, at: datetime) -> int:
    """The id of the new row; 0 if the message was there already."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_delivery AS d
                      (hook_id, digest, state, reason, headers, url, body, results, repeats, received_at,
                       settled_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, '[]', 0, %s, %s)
               ON CONFLICT (hook_id, digest) DO UPDATE SET repeats = d.repeats + 1
               RETURNING CASE WHEN d.repeats = 0 THEN d.id ELSE 0 END""",
            [
                hook.pk, _digest(hook, message, state), state, reason, json.dumps(_headers(hook, message.headers)),
                message.urls[0][:400], message.body, at, at if state == State.REFUSED else None,
            ],
        )  # fmt: skip
        return int(cursor.fetchone()[0])


def _digest(hook: Hook, message: Message, state: str) -> bytes:
    """What makes two messages the same. A refused one is never in the way of the same one with a good signature."""
    named = ""
    if hook.scheme == Hook.Scheme.STANDARD:
        named = message.headers.get("webhook-id", "")
    elif hook.scheme == Hook.Scheme.NONE:
        named = next((message.headers[name] for name in NAMES if message.headers.get(name)), "")
    kind = "refused" if state == State.REFUSED else "id" if named else "body"
    text = named.encode() if named and kind == "id" else message.body
    return hashlib.blake2b(kind.encode() + b"\0" + text, digest_size=16).digest()


def _headers(hook: Hook, headers: Mapping[str, str]) -> dict[str, str]:
    own = hook.header.lower()
    kept = [
        (name, value[:LONGEST_HEADER])
        for name, value in headers.items()
        if name == own or (name.startswith(KEPT) and not name.startswith(NEVER_KEPT))
    ]
    return dict(kept[:MOST_HEADERS])
