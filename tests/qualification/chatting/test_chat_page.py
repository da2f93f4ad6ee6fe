"""A visitor talks to a chat, and what becomes of it."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Team
from handoff.models import Handoff
from leadhub import pipeline
from leads.models import Consent, Event, Lead, Proposal
from leads.models import Visitor as Browser
from leads.privacy import purposes
from qualification.models import Chat, Conversation, Enrolment, LeadAnswer
from qualification.nurturing import enrolling
from qualification.views import chat as door
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.routing.facts import rule
from tests.qualification.chatting.making import Visitor, chat
from tests.qualification.nurturing.making import sequence

pytestmark = pytest.mark.django_db
BANT = ["20k", "Petra and I", "Forty sheets", "March"]


@pytest.fixture(autouse=True)
def hello(db: None) -> None:
    chat()


def test_it_asks_one_question_after_the_other_and_says_goodbye() -> None:
    visitor = Visitor()
    assert "Hello!" in visitor.shown and "How do you pay for tools" in visitor.shown
    visitor.say(*BANT)
    assert "Forty sheets" in visitor.shown and "reach you by e-mail" in visitor.shown
    visitor.say("Maya@Northwind.example", "Maya")
    assert "Bye for now." in visitor.shown and "<form" not in visitor.shown


def test_it_makes_the_same_lead_with_its_answers_as_the_lead_said(live_model: object) -> None:
    known = factories.make_lead(email="maya@northwind.example", first_name="")
    Visitor("/c/hello/?aid=browser-1&utm_campaign=spring&page=/pricing").say(
        *BANT, "Maya@Northwind.example", "Maya"
    )
    lead = Lead.objects.get()
    assert (lead, lead.first_name) == (known, "Maya")
    said = LeadAnswer.objects.order_by("id").values_list("framework", "element", "words", "via")
    assert list(said) == [
        ("bant", element, words, "chat")
        for element, words in zip(("budget", "authority", "need", "timeline"), BANT, strict=True)
    ]
    event = Event.objects.select_related("signature__kind").get()
    look = event.signature
    assert (look.kind.key, look.name, look.path, look.campaign) == (
        "chat", "Talk to us", "/pricing", "spring",
    )  # fmt: skip
    assert Browser.objects.get().lead == lead
    pipeline.drain()
    lead.refresh_from_db()
    assert lead.last_activity_at is not None


def test_who_talks_has_replied_to_a_sequence(db: None) -> None:
    known = factories.make_lead(email="maya@northwind.example")
    enrolling.enrol(sequence(), [known.pk], at=factories.now())
    Visitor().say(*BANT)
    assert Enrolment.objects.get().ended_at is None
    Visitor().say(*BANT, "maya@northwind.example")
    assert Enrolment.objects.get().end == "replied"


def test_answers_in_a_chat_that_reach_the_gate_open_a_handoff_once(
    live_model: ModelVersion, team: Team
) -> None:
    rule("Warm up", goes="nurture")
    rule("All", team=team)
    known = factories.make_lead(
        email="maya@northwind.example", title="Chief Operating Officer"
    )  # fmt: skip
    factories.make_event(known, "demo_request")
    pipeline.drain()
    assert not Handoff.objects.exists()
    Visitor().say(*BANT, "maya@northwind.example", "Maya")
    pipeline.drain()
    assert Handoff.objects.get().lead == known


def test_nothing_is_kept_of_who_leaves_no_address() -> None:
    Visitor().say(*BANT, "", "Maya")
    assert not Conversation.objects.exists() and not Lead.objects.exists()
    assert not LeadAnswer.objects.exists() and not Event.objects.exists()


def test_who_goes_after_leaving_an_address_is_a_lead_already() -> None:
    Visitor().say(*BANT, "maya@northwind.example")
    row = Conversation.objects.get()
    assert (row.is_done, row.lead, len(row.lines)) == (False, Lead.objects.get(), 5)


def test_a_step_sent_twice_is_one_conversation() -> None:
    visitor = Visitor().say(*BANT)
    page = visitor.page
    for _click in range(2):
        visitor.client.post("/c/hello/", {"page": page, "answer": "maya@northwind.example"})
    assert (Conversation.objects.count(), Event.objects.count(), Lead.objects.count()) == (1, 1, 1)
    assert LeadAnswer.objects.count() == 4


def test_what_differs_waits_as_a_proposal() -> None:
    factories.make_lead(email="maya@northwind.example", first_name="Mia")
    Visitor().say(*BANT, "maya@northwind.example", "Maya")
    assert Lead.objects.get().first_name == "Mia"
    assert Proposal.objects.get().value == "Maya"


def test_a_mistake_is_named_beside_the_question_and_stays_in_the_field() -> None:
    visitor = Visitor().say(*BANT, "not an address")
    assert visitor.answer.status_code == 422
    assert "is not an e-mail address" in visitor.shown and 'value="not an address"' in visitor.shown
    assert "Forty sheets" in visitor.shown
    visitor.say("maya@northwind.example")
    assert Lead.objects.exists()


def test_the_last_answer_can_be_taken_back_until_something_is_kept() -> None:
    visitor = Visitor().say("20k").press("back")
    assert "20k" not in visitor.shown
    visitor.say(*BANT, "maya@northwind.example")
    assert 'name="back"' not in visitor.shown
    assert "What do you" not in visitor.press("back").shown
    assert Lead.objects.exists() and "maya@northwind.example" in visitor.shown


def test_a_question_can_be_skipped_where_that_is_allowed() -> None:
    visitor = Visitor().press("skip")
    assert "Skipped" in visitor.shown and "Who else has to say yes" in visitor.shown


def test_a_choice_is_a_button_and_nothing_else_is_taken() -> None:
    steps = [
        {"key": "s1", "ask": "How many?", "choices": ["One", "Many"]},
        {"key": "s2", "ask": "E-mail?", "about": "email"},
    ]
    chat("short", steps=steps)
    visitor = Visitor("/c/short/")
    assert '<button class="button" name="answer" value="Many">' in visitor.shown
    assert visitor.say("Few").answer.status_code == 422
    assert "E-mail?" in visitor.say("Many").shown


def test_a_forged_or_old_page_begins_again(move_clock: Callable[[timedelta], None]) -> None:
    visitor = Visitor().say("20k")
    move_clock(timedelta(days=2))
    assert "begin again" in visitor.say("Petra").shown and "20k" not in visitor.shown
    answer = Client().post("/c/hello/", {"page": "forged", "answer": "x"})
    assert answer.status_code == 200 and "begin again" in answer.content.decode()


def test_a_conversation_goes_on_on_the_next_page_of_the_site() -> None:
    visitor = Visitor().say("20k")
    again = Client().post("/c/hello/", {"page": visitor.page}).content.decode()
    assert "20k" in again and "Who else has to say yes" in again


def test_consent_is_asked_beside_the_address_and_kept_with_its_text() -> None:
    purpose = purposes.add(
        name="Talk", description="", covers_activity=False, text="You may write to me.",
        by=None, at=factories.now(),
    )  # fmt: skip
    chat("asks", purpose=purpose.key)
    visitor = Visitor("/c/asks/").say(*BANT)
    assert "You may write to me." in visitor.shown
    visitor.say("maya@northwind.example")
    assert visitor.answer.status_code == 422 and not Lead.objects.exists()
    visitor.say("maya@northwind.example", agree="on")
    given = Consent.objects.get()
    assert (given.lead, given.purpose, given.granted) == (Lead.objects.get(), purpose, True)
    assert given.text is not None and given.source == "Talk to us"


@pytest.mark.parametrize("trap", [{"homepage": "https://spam.example"}, {}])
def test_a_program_makes_no_lead_and_waits(trap: dict[str, str]) -> None:
    chat("quick", least_seconds=0 if trap else 60)
    Visitor("/c/quick/").say(*BANT, "robot@spam.example", **trap)
    row = Conversation.objects.get()
    assert (row.state, row.lead, row.marks) == ("suspected", None, ["trap" if trap else "fast"])
    assert not Lead.objects.exists()


def test_what_a_visitor_types_stays_text() -> None:
    visitor = Visitor().say("<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in visitor.answer.content.decode()


def test_too_many_answers_wait_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "A_MINUTE", 1)
    monkeypatch.setattr(door, "AT_ONCE", 1)
    visitor = Visitor().say("20k", "Petra and I")
    assert visitor.answer.status_code == 429 and visitor.answer["Retry-After"]
    assert "Petra and I" in visitor.shown


def test_only_the_sites_of_the_chat_may_frame_it() -> None:
    chat("framed", embed_hosts=["www.example.com"])
    answer = Client().get("/c/framed/")
    assert "frame-ancestors www.example.com" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert Client().get("/c/hello/")["X-Frame-Options"] == "DENY"


def test_a_site_learns_when_to_show_it_and_nothing_else() -> None:
    answer = Client().get("/c/hello/when/")
    assert answer["Access-Control-Allow-Origin"] == "*"
    told = json.loads(answer.content)
    assert told == {"live": True, "name": "Talk to us", "pages": ["/pricing"], "after": 5}


def test_a_chat_that_is_off_takes_nothing() -> None:
    visitor = Visitor().say(*BANT)
    page = visitor.page
    Chat.objects.update(is_live=False)
    answer = visitor.client.post("/c/hello/", {"page": page, "answer": "maya@northwind.example"})
    assert answer.status_code == 404 and not Lead.objects.exists()


def test_it_sets_no_cookie() -> None:
    visitor = Visitor().say(*BANT, "maya@northwind.example")
    assert not visitor.client.cookies
