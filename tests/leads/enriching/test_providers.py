"""A provider over HTTP: asked once, within its budget, and what it says fills leads."""

from datetime import timedelta
from typing import Any

import pytest

from accounts import clock
from leadhub import pipeline
from leads.enriching import filling, lookups
from leads.models import (
    Drawer,
    FieldOrigin,
    JournalEntry,
    Lead,
    LeadChange,
    LeadScore,
    Lookup,
    LookupAnswer,
    LookupDay,
)
from leads.privacy import erasing
from scoring.models import ModelVersion
from tests import factories
from tests.leads.enriching.asking import BODY, Move, ask_all, only, provider
from tests.leads.enriching.fake import Fake

pytestmark = pytest.mark.django_db


def test_what_it_says_fills_what_is_empty_with_source_and_confidence(fake: Fake) -> None:
    fake.says = (200, {}, BODY)
    provider(fake, confidence=66)
    lead = factories.make_lead(email="a@quay.example", company_name="Quay")
    ask_all()
    lead.refresh_from_db()
    assert (lead.company_name, lead.title, lead.country) == ("Quay", "VP of Marketing", "PT")
    assert fake.asked == [("/v1/quay.example", "k1")]
    assert set(FieldOrigin.objects.values_list("field", "source", "confidence")) == {
        ("title", "Knows all", 66), ("country", "Knows all", 66),
    }  # fmt: skip
    assert LeadChange.objects.get(lead=lead).source == "Knows all"
    assert only().state == Lookup.State.DONE


def test_what_was_learnt_tells_the_other_drawers_something(fake: Fake) -> None:
    fake.says = (200, {}, BODY)
    filling.switch(Drawer.objects.get(kind="title"), on=True)
    provider(fake)
    lead = factories.make_lead(email="a@quay.example")
    ask_all()
    lead.refresh_from_db()
    assert lead.attributes == {"seniority": "Vice president", "department": "Marketing"}


def test_the_lead_is_scored_with_it_and_not_asked_about_again(
    fake: Fake, live_model: ModelVersion
) -> None:
    fake.says = (200, {}, BODY)
    provider(fake)
    totals = []
    for email in ("a@quay.example", "a@gmail.com"):
        lead = factories.make_lead(email=email)
        ask_all()
        totals.append(LeadScore.objects.get(lead=lead).total)
    assert totals[0] > totals[1]
    ask_all()
    assert len(fake.asked) == 1
    assert not JournalEntry.objects.filter(done_at=None).exists()


def test_one_answer_serves_everybody_of_the_domain(fake: Fake) -> None:
    fake.says = (200, {}, BODY)
    provider(fake)
    for name in ("a", "b", "c"):
        factories.make_lead(email=f"{name}@quay.example")
    ask_all()
    factories.make_lead(email="late@quay.example")
    ask_all()
    assert len(fake.asked) == 1
    assert Lead.objects.filter(country="PT").count() == 4


def test_an_answer_is_asked_for_anew_when_it_is_old(fake: Fake, move_clock: Move) -> None:
    fake.says = (404, {}, b"")
    provider(fake, days_kept=10)
    lead = factories.make_lead(email="a@quay.example")
    ask_all()
    assert (only().reason, LookupAnswer.objects.get().answer) == (
        "The provider knows nothing of it.",
        None,
    )
    for days, calls in ((9, 1), (2, 2)):
        move_clock(timedelta(days=days))
        filling.fill([lead.pk], at=clock.now())
        ask_all()
        assert len(fake.asked) == calls


def test_nobody_is_asked_of_free_mail_or_of_leads_that_lack_nothing(fake: Fake) -> None:
    provider(fake)
    factories.make_lead(email="a@gmail.com")
    factories.make_lead(email="a@full.example", company_name="Full", title="Clerk", country="DE")
    factories.make_lead(email=None, last_name="Nobody")
    ask_all()
    assert not fake.asked


def test_the_budget_of_a_day_is_kept_and_the_rest_waits_for_the_next(
    fake: Fake, move_clock: Move
) -> None:
    fake.says = (200, {}, BODY)
    drawer = provider(fake, calls_a_day=2)
    for number in range(5):
        factories.make_lead(email=f"a@firm{number}.example")
    ask_all()
    assert (len(fake.asked), LookupDay.objects.get().calls) == (2, 2)
    drawer.refresh_from_db()
    assert drawer.rests_until is not None
    move_clock(drawer.rests_until - clock.now() + timedelta(seconds=1))
    ask_all()
    assert len(fake.asked) == 4
    assert set(Lookup.objects.values_list("state", "attempts")) == {("done", 1), ("waiting", 0)}


def test_a_value_that_cannot_be_kept_is_left_out(fake: Fake) -> None:
    fake.says = (
        200,
        {},
        b'{"contact": {"title": "CEO", "country": "Atlantis"}, "company": {"name": ["a"]}}',
    )
    provider(fake)
    lead = factories.make_lead(email="a@quay.example")
    ask_all()
    lead.refresh_from_db()
    assert (lead.title, lead.country, lead.company_name) == ("CEO", "", "a")


def test_a_worker_that_lost_its_claim_writes_nothing(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.says = (200, {}, BODY)
    provider(fake)
    lead = factories.make_lead(email="a@quay.example")
    pipeline.drain()
    ask = lookups.providers.ask

    def late(drawer: Drawer, asked: str) -> Any:
        Lookup.objects.update(token=None)
        return ask(drawer, asked)

    monkeypatch.setattr(lookups.providers, "ask", late)
    assert lookups.advance(clock.now())
    lead.refresh_from_db()
    assert (lead.country, only().state) == ("", "waiting")


def test_a_lead_that_was_erased_meanwhile_is_left_alone(fake: Fake) -> None:
    fake.says = (200, {}, BODY)
    provider(fake)
    lead = factories.make_lead(email="a@quay.example")
    pipeline.drain()
    erasing.erase([lead], cause="request", at=clock.now())
    ask_all()
    lead.refresh_from_db()
    assert (lead.country, fake.asked, Lookup.objects.count()) == ("", [], 0)


def test_all_leads_there_are_can_be_asked_about_at_once(fake: Fake) -> None:
    fake.says = (200, {}, BODY)
    for number in range(4):
        factories.make_lead(email=f"a@firm{number}.example")
    pipeline.drain()
    filling.walk(provider(fake))
    while filling.advance(clock.now()):
        pass
    ask_all()
    assert Lead.objects.filter(country="PT").count() == 4
    told = JournalEntry.objects.filter(kind="lead.enriched").values_list("data", flat=True)
    assert list(told) == [{"opens_handoffs": False}] * 4
