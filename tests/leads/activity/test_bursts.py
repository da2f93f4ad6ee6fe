"""Scanners found by what they did together, quarantined before they make an MQL, and undone by a person."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import clock, keys
from accounts.models import ApiKey, User
from accounts.safe_json import Item
from leadhub import pipeline
from leads.activity import bursts, ingest, trust
from leads.models import Event, EventRelabel, Lead, MachineBurst
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db
Trust = Event.Trust


@pytest.fixture
def key() -> ApiKey:
    return keys.make(kind=ApiKey.Kind.SECRET, name="Mail", by=None)[0]


def mail(event: str, at: datetime, **told: Any) -> dict[str, Any]:
    """What a mail provider tells of the one recipient."""
    return {
        "type": "track", "event": event, "messageId": uuid.uuid4().hex, "userId": "u-1",
        "timestamp": at.isoformat(), "properties": {"email_id": "autumn", **told},
        "traits": {"email": "maya@firm.example"},
    }  # fmt: skip


def take(key: ApiKey, *items: dict[str, Any]) -> None:
    assert not ingest.take([Item(item) for item in items], key, at=clock.now()).refused
    pipeline.drain()


def scan(at: datetime, links: int = 4, apart: float = 1) -> Iterator[dict[str, Any]]:
    yield mail("Email Opened", at)
    for number in range(links):
        yield mail(
            "Email Link Clicked", at + timedelta(seconds=number * apart), link_url=f"/{number}"
        )


def classes() -> set[int]:
    return set(Event.objects.values_list("trust", flat=True))


def test_a_scanner_is_found_quarantined_and_undone_without_touching_a_row(
    key: ApiKey, live_model: ModelVersion, marketer: User
) -> None:
    take(key, *scan(clock.now() - timedelta(minutes=5)))
    assert classes() == {Trust.BOT}
    lead = Lead.objects.get()
    assert lead.last_activity_at is None
    burst = MachineBurst.objects.get()
    assert (burst.reason, burst.events) == ("fan_out", 5)
    assert sum(len(row.event_ids) for row in EventRelabel.objects.filter(lead=lead)) >= 5
    browser = Client()
    browser.force_login(marketer)
    assert "maya@firm.example" in browser.get("/leads/tracking/machines/").content.decode()
    browser.post(f"/leads/tracking/machines/{burst.pk}/")
    while trust.advance(clock.now()):
        pass
    pipeline.drain()
    assert classes() == {Trust.HUMAN}
    lead.refresh_from_db()
    assert lead.last_activity_at is not None
    burst.refresh_from_db()
    assert burst.rule is not None
    trust.undo(burst.rule, by=marketer, at=clock.now())
    while trust.advance(clock.now()):
        pass
    assert classes() == {Trust.BOT}


def test_what_a_person_said_is_not_found_again(
    key: ApiKey, live_model: ModelVersion, marketer: User
) -> None:
    begin = clock.now() - timedelta(minutes=5)
    take(key, *scan(begin))
    bursts.overrule(MachineBurst.objects.get(), by=marketer, at=clock.now())
    while trust.advance(clock.now()):
        pass
    take(key, mail("Email Opened", begin + timedelta(minutes=3)))
    assert classes() == {Trust.HUMAN}
    assert MachineBurst.objects.count() == 1


@pytest.mark.parametrize(
    ("links", "apart"), [(2, 0.5), (6, 9)], ids=["two links at once", "many links in a minute"]
)
def test_a_person_who_reads_is_no_machine(
    key: ApiKey, live_model: ModelVersion, links: int, apart: float
) -> None:
    take(key, *scan(clock.now() - timedelta(minutes=5), links, apart))
    assert classes() == {Trust.HUMAN}


def test_the_click_that_gives_a_scanner_away_may_come_late(
    key: ApiKey, live_model: ModelVersion
) -> None:
    first, *rest = scan(clock.now() - timedelta(minutes=5))
    take(key, first, *rest[:2])
    assert classes() == {Trust.HUMAN}
    take(key, *rest[2:])
    assert classes() == {Trust.BOT}


def test_a_message_opened_in_the_moment_it_was_sent_was_opened_by_a_machine(
    key: ApiKey, live_model: ModelVersion
) -> None:
    at = clock.now() - timedelta(hours=1)
    take(key, mail("Email Sent", at), mail("Email Opened", at + timedelta(seconds=1)),
         mail("Email Opened", at + timedelta(minutes=9)))  # fmt: skip
    found = dict(Event.objects.values_list("occurred_at", "trust"))
    assert found[at + timedelta(seconds=1)] == Trust.PREFETCH
    assert found[at + timedelta(minutes=9)] == Trust.HUMAN


def test_more_pages_at_once_than_anybody_looks_at_are_a_crawlers(
    key: ApiKey, live_model: ModelVersion
) -> None:
    at = clock.now() - timedelta(hours=1)
    pages = [
        {"type": "page", "messageId": f"p-{n}", "userId": "u-1", "properties": {"path": f"/{n}"},
         "timestamp": (at + timedelta(milliseconds=50 * n)).isoformat()}
        for n in range(20)
    ]  # fmt: skip
    take(key, mail("Signed Up", at - timedelta(hours=1)), *pages)
    assert Event.objects.filter(trust=Trust.BOT).count() == 20
    assert MachineBurst.objects.get().reason == "speed"


def test_a_look_takes_as_many_queries_for_many_leads_as_for_one(
    key: ApiKey, live_model: ModelVersion, django_assert_num_queries: Any
) -> None:
    leads = [factories.make_lead() for _ in range(5)]
    for lead in leads:
        for number in range(4):
            factories.make_event(lead, "email_click", path=f"/{number}")
    at = clock.now()
    with django_assert_num_queries(9):
        assert bursts.look([lead.pk for lead in leads], at=at) == 20
    with django_assert_num_queries(1):
        assert bursts.look([lead.pk for lead in leads], at=at) == 0
