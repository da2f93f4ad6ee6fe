"""Webhooks as people set them up: name, sender, secret, and what becomes of a message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import secrets
from accounts.models import User
from leads.hooks import bodies, senders
from leads.hooks.mapping import Plan, plan_of
from leads.hooks.signatures import Secrets
from leads.models import Delivery, Hook

State = Delivery.State
WRITABLE = ("name", "sender", "source", "scheme", "header", "user", "overwrites", "is_live")


class NameTaken(Exception):
    """Another webhook has this name."""


def save(hook: Hook | None, values: Mapping[str, Any], *, by: User, at: datetime) -> Hook:
    """Writes the WRITABLE `values` on a webhook, or makes a new one; a `secret` in `values` replaces the one that
    is kept. Raises NameTaken."""
    hook = hook or Hook(created_by=by, created_at=at)
    for name in WRITABLE:
        if name in values:
            setattr(hook, name, values[name])
    if values.get("secret"):
        hook.secret = secrets.seal(values["secret"])
    try:
        with transaction.atomic():
            hook.save()
    except IntegrityError:
        raise NameTaken from None
    return hook


def secrets_of(hook: Hook) -> Secrets:
    """The secret of a webhook. Raises accounts.secrets.Unreadable."""
    keys = [line.strip() for line in secrets.unseal(hook.secret).splitlines()]
    return Secrets([key for key in keys if key], header=hook.header, user=hook.user)


def handshake_token(hook: Hook) -> str:
    """What Facebook is told and repeats when it asks whether the address is ours."""
    return salted_hmac(
        "leads.hooks.handshake", str(hook.public_id), algorithm="sha256"
    ).hexdigest()[:32]


def is_handshake(hook: Hook, token: str) -> bool:
    return constant_time_compare(token, handshake_token(hook))


def plan(hook: Hook) -> Plan:
    return plan_of(hook.mapping)


def map_by(hook: Hook, plan: Plan, *, sample: str) -> None:
    """Keeps what becomes of messages from now on, and the message it was made by."""
    hook.mapping, hook.sample = plan.stored(), sample
    hook.save(update_fields=["mapping", "sample"])


def sample_of(hook: Hook) -> str:
    """The message to map by: the one it was mapped by, else the last that came."""
    return hook.sample or last_message(hook)


def last_message(hook: Hook) -> str:
    """The last message that came and was not refused; empty for none."""
    newest = hook.deliveries.exclude(state=State.REFUSED).order_by("-id").first()
    return bodies.pretty(bytes(newest.body), newest.headers) if newest else ""


def sender(hook: Hook) -> senders.Sender:
    return senders.SENDERS.get(hook.sender, senders.GENERIC)


def scheme_of(sender: str) -> str:
    """How this sender signs."""
    return senders.SENDERS[sender].scheme


def listed() -> QuerySet[Hook]:
    """All webhooks with `taken`, `waiting`, `failed`, `refused` and `last_at`."""
    return Hook.objects.order_by("name").annotate(
        taken=_count(State.DONE),
        waiting=_count(State.RECEIVED),
        failed=_count(State.FAILED),
        refused=_count(State.REFUSED),
        last_at=Max("deliveries__received_at"),
    )


def _count(state: str) -> Count:
    return Count("deliveries", filter=Q(deliveries__state=state))
