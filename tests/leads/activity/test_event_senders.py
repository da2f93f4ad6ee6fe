"""Libraries of others: their addresses, keys, bodies and names are understood, and each event counts once."""

import base64
import gzip
import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.test import Client

from accounts import clock, keys
from accounts.models import ApiKey
from leads.models import Event, IngestCount, Lead, QuarantinedItem

pytestmark = pytest.mark.django_db
SITE = "https://www.firm.example"


@pytest.fixture
def public() -> str:
    return keys.make(kind=ApiKey.Kind.PUBLIC, name="Website", by=None)[1]


@pytest.fixture
def secret() -> str:
    return keys.make(kind=ApiKey.Kind.SECRET, name="Server", by=None)[1]


def send(path: str, body: Any, *, content_type: str = "application/json", **head: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = Client(raise_request_exception=False)
    return client.post(path, raw, content_type=content_type, headers=head)


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def track(number: int, **over: Any) -> dict[str, Any]:
    shape = {
        "type": "track",
        "event": "Demo requested",
        "messageId": f"m-{number}",
        "anonymousId": "a-1",
    }
    return {**shape, **over}  # fmt: skip


def hog(number: int, event: str = "$pageview", **over: Any) -> dict[str, Any]:
    """An event as a PostHog library sends it."""
    told = {"$current_url": f"{SITE}/pricing", "$pathname": "/pricing", "$browser_version": 117}
    return {
        "event": event, "uuid": f"018a-{number}", "distinct_id": "d-1",
        "properties": {**told, **over}, "timestamp": "2026-01-01T00:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/v1/track", "/v1/t", "/v1/track/", "/api/v1/track"])
def test_a_segment_library_sends_one_event_with_its_key_as_user_name(
    path: str, secret: str
) -> None:
    body = track(1)
    del body["type"]
    answer = send(path, body, Authorization=basic(secret))
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert Event.objects.get().signature.kind.key == "demo_request"


def packed(item: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(item).encode()).decode().rstrip("=")


def test_a_picture_in_a_mail_tells_that_it_was_opened(public: str) -> None:
    item = {
        "writeKey": public,
        "event": "Email Opened",
        "userId": "user-7",
        "properties": {"campaign": "Spring ümlaut?>"},
    }
    client = Client()
    for _ in range(2):
        answer = client.get("/v1/pixel/track", {"data": packed(item)})
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
        assert (answer.content[:6], answer["Cache-Control"]) == (b"GIF89a", "no-store")
    # Without an id of its own each time it is shown counts.
    assert [e.signature.kind.key for e in Event.objects.select_related("signature__kind")] == [
        "email_open", "email_open",
    ]  # fmt: skip
    assert client.head("/v1/pixel/track", {"data": packed(item)}).status_code in (401, 405)
    assert client.get("/v1/pixel/track", {"data": "nonsense"}).status_code == 400
    assert client.get("/v1/pixel/track").status_code == 401
    assert Event.objects.count() == 2


def test_a_library_that_may_only_ask_for_addresses_is_understood(public: str) -> None:
    client = Client()
    item = {**hog(1), "api_key": public}
    plain = base64.b64encode(json.dumps(item).encode()).decode()
    answer = client.get("/e/", {"data": plain, "_": "1700000000000", "ver": "1.20.0"})
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert client.get("/e/", {"data": json.dumps(item)}).json()["duplicates"] == 1
    for refused in (
        client.get("/e/", {"data": "N4Ig", "compression": "lz64"}),
        client.post(
            "/e/?compression=lz64", "data=N4Ig&compression=lz64", content_type="text/plain"
        ),
    ):
        assert refused.status_code == 400
        assert "lz64 is not read" in refused.content.decode()


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch"])
def test_a_segment_library_sends_a_compressed_batch(path: str, secret: str) -> None:
    raw = gzip.compress(json.dumps({"batch": [track(1), track(2)]}).encode())
    answer = send(path, raw, Authorization=basic(secret))
    assert answer.json() == {"success": True, "accepted": 2, "duplicates": 0, "refused": []}


def test_a_beacon_is_text_and_has_its_key_in_the_body_or_in_the_address(public: str) -> None:
    in_body = send("/v1/t", track(1, writeKey=public), content_type="text/plain")
    in_address = send(
        f"/beacon/v1/batch?writeKey={public}", {"batch": [track(2)]}, content_type="text/plain"
    )
    assert (in_body.json()["accepted"], in_address.json()["accepted"]) == (1, 1)


def test_a_key_that_nobody_made_is_refused_wherever_it_stands() -> None:
    assert send("/v1/t", track(1, writeKey="pk_no_thing")).status_code == 401
    assert send("/e/?api_key=pk_no_thing", hog(1)).status_code == 401
    assert send("/v1/batch", {"batch": [track(1)]}).status_code == 401
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("path", "dress"),
    [
        ("/capture/", "plain"), ("/batch", "gzip"), ("/e/?ip=1", "form"), ("/i/v0/e/", "form in base64"),
        ("/batch/", "gzip named a form"),
    ],
)  # fmt: skip
def test_a_posthog_library_sends_in_every_dress_it_has(path: str, dress: str, public: str) -> None:
    raw = json.dumps({"api_key": public, "batch": [hog(1), hog(2, "Demo requested")]}).encode()
    form = "application/x-www-form-urlencoded"
    told, kind = {
        "plain": (raw, "application/json"),
        "gzip": (gzip.compress(raw), "text/plain"),
        "form": (b"data=" + quote_plus(raw).encode(), form),
        "form in base64": (b"data=" + quote_plus(base64.b64encode(raw)).encode(), form),
        "gzip named a form": (gzip.compress(raw), "application/json"),
    }[dress]
    answer = send(path, told, content_type=kind)
    assert answer.json() == {"status": 1, "accepted": 2, "duplicates": 0, "refused": []}
    kinds = set(Event.objects.values_list("signature__kind__key", "signature__path"))
    assert kinds == {("page", "/pricing"), ("demo_request", "/pricing")}


def test_a_bare_posthog_event_with_its_token_among_the_properties_is_taken(public: str) -> None:
    assert send("/e/", hog(1, token=public)).json()["accepted"] == 1
    assert send("/e/", [hog(2, token=public)]).json()["accepted"] == 1
    kept = Event.objects.order_by("id")[0].properties
    assert kept == {"url": f"{SITE}/pricing", "path": "/pricing"}


def test_a_posthog_identification_makes_the_browser_the_person(public: str) -> None:
    send("/e/", {"api_key": public, **hog(1, **{"$device_id": "d-1"})})
    who = hog(2, "$identify", **{"$anon_distinct_id": "d-1", "$user_id": "u-9"})
    who |= {"distinct_id": "u-9", "$set": {"email": "maya@firm.example", "name": "Maya Klein"}}
    send("/e/", {"api_key": public, **who})
    lead = Lead.objects.get()
    assert (lead.email, lead.last_name) == ("maya@firm.example", "Klein")
    assert Event.objects.get().lead == lead


def test_what_a_library_says_about_itself_is_no_engagement(public: str) -> None:
    send("/e/", {"api_key": public, **hog(1, "$feature_flag_called")})
    assert Event.objects.get().signature.kind.key == "technical"


def test_an_event_that_waited_happened_when_it_began_to_wait(public: str) -> None:
    event = {**hog(1), "offset": 90_000}
    del event["timestamp"]
    send("/e/", {"api_key": public, **event})
    stored = Event.objects.get()
    assert stored.received_at - stored.occurred_at == timedelta(seconds=90)


def test_a_clock_that_is_wrong_is_set_right_by_when_the_batch_was_sent(public: str) -> None:
    at = clock.now()
    slow = at - timedelta(hours=7)
    batch = {
        "writeKey": public, "sentAt": slow.isoformat(),
        "batch": [track(1, timestamp=(slow - timedelta(hours=1)).isoformat())],
    }  # fmt: skip
    send("/v1/batch", batch)
    stored = Event.objects.get()
    assert abs(stored.received_at - stored.occurred_at - timedelta(hours=1)) < timedelta(minutes=1)


def test_a_relay_that_tells_both_times_has_set_the_clock_right_already(secret: str) -> None:
    happened = clock.now() - timedelta(days=20)
    told = {
        "timestamp": happened.isoformat(), "originalTimestamp": "2026-01-01T00:00:00Z",
        "sentAt": "2026-01-01T00:00:05Z",
    }  # fmt: skip
    send("/v1/track", track(1, **told), Authorization=basic(secret))
    assert Event.objects.get().occurred_at == happened


def test_a_browser_is_believed_for_a_week_and_a_server_for_longer(public: str, secret: str) -> None:
    long_ago = (clock.now() - timedelta(days=100)).isoformat()
    for key in (public, secret):
        send("/v1/track", track(1, timestamp=long_ago), Authorization=basic(key))
    ages = [(e.received_at - e.occurred_at).days for e in Event.objects.order_by("id")]
    assert ages[0] == 7
    assert ages[1] in (99, 100)


def test_another_event_under_a_used_id_is_refused_and_counted(secret: str) -> None:
    head = {"Authorization": basic(secret)}
    send("/v1/track", track(1), **head)
    again = send("/v1/track", {**track(1), "sentAt": clock.now().isoformat()}, **head)
    assert again.json()["duplicates"] == 1
    other = send("/v1/track", track(1, event="Webinar attended"), **head)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "conflict")
    mixed = send(
        "/v1/batch", {"batch": [track(1, event="Other"), track(2), track(2, event="X")]}, **head
    )
    assert mixed.json()["accepted"] == 1
    assert [refusal["index"] for refusal in mixed.json()["refused"]] == [0, 2]
    assert Event.objects.count() == 2
    assert QuarantinedItem.objects.count() == 3
    count = IngestCount.objects.get()
    assert (count.accepted, count.duplicates, count.conflicts, count.refused) == (2, 1, 3, 0)


def test_older_spellings_and_missing_ids_are_understood(secret: str) -> None:
    old = {
        "action": "track",
        "user_id": "u-1",
        "event": "Email Bounced",
        "timestamp": "2026-11-01T00:00:00Z",
    }
    for _ in range(2):
        send("/v1/batch", {"batch": [old]}, Authorization=basic(secret))
    assert Event.objects.get().signature.kind.key == "bounce"
    for _ in range(2):
        send("/v1/batch", {"batch": [{**old, "timestamp": None}]}, Authorization=basic(secret))
    assert Event.objects.count() == 3


def test_a_browser_of_a_site_that_the_key_names_may_send_and_others_may_not(public: str) -> None:
    ApiKey.objects.update(origins=[SITE])
    asked = Client().options("/v1/batch", headers={"Origin": SITE})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "authorization" in asked.headers["Access-Control-Allow-Headers"]
    taken = send("/v1/t", track(1, writeKey=public), Origin=SITE)
    assert taken.headers["Access-Control-Allow-Origin"] == "*"
    refused = send("/v1/t", track(2, writeKey=public), Origin="https://elsewhere.example")
    assert refused.status_code == 403
    assert Event.objects.count() == 1


def test_a_compressed_body_that_unpacks_to_too_much_is_refused(public: str) -> None:
    bomb = gzip.compress(b'{"batch": [' + b" " * 50_000_000 + b"]}")
    assert send(f"/batch?api_key={public}", bomb).status_code == 413


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1f\x8bnothing",
        gzip.compress(b"{}", mtime=0)[:9],
        b"data=%%%",
        b"data=",
        b"e30",
        b"x" * 100,
    ],
)
def test_a_body_that_cannot_be_unpacked_gets_a_reason(raw: bytes, public: str) -> None:
    answer = send(f"/e/?api_key={public}", raw, content_type="text/plain")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_posthog_libraries_are_told_that_there_are_no_flags() -> None:
    assert send("/flags/?v=2", {"token": "pk"}).json()["featureFlags"] == {}
