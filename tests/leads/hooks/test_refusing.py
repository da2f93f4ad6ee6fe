"""Messages that nobody vouches for, and how senders prove who they are."""

import base64
import hashlib
import hmac
import json

import pytest
from django.test import Client

from accounts import clock
from accounts.models import Role
from leadhub import pipeline
from leads.hooks import replaying
from leads.models import Delivery, Hook, Lead
from tests import factories
from tests.leads.hooks import payloads
from tests.leads.hooks.making import make_hook, only, send

pytestmark = pytest.mark.django_db

SIGNED = {"scheme": "facebook", "secret": "new one\nold one"}


def signature(body: bytes, key: str) -> str:
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("key", ["new one", "old one"])
def test_a_signed_message_is_taken(key: str) -> None:
    hook = make_hook(like=payloads.FACEBOOK, **SIGNED)
    body = json.dumps(payloads.FACEBOOK).encode()
    assert send(hook, body, X_Hub_Signature_256=signature(body, key)).status_code == 202
    assert Lead.objects.get().external_id == "3960"
    assert "new one" not in Hook.objects.get().secret


def test_a_message_with_a_bad_signature_is_refused_kept_and_verified_again() -> None:
    hook = make_hook(like=payloads.FACEBOOK, **SIGNED)
    body = json.dumps(payloads.FACEBOOK).encode()
    answer = send(hook, body, X_Hub_Signature_256=signature(body, "third"))
    assert answer.status_code == 401
    assert "signature" in answer.json()["error"]["message"]
    assert (only(hook).state, Lead.objects.exists()) == (Delivery.State.REFUSED, False)
    assert replaying.replay(hook.deliveries.all(), at=clock.now()) == 0
    other = make_hook("Other", scheme="facebook", secret="third")
    Hook.objects.filter(pk=hook.pk).update(secret=other.secret)
    assert replaying.replay(hook.deliveries.all(), at=clock.now()) == 1
    pipeline.drain()
    assert Lead.objects.get().last_name == "Berg"


def test_a_good_message_after_a_refused_one_is_taken() -> None:
    hook = make_hook(like=payloads.FACEBOOK, **SIGNED)
    body = json.dumps(payloads.FACEBOOK).encode()
    send(hook, body)
    send(hook, body, X_Hub_Signature_256=signature(body, "new one"))
    states = sorted(Delivery.objects.values_list("state", flat=True))
    assert states == ["done", "refused"]


def test_refused_messages_fill_no_disk() -> None:
    hook = make_hook(**SIGNED)
    codes = {send(hook, {"n": n}, drain=False).status_code for n in range(40)}
    assert codes == {401}
    assert 30 <= Delivery.objects.count() < 40


def test_a_password_is_never_kept() -> None:
    hook = make_hook(like=payloads.PIPEDRIVE, scheme="basic", user="ana", secret="open")
    word = base64.b64encode(b"ana:open").decode()
    assert (
        send(hook, payloads.PIPEDRIVE, Authorization=f"Basic {word}", Cookie="a=b").status_code
        == 202
    )
    assert send(hook, {"other": 1}, Authorization="Basic eA==").status_code == 401
    kept = json.dumps(list(Delivery.objects.values_list("headers", flat=True)))
    assert word not in kept
    assert "cookie" not in kept.lower()


def test_facebook_is_told_that_the_address_is_ours() -> None:
    hook = make_hook(sender="facebook")
    page = Client()
    page.force_login(factories.make_user(Role.MARKETER))
    token = page.get(f"/leads/hooks/{hook.public_id}/").context["token"]
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}
    answer = Client().get(f"/hooks/{hook.public_id}/", asked)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    wrong = Client().get(f"/hooks/{hook.public_id}/", {**asked, "hub.verify_token": "guess"})
    assert wrong.status_code == 403
    hostile = Client().get(f"/hooks/{hook.public_id}/", {**asked, "hub.challenge": "<script>"})
    assert hostile.status_code == 405
