"""Asking from the lead's page and from the lead list."""

import pytest
from django.test import Client

from accounts.models import User
from handoff.models import Delivery
from qualification.models import Ask
from qualification.views import asking
from tests import factories
from tests.qualification.asking.making import ask_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def test_one_click_makes_a_link_to_copy_and_another_sends_it(web: Client) -> None:
    lead = factories.make_lead()
    url = f"/qualification/lead/{lead.public_id}/ask"
    part = web.post(url, {"framework": "bant", "link": "1"}, headers=HTMX).content.decode()
    assert "/q/" in part and "data-copy" in part and not Delivery.objects.exists()
    part = web.post(url, {"framework": "bant", "mail": "1"}, headers=HTMX).content.decode()
    assert "on their way" in part and Delivery.objects.get().lead == lead
    again = web.post(url, {"framework": "bant", "mail": "1"}, headers=HTMX).content.decode()
    assert "today already" in again and Delivery.objects.count() == 1
    assert web.post(url, {"framework": "bant"})["Location"] == f"/leads/{lead.public_id}/"


def test_a_link_is_taken_back_where_it_was_made(web: Client) -> None:
    lead = factories.make_lead()
    ask = ask_of(lead)
    url = f"/qualification/lead/{lead.public_id}/ask/{ask.pk}/revoke"
    assert "/q/" not in web.post(url, headers=HTMX).content.decode()
    assert web.post(url).status_code == 404
    other = f"/qualification/lead/{factories.make_lead().public_id}/ask/{ask.pk}/revoke"
    assert web.post(other).status_code == 404


def test_questions_that_are_not_there_are_refused(web: Client) -> None:
    url = f"/qualification/lead/{factories.make_lead().public_id}/ask"
    answer = web.post(url, {"framework": "horoscope"}, headers=HTMX)
    assert answer.status_code == 422 and "Choose which questions" in answer.content.decode()
    assert "Choose which questions" in web.post("/qualification/ask/").content.decode()
    assert not Ask.objects.exists()


def test_who_fits_the_filters_of_the_list_is_asked(web: Client) -> None:
    asked = factories.make_lead(source="Fair", email="a@firm.example")
    factories.make_lead(source="Fair", email=None, last_name="Nobody")
    factories.make_lead(source="Web form")
    assert "/qualification/ask/?source=Fair" in web.get("/leads/?source=Fair").content.decode()
    url = "/qualification/ask/?source=Fair"
    assert "Send to 1 lead" in web.get(url).content.decode()
    answer = web.post(url, {"framework": "bant", "number": "2"}, follow=True)
    page = answer.content.decode()
    assert "1 lead is asked." in page and "1 has no e-mail address." in page
    assert Delivery.objects.get().lead == asked


def test_a_list_that_changed_meanwhile_is_looked_at_again(web: Client) -> None:
    factories.make_lead()
    answer = web.post("/qualification/ask/", {"framework": "bant", "number": "7"})
    assert answer.status_code == 422 and "has 1 leads now" in answer.content.decode()
    assert not Ask.objects.exists()


def test_a_list_too_long_is_sent_in_parts(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST", 1)
    factories.make_lead()
    factories.make_lead()
    assert "more than 1 leads" in web.get("/qualification/ask/").content.decode()
    answer = web.post("/qualification/ask/", {"framework": "bant", "number": "2"})
    assert answer.status_code == 422 and not Ask.objects.exists()


def test_a_rep_asks_only_the_leads_of_the_own_team(client: Client, sdr: User) -> None:
    lead = factories.make_lead()
    client.force_login(sdr)
    url = f"/qualification/lead/{lead.public_id}/ask"
    assert client.post(url, {"framework": "bant"}).status_code == 404
    client.post("/qualification/ask/", {"framework": "bant", "number": "0"})
    assert not Ask.objects.exists()
