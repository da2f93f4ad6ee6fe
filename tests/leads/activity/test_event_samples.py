"""Bodies that libraries sent, sound and broken in every way we know: a reason in words, never a 500, and what was sound
is stored. Real recordings are read where LEADHUB_SAMPLES names their folder."""

import base64
import copy
import csv
import gzip
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts import keys
from accounts.models import ApiKey
from leads.models import Event, EventKey, Visitor

pytestmark = pytest.mark.django_db
SAMPLES = Path(os.environ.get("LEADHUB_SAMPLES", "/nowhere")) / "events"
recorded = pytest.mark.skipif(not SAMPLES.exists(), reason="LEADHUB_SAMPLES names no folder")

SOUND: list[tuple[str, dict[str, Any]]] = [
    ("/v1/batch", {"batch": [
        {"type": "identify", "messageId": "i-1", "anonymousId": "a", "userId": "u",
         "traits": {"email": "maya@firm.example", "name": "Maya Klein", "address": {"country": "Germany"}}},
        {"type": "track", "event": "Signed Up", "messageId": "t-1", "userId": "u", "timestamp": "2026-11-01T10:00:00Z"},
        {"type": "page", "name": "Home", "messageId": "p-1", "anonymousId": "a",
         "context": {"page": {"url": "https://firm.example/x?y=1"}, "campaign": {"name": "autumn"}}},
        {"type": "group", "messageId": "g-1", "userId": "u", "groupId": "g",
         "traits": {"name": "Firm", "employees": 3}},
        {"type": "alias", "messageId": "l-1", "previousId": "a", "userId": "u"},
    ], "sentAt": "2026-11-01T10:00:00Z"}),
    ("/e/", {"event": "$pageview", "uuid": "0189", "distinct_id": "d", "offset": 12,
             "properties": {"$current_url": "https://firm.example/", "$set": {"email": "otto@firm.example"}}}),
    ("/api/v1/batch", {"batch": [{"type": "screen", "messageId": "s-1", "userId": 7, "name": "Main"}]}),
]  # fmt: skip
# Whose events lie wholly within the days that the expected numbers count.
WHOLE = {
    "dupe: event_id different collector_tstamp", "dupe: event_id same collector_tstamp",
    "Multiple first sessions per user", "Multiple last sessions per user",
}  # fmt: skip
# What JSON can hold that nobody means.
ODD: list[Any] = [
    None, True, 0, -1, 10**40, 1.5, "", " ", "x" * 5000, "a\u202eb", "e\u0301", "😀", "=1+1",
    "<script>alert(1)</script>",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "2026-02-30", "24:00", [], {}, [[]], {"a": {"b": []}},
    "javascript:alert(1)", "\u200b", "null", "http://[",
]  # fmt: skip
# What only bytes can say.
BROKEN = [
    b"\x00",
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"\xc0\x80",
    b"NaN",
    b"1e400",
    b"9" * 65,
    b"[" * 100_000,
    b'{"a":1,"a":2}',
]


@pytest.fixture
def key() -> str:
    return keys.make(kind=ApiKey.Kind.SECRET, name="Samples", by=None)[1]


def post(path: str, raw: bytes, key: str, content_type: str = "application/json") -> Any:
    head = {"Authorization": f"Bearer {key}"}
    client = Client(raise_request_exception=False, headers=head)
    return client.post(path, raw, content_type=content_type)


def fits(answer: Any) -> bool:
    """A 2xx that counts, or a 4xx with a reason."""
    if answer.status_code == 200:
        return {"accepted", "duplicates", "refused"} <= answer.json().keys()
    return answer.status_code in (400, 409, 413) and bool(answer.json()["error"]["message"])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, below in inside:
        yield from places(below, (*path, name))


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    whole = copy.deepcopy(body)
    part = whole
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    return whole


def test_every_place_of_every_sample_may_hold_anything(key: str) -> None:
    chosen = random.Random(11)
    wrong = []
    for path, body in SOUND:
        for place in places(body):
            for odd in chosen.sample(ODD, 2):
                answer = post(path, json.dumps(changed(body, place, odd)).encode(), key)
                if not fits(answer):
                    wrong.append((path, place, odd, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda raw: repr(raw[:12]))
def test_bytes_that_no_text_holds_are_refused_where_they_stand(key: str, broken: bytes) -> None:
    raw = json.dumps(SOUND[0][1]).encode()
    in_text = raw.replace(b"Signed Up", broken)
    as_value = raw.replace(b'"Signed Up"', broken)
    for whole in (in_text, as_value, broken, raw + broken, broken + raw, raw[: len(raw) // 2]):
        for dressed in (whole, gzip.compress(whole), b"data=" + base64.b64encode(whole)):
            assert fits(post("/v1/batch", dressed, key, "text/plain"))
    assert fits(post("/v1/batch", raw, key))


@recorded
def test_recorded_requests_of_a_library_give_the_events_that_it_meant(key: str) -> None:
    meant: set[str] = set()
    for line in (SAMPLES / "posthog" / "requests_dump.jsonl").read_text().splitlines():
        if not line.strip() or line.startswith("###"):
            continue
        request = json.loads(line)
        meant |= {one["uuid"] for one in request["output"]}
        path = request["path"].replace("/e/?", f"/e/?api_key={key}&")
        answer = post(path, base64.b64decode(request["body"]), "", request["content_type"])
        assert answer.status_code == 200, answer.content
        assert answer.json()["refused"] == []
        assert answer.json()["accepted"] + answer.json()["duplicates"] == len(request["output"])
    assert EventKey.objects.count() == len(meant)
    assert Event.objects.filter(signature__kind__key="page").count() > 0
    assert Visitor.objects.count() > 0


@recorded
def test_examples_of_the_specification_are_understood(key: str) -> None:
    for file in sorted((SAMPLES / "segment").glob("*.json")):
        item = json.loads(file.read_text())
        named = {"userId", "anonymousId", "user_id", "previousId"} & item.keys()
        answer = post(
            "/v1/batch", json.dumps({"batch": [{**item, "messageId": file.name}]}).encode(), key
        )
        # Those that say nobody did it are shortened for reading.
        assert answer.status_code == (200 if named else 400), (file.name, answer.content)


@recorded
def test_a_stream_with_doubles_counts_each_event_once_and_page_views_as_its_makers_do(
    key: str,
) -> None:
    with (SAMPLES / "snowplow" / "snowplow_web_events.csv").open() as file:
        rows = list(csv.DictReader(file))
    # Two at a time, so that doubles come within a body and in another one.
    for start in range(0, len(rows), 2):
        batch = [as_segment(row) for row in rows[start : start + 2]]
        answer = post("/v1/batch", json.dumps({"batch": batch}).encode(), key)
        assert answer.status_code == 200, answer.content
        assert answer.json()["refused"] == []
    assert EventKey.objects.count() == len({row["event_id"] for row in rows}) == len(rows) - 3
    with (SAMPLES / "snowplow" / "expected_snowplow_web_users_expected.csv").open() as file:
        expected = {row["domain_userid"]: int(row["page_views"]) for row in csv.DictReader(file)}
    whole = {row["domain_userid"] for row in rows if row["user_id"] in WHOLE}
    assert {name: page_views(name) for name in whole} == {name: expected[name] for name in whole}
    assert len(whole) == len(WHOLE)


def as_segment(row: dict[str, str]) -> dict[str, Any]:
    """The row of an export as the library of another vendor would have sent it."""
    page = {"url": row["page_url"], "path": row["page_urlpath"], "title": row["page_title"]}
    who = {"anonymousId": row["domain_userid"] or row["network_userid"], "userId": row["user_id"]}
    moments = {
        "timestamp": row["dvce_created_tstamp"].replace(" ", "T") + "Z",
        "sentAt": (row["dvce_sent_tstamp"] or row["collector_tstamp"]).replace(" ", "T") + "Z",
    }
    did = {"type": "page"} if row["event"] == "page_view" else {"type": "track", "event": row["event"]}  # fmt: skip
    return {
        **did, **who, **moments, "messageId": row["event_id"],
        "context": {"page": page, "userAgent": row["useragent"]},
    }  # fmt: skip


def page_views(anonymous_id: str) -> int:
    pages = Event.objects.filter(signature__kind__key="page")
    return pages.filter(visitor__anonymous_id=anonymous_id).count()
