"""Suspected spam waits for a person, who makes leads of it or leaves it out."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from leads.capturing import capture, quarantine
from leads.models import Consent, Event, Form, FormSubmission, Lead
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/leads/forms/quarantine/"


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def suspect(form: Form, email: str = "maybe@firm.example", **more: Any) -> FormSubmission:
    values = {"email": email, **more}
    at = factories.now()
    capture.submit(form, values, submission_id=uuid.uuid4(), at=at, marks=["trap"])
    return FormSubmission.objects.get(answers__email=email)


def test_whom_somebody_releases_is_a_lead_as_of_when_it_was_sent(
    web: Client, marketer: User, move_clock: Any
) -> None:
    sent = suspect(factories.make_form(), first_name="Maya")
    move_clock(timedelta(days=2))
    page = web.get(URL).content.decode()
    assert "maybe@firm.example" in page and "people do not see" in page
    assert web.post(URL, {"release": str(sent.pk)}).status_code == 302
    lead, event = Lead.objects.get(), Event.objects.get()
    assert (lead.first_name, lead.created_at, event.occurred_at) == ("Maya", sent.at, sent.at)
    assert event.received_at - sent.at >= timedelta(days=2)
    sent.refresh_from_db()
    assert (sent.state, sent.lead, sent.decided_by) == ("taken", lead, marketer)


def test_two_people_release_it_once(marketer: User) -> None:
    sent = suspect(factories.make_form())
    at = factories.now()
    assert quarantine.release([sent.pk], by=marketer, at=at) == 1
    assert quarantine.release([sent.pk], by=marketer, at=at) == 0
    assert quarantine.leave([sent.pk], by=marketer, at=at) == 0
    assert Event.objects.count() == 1


def test_what_is_left_out_is_kept_and_can_still_be_released(web: Client) -> None:
    form = factories.make_form()
    first, second = suspect(form, "a@firm.example"), suspect(form, "b@firm.example")
    web.post(URL, {"leave": "", "pick": [str(first.pk), "no id"]})
    assert quarantine.count() == 1
    page = web.get(URL + "?show=left").content.decode()
    assert "a@firm.example" in page and "b@firm.example" not in page
    web.post(URL, {"release": "", "pick": [str(first.pk), str(second.pk)]})
    assert set(Lead.objects.values_list("email", flat=True)) == {"a@firm.example", "b@firm.example"}


def test_what_came_since_the_page_was_opened_is_not_left_out_with_all(
    web: Client, move_clock: Any
) -> None:
    form = factories.make_form()
    suspect(form, "a@firm.example")
    seen = factories.now()
    move_clock(timedelta(minutes=1))
    late = suspect(form, "b@firm.example")
    web.post(URL, {"leave_all": seen.isoformat()})
    assert list(FormSubmission.objects.filter(state="suspected")) == [late]


def test_a_consent_of_a_released_one_counts_from_when_it_was_given(
    marketer: User, move_clock: Any
) -> None:
    form = factories.make_form()
    visit = capture.Visit(consents={"email": None}, proof={"form": "talk"})  # type: ignore[dict-item]
    values = {"email": "maya@firm.example"}
    sent = {"submission_id": uuid.uuid4(), "at": factories.now(), "marks": ["fast"]}
    capture.submit(form, values, visit=visit, **sent)  # type: ignore[arg-type]
    assert not Consent.objects.exists()
    move_clock(timedelta(hours=1))
    row = FormSubmission.objects.get()
    quarantine.release([row.pk], by=marketer, at=factories.now())
    given = Consent.objects.get()
    assert (given.at, given.granted, given.proof) == (row.at, True, {"form": "talk"})


def test_the_navigation_says_how_many_wait(web: Client) -> None:
    form = factories.make_form()
    assert "nav__count" not in web.get("/leads/forms/").content.decode()
    suspect(form)
    assert '<span class="nav__count">1</span>' in web.get("/leads/forms/").content.decode()


def test_the_page_asks_the_database_the_same_however_many_wait(web: Client) -> None:
    form = factories.make_form()
    numbers = []
    for n in range(2):
        suspect(form, f"{n}@firm.example")
        web.get(URL)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            web.get(URL)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_pages_follow_one_another_by_key(
    marketer: User, monkeypatch: pytest.MonkeyPatch, move_clock: Any
) -> None:
    monkeypatch.setattr(quarantine, "PAGE", 2)
    form = factories.make_form()
    for n in range(5):
        suspect(form, f"{n}@firm.example")
    seen, after = [], ""
    while True:
        page = quarantine.page("suspected", after=after)
        seen += [row.answers["email"] for row in page.rows]
        if not (after := page.after):
            break
    assert sorted(seen) == [f"{n}@firm.example" for n in range(5)]
    assert quarantine.page("suspected", after="nonsense~x").rows


def test_sales_people_do_not_see_it(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"release": str(uuid.uuid4())}).status_code == 403
