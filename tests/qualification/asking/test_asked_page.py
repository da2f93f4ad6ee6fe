"""The page of questions, as the lead sees it and as it lands."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from handoff.models import Notification
from leadhub import pipeline
from leads.models import Event, Lead
from qualification.models import Ask, LeadAnswer
from qualification.views import asked
from scoring.starters import pieces
from tests import factories
from tests.qualification.asking.making import ask_of, path_of

pytestmark = pytest.mark.django_db
SAID = "About <b>20</b> thousand a year"


@pytest.fixture
def path() -> str:
    return path_of(ask_of(factories.make_lead(email="maya@northwind.example")))


def send(client: Client, path: str, page: Any = None, **answers: str) -> Any:
    page = page or client.get(path)
    found = re.search(r'name="sending" value="([^"]+)"', page.content.decode())
    assert found is not None
    return client.post(path, {"sending": found[1], **answers})


def test_it_asks_every_question_of_the_framework_in_plain_words(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    for element in ("budget", "authority", "need", "timeline"):
        assert f'name="{element}"' in page
    assert "What made you look for something like this now?" in page
    assert "BANT" not in page and "maya" not in page


def test_what_is_answered_waits_on_the_lead_and_is_an_event(client: Client, path: str) -> None:
    answer = send(client, path, budget=SAID, need="  ")
    assert (answer.status_code, answer["Location"]) == (302, f"{path}thanks/")
    assert client.get(answer["Location"]).status_code == 200
    kept = LeadAnswer.objects.get()
    assert (kept.framework, kept.element, kept.words, kept.via) == ("bant", "budget", SAID, "link")
    event = Event.objects.select_related("signature__kind").get()
    assert (event.lead, event.signature.kind.key) == (Lead.objects.get(), "qualification_form")
    assert Ask.objects.get().answered_at is not None


def test_a_page_sent_twice_is_one_answer(client: Client, path: str) -> None:
    page = client.get(path)
    for _click in range(2):
        assert send(client, path, page, budget=SAID).status_code == 302
    assert (LeadAnswer.objects.count(), Event.objects.count()) == (1, 1)


def test_answers_can_be_changed_by_the_same_link(client: Client, path: str) -> None:
    send(client, path, budget=SAID, need="Forty spreadsheets")
    page = client.get(path)
    assert "About &lt;b&gt;20&lt;/b&gt; thousand" in page.content.decode()
    send(client, path, page, budget="Thirty", need="Forty spreadsheets")
    words = LeadAnswer.objects.order_by("id").values_list("element", "words")
    assert list(words) == [("budget", SAID), ("need", "Forty spreadsheets"), ("budget", "Thirty")]


def test_nothing_typed_is_lost_when_something_is_wrong(client: Client, path: str) -> None:
    answer = send(client, path, budget="x" * 1001, need="Forty spreadsheets")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Forty spreadsheets" in page and "1000" in page
    assert send(client, path, budget=" ").status_code == 422
    assert not LeadAnswer.objects.exists()


def test_an_old_or_forged_page_still_counts(client: Client, path: str) -> None:
    answer = client.post(path, {"sending": "forged", "need": "Forty spreadsheets"})
    assert answer.status_code == 302
    assert LeadAnswer.objects.get().words == "Forty spreadsheets"


def test_the_owner_is_told(client: Client, sdr: User) -> None:
    lead = factories.make_lead(first_name="Maya")
    Lead.objects.update(owner=sdr)
    send(client, path_of(ask_of(lead)), need="Forty spreadsheets")
    note = Notification.objects.get()
    assert (note.user, note.text) == (sdr, "Maya answered: BANT.")


def test_answers_of_a_merged_lead_are_the_living_ones(client: Client) -> None:
    gone, living = factories.make_lead(), factories.make_lead()
    path = path_of(ask_of(gone))
    Lead.objects.filter(pk=gone.pk).update(merged_into=living)
    send(client, path, need="Forty spreadsheets")
    assert LeadAnswer.objects.get().lead == living


def test_too_many_answers_from_one_place_wait_and_keep_their_words(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "A_MINUTE", 1)
    monkeypatch.setattr(asked, "AT_ONCE", 1)
    assert send(client, path, need="The first").status_code == 302
    answer = send(client, path, need="One more")
    assert answer.status_code == 429 and LeadAnswer.objects.count() == 1
    assert "One more" in answer.content.decode() and answer["Retry-After"]


def test_answering_is_scored_once_a_page(client: Client, path: str, team: object) -> None:
    said = pieces.act("said", "Answered our questions", 30, "qualification_form")
    starts = pieces.bands(("cold", "Cold", None, "none"), ("mql", "MQL", 50, "mql"))
    factories.publish_model(pieces.whole([said], starts))
    page = client.get(path)
    for _click in range(2):
        send(client, path, page, need="Forty spreadsheets")
    pipeline.drain()
    assert Lead.objects.get().score.total == 30
