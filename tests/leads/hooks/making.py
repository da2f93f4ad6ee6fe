"""Webhooks and messages for tests, made the way the product makes them."""

import json
from typing import Any

from django.test import Client

from accounts import clock
from accounts.models import Role
from leadhub import pipeline
from leads import fields
from leads.hooks import editing, senders
from leads.hooks.mapping import Plan
from leads.models import Delivery, Hook
from tests import factories


def make_hook(
    name: str = "Their forms", *, like: Any = None, plan: Plan | None = None, **over: Any
) -> Hook:
    """A webhook without signature; mapped as the product would guess from the payload `like`."""
    by = factories.make_user(Role.MARKETER)
    values = {"name": name, "source": name, "sender": "generic", "scheme": "none", **over}
    hook = editing.save(None, values, by=by, at=clock.now())
    if like is not None:
        plan = senders.guess(like, sender=senders.recognised(like), fields=fields.catalogue())
    if plan is not None:
        editing.map_by(hook, plan, sample=json.dumps(like))
    return hook


def send(hook: Hook, payload: Any, *, drain: bool = True, **headers: str) -> Any:
    """Posts a payload like a sender, and lets the pipeline take it."""
    body = payload if isinstance(payload, bytes | str) else json.dumps(payload)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = named.pop("Content-Type", "application/json")
    answer = Client(headers=named).post(f"/hooks/{hook.public_id}/", body, content_type=kind)
    if drain:
        pipeline.drain()
    return answer


def only(hook: Hook) -> Delivery:
    return Delivery.objects.get(hook=hook)
