"""Batches of events by API: each counted once, neighbours of a bad one kept, never a 500."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts import keys
from accounts.models import ApiKey
from leadhub import pipeline
from leads.models import Event, Lead, QuarantinedItem, Visitor
from scoring.models import ModelVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret() -> str:
    return keys.make(kind=ApiKey.Kind.SECRET, name="Website", by=None)[1]


@pytest.fixture
def public() -> str:
    return keys.make(kind=ApiKey.Kind.PUBLIC, name="Tracker", by=None)[1]


def send(key: str, body: Any, *, path: str = "batch") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = Client(raise_request_exception=False)
    return client.post(
        f"/api/v1/{path}", raw, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )  # fmt: skip


def track(number: int, event: str = "Demo request", **over: Any) -> dict[str, Any]:
    shape = {"type": "track", "event": event, "messageId": f"m-{number}", "anonymousId": "a-1"}
    return {**shape, **over}


def identify(number: int, email: str = "maya@northwind.example", **traits: Any) -> dict[str, Any]:
    return {
        "type": "identify", "messageId": f"i-{number}", "anonymousId": "a-1",
        "traits": {"email": email, **traits},
    }  # fmt: skip


def test_the_same_batch_sent_twice_counts_once(secret: str, live_model: ModelVersion) -> None:
    batch = {"batch": [track(1), identify(2, title="CTO"), track(3, "Pricing seen")]}
    assert send(secret, batch).json() == {"accepted": 3, "duplicates": 0, "refused": []}
    assert send(secret, batch).json() == {"accepted": 0, "duplicates": 3, "refused": []}
    pipeline.drain()
    lead = Lead.objects.select_related("score").get()
    assert Event.objects.filter(lead=lead).count() == 2
    assert lead.score.total == 50


def test_events_before_the_identification_become_the_leads(secret: str) -> None:
    send(secret, {"batch": [track(1)]})
    assert Event.objects.get().lead is None
    send(secret, {"batch": [identify(2)]})
    assert Event.objects.get().lead == Lead.objects.get()
    assert Visitor.objects.get().lead == Lead.objects.get()


def test_a_bad_item_is_kept_apart_and_its_neighbours_are_stored(secret: str) -> None:
    raw = json.dumps({"batch": [track(1), track(2, "a\u0000b"), {"type": "track"}, 7, track(3)]})
    answer = send(secret, raw.encode()).json()
    assert answer["accepted"] == 2
    assert [refusal["index"] for refusal in answer["refused"]] == [1, 2, 3]
    assert QuarantinedItem.objects.count() == 3


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]x", b'{"batch": 1}', b'"x"', b'{"batch": [' + b"[" * 5000, b"\xff\xfe",
        b'{"batch": [{"type": "track", "messageId": {"a": 1}, "anonymousId": "x"}]}',
        b'{"batch": [{"type": "page", "messageId": "1", "anonymousId": "x", "timestamp": 1e400}]}',
        b'{"batch": [{"type": "page", "messageId": "1", "anonymousId": "x",'
        b' "timestamp": "0001-01-01T00:00:00+14:00"}]}',
        b'{"batch": [{"type": "track", "event": "\\ud800", "messageId": "1", "anonymousId": "x"}]}',
    ],
)  # fmt: skip
def test_malformed_bodies_get_a_reason_and_never_a_500(secret: str, raw: bytes) -> None:
    response = send(secret, raw)
    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_a_body_of_ten_megabytes_is_refused(secret: str) -> None:
    body = b'{"batch": [{"type": "track", "event": "' + b"x" * 10_000_000 + b'"}]}'
    assert send(secret, body).status_code == 413


def test_a_public_key_never_overwrites_what_is_known(public: str, secret: str) -> None:
    send(secret, {"batch": [identify(1, title="CTO")]})
    send(public, {"batch": [identify(2, title="Intern", phone="+49 30 901820")]})
    lead = Lead.objects.get()
    assert (lead.title, lead.phone) == ("CTO", "+49 30 901820")
    assert lead.proposals.get().value == "Intern"


def test_one_event_is_taken_by_its_path(secret: str) -> None:
    shape = {"messageId": "p-1", "userId": "u-1", "properties": {"path": "/pricing/plans"}}
    assert send(secret, shape, path="page").json()["accepted"] == 1
    assert Event.objects.get().signature.path == "/pricing/plans"


def test_strangers_and_revoked_keys_are_refused(secret: str) -> None:
    assert send("sk_nobody_x", {"batch": [track(1)]}).status_code == 401
    key = ApiKey.objects.get()
    keys.revoke(key=key, at=key.created_at)
    assert send(secret, {"batch": [track(1)]}).status_code == 401


def test_an_event_in_the_future_happens_now(secret: str) -> None:
    send(secret, {"batch": [track(1, timestamp="2190-01-01T00:00:00Z")]})
    event = Event.objects.get()
    assert event.occurred_at == event.received_at
