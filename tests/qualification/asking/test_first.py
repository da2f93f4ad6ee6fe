"""Whom routing wants asked first: the letter goes out, the answer hands the lead over, and nobody is asked twice."""

import uuid

import pytest

from accounts import clock
from accounts.models import Team
from handoff.models import Delivery, Handoff, RoutingDecision
from leadhub import pipeline
from leads import crossings
from leads.models import Crossing
from leads.privacy import suppression
from qualification.asking import answering
from qualification.models import Ask
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.routing.facts import rule

pytestmark = pytest.mark.django_db


def crosses(email: str) -> Crossing:
    lead = factories.make_lead(email=email, title="Chief Operating Officer")
    factories.make_event(lead, "demo_request")
    pipeline.drain()
    return Crossing.objects.get(lead=lead)


@pytest.fixture
def asks_first(live_model: ModelVersion, team: Team) -> Team:
    rule("Mid-size", goes="ask")
    rule("All", team=team)
    return team


def test_the_answer_brings_the_lead_to_the_rules_after(asks_first: Team) -> None:
    crossing = crosses("mid@firm.example")
    assert not Handoff.objects.exists()
    assert Delivery.objects.get().to == "mid@firm.example"
    ask = Ask.objects.get(lead=crossing.lead)
    answering.answer(ask, {"need": "Robots"}, sending=uuid.uuid4(), at=clock.now())
    pipeline.drain()
    handoff = Handoff.objects.get()
    assert (handoff.team, handoff.routed_by) == (asks_first, "Rule 2, All")
    outcomes = RoutingDecision.objects.order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["ask", "queue"]
    answering.answer(ask, {"budget": "20"}, sending=uuid.uuid4(), at=clock.now())
    pipeline.drain()
    assert (Handoff.objects.count(), Delivery.objects.exclude(lead=None).count()) == (1, 1)


def test_whom_no_letter_may_reach_is_handed_over_at_once(asks_first: Team) -> None:
    suppression.add_list(
        "no@firm.example", reason="by_hand", at=clock.now(), by=factories.make_user("marketer")
    )
    crosses("no@firm.example")
    pipeline.drain()
    assert Handoff.objects.get().routed_by == "Rule 2, All"
    assert not Delivery.objects.filter(to="no@firm.example").exists()


def test_who_is_kept_back_takes_no_place_in_a_slice(asks_first: Team) -> None:
    crossing = crosses("mid@firm.example")
    assert list(crossings.held()) == [crossing]
    assert list(crossings.held_unasked()) == []
