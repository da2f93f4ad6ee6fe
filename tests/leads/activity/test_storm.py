"""One message five thousand times, from many sides at once; and events that come late."""

import http.client
import json
import os
import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from accounts import clock, keys
from accounts.models import ApiKey
from accounts.safe_json import Item
from leadhub import pipeline
from leads.activity import ingest
from leads.models import Event, EventKey, IngestCount, JournalEntry, Lead, LeadScore
from scoring import engine
from scoring.models import ModelVersion

SIDES, REQUESTS, COPIES = 10, 25, 20
# Requests over HTTP: LEADHUB_STORM=5000 is the whole storm.
OVER_HTTP = int(os.environ.get("LEADHUB_STORM", "200"))


def message(number: int = 1, **over: Any) -> dict[str, Any]:
    shape = {
        "type": "track", "event": "Demo requested", "messageId": f"m-{number}", "anonymousId": "b-1",
        "traits": {"email": "maya@firm.example"},
    }  # fmt: skip
    return {**shape, **over}


@pytest.mark.django_db(transaction=True)
def test_one_message_five_thousand_times_at_once_is_one_row() -> None:
    key = keys.make(kind=ApiKey.Kind.SECRET, name="Storm", by=None)[0]

    def side() -> None:
        for _ in range(REQUESTS):
            ingest.take([Item(message())] * COPIES, key, at=clock.now())

    at_once(side)
    assert_one(SIDES * REQUESTS * COPIES)


@pytest.mark.django_db(transaction=True)
def test_one_message_over_and_over_by_http_is_one_row(live_server: LiveServer) -> None:
    text = keys.make(kind=ApiKey.Kind.SECRET, name="Storm", by=None)[1]
    head = {"Authorization": f"Bearer {text}", "Content-Type": "application/json"}
    body = json.dumps(message())
    place = urlsplit(live_server.url).netloc
    told: list[int] = []

    def side() -> None:
        line = http.client.HTTPConnection(place, timeout=60)
        for _ in range(OVER_HTTP // SIDES):
            line.request("POST", "/v1/track", body, head)
            answer = line.getresponse()
            told.append(answer.status)
            answer.read()
        line.close()

    at_once(side)
    assert told == [200] * OVER_HTTP
    assert_one(OVER_HTTP)


def at_once(side: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            side()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded) for _ in range(SIDES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def assert_one(sent: int) -> None:
    assert (Event.objects.count(), EventKey.objects.count(), Lead.objects.count()) == (1, 1, 1)
    assert JournalEntry.objects.filter(kind="lead.captured").count() == 1
    count = IngestCount.objects.get()
    assert (count.accepted, count.duplicates) == (1, sent - 1)


@pytest.mark.django_db
def test_late_and_shuffled_events_give_the_score_of_the_same_events_in_their_order(
    live_model: ModelVersion, move_clock: Callable[[timedelta], None]
) -> None:
    key = keys.make(kind=ApiKey.Kind.SECRET, name="Server", by=None)[0]
    at = clock.now()
    told = [
        message(n, timestamp=(at - timedelta(days=n * 3 % 40)).isoformat(), event=event, anonymousId="",
                traits={})
        for n, event in enumerate(["Demo requested", "Case study", "ROI calculator", "Signed up"] * 4)
    ]  # fmt: skip
    totals = []
    for person in ("in order", "shuffled"):
        own = [
            {**item, "userId": person, "messageId": f"{person}-{n}"} for n, item in enumerate(told)
        ]
        email = f"{person.replace(' ', '')}@firm.example"
        who = {
            "type": "identify",
            "userId": person,
            "messageId": person,
            "traits": {"email": email},
        }
        if person == "shuffled":
            random.Random(7).shuffle(own)
        ingest.take([Item(who)], key, at=clock.now())
        for item in own:
            ingest.take([Item(item)], key, at=clock.now())
            pipeline.drain()
        lead = Lead.objects.get(email=email)
        engine.rescore([lead.pk], at=at, cause="activity")
        totals.append(LeadScore.objects.get(lead=lead).total)
        first = lead.events.order_by("occurred_at")[0]
        assert (first.received_at - first.occurred_at).days in (38, 39)
    assert totals[0] == totals[1] > 0
