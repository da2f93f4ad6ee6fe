"""The hosted form, as a visitor and a double-clicking visitor see it."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from leads.models import (
    AttributeField,
    Event,
    Form,
    FormSubmission,
    JournalEntry,
    Lead,
    Proposal,
    Visitor,
)
from leads.views import hosted
from tests import factories

URL = "/f/talk/"


def submission_in(page: HttpResponse) -> str:
    found = re.search(r'name="submission" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def send(client: Client, url: str = URL, **values: str) -> Any:
    """Opens the form and sends it, as a browser does."""
    values.setdefault("submission", submission_in(client.get(url)))
    return client.post(url, values)


def page_text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.fixture
def form(db: None) -> Form:
    return factories.make_form()


def test_it_makes_a_lead_and_thanks(client: Client, form: Form) -> None:
    answer = send(client, email="Maya@Northwind.example", first_name="Maya")
    assert (answer.status_code, answer["Location"]) == (302, "/f/talk/thanks/")
    assert form.thanks in client.get("/f/talk/thanks/").content.decode()
    lead = Lead.objects.get()
    assert (lead.email, lead.first_name, lead.source) == (
        "maya@northwind.example",
        "Maya",
        "Web form",
    )
    event = Event.objects.select_related("signature").get()
    assert (event.signature.name, event.signature.path) == ("talk", URL)
    assert JournalEntry.objects.filter(kind="lead.captured", lead=lead).exists()


def test_a_second_submission_joins_the_lead_and_fills_only_empty_fields(
    client: Client, form: Form
) -> None:
    first = send(client, email="maya@northwind.example", first_name="Maya")
    second = send(client, email="MAYA@northwind.example", first_name="Mia", title="COO")
    assert (second.status_code, second["Location"]) == (first.status_code, first["Location"])
    lead = Lead.objects.get()
    assert (lead.first_name, lead.title) == ("Maya", "COO")
    waits = Proposal.objects.get()
    assert (waits.lead, waits.field, waits.value) == (lead, "first_name", "Mia")
    assert waits.source == form.name
    assert Event.objects.filter(lead=lead).count() == 2


def test_a_double_click_makes_one_lead(client: Client, form: Form) -> None:
    submission = submission_in(client.get(URL))
    for _click in range(2):
        answer = send(client, email="maya@northwind.example", submission=submission)
        assert answer.status_code == 302
    assert (Lead.objects.count(), FormSubmission.objects.count(), Event.objects.count()) == (
        1,
        1,
        1,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("email", "pages"), [("maya@northwind.example", 1), ("", 1), ("", 6)])
def test_clicks_at_the_same_moment_make_one_lead(email: str, pages: int) -> None:
    """By the page they come from, and where each has a page of its own by what they say."""
    factories.make_form()
    opened = [submission_in(Client().get(URL)) for _page in range(pages)]

    def click(number: int) -> int:
        try:
            values = {"email": email} if email else {"first_name": "Maya"}
            values["submission"] = opened[number % pages]
            return Client().post(URL, values).status_code
        finally:
            connections.close_all()

    if not email:
        Form.objects.update(fields=[{"name": "first_name", "label": "Name", "required": True}])
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(click, range(6))) == {302}
    assert (Lead.objects.count(), FormSubmission.objects.count(), Event.objects.count()) == (
        1,
        1,
        1,
    )


def test_it_says_beside_the_field_what_is_wrong_and_keeps_the_rest(
    client: Client, form: Form
) -> None:
    answer = send(client, email="not an address", first_name="Maya")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is not an e-mail address" in page
    assert 'value="Maya"' in page and 'aria-invalid="true"' in page
    assert not Lead.objects.exists()


def test_it_asks_for_what_is_required(client: Client, form: Form) -> None:
    assert send(client, first_name="Maya").status_code == 422


def test_a_forged_submission_id_is_refused_and_renewed(client: Client, form: Form) -> None:
    answer = send(client, email="maya@northwind.example", submission="forged")
    assert answer.status_code == 422
    assert not Lead.objects.exists()
    again = send(client, email="maya@northwind.example", submission=submission_in(answer))
    assert again.status_code == 302


def test_who_falls_into_the_trap_is_thanked_and_waits_for_a_person(
    client: Client, form: Form
) -> None:
    answer = send(client, email="robot@spam.example", homepage="https://spam.example")
    assert (answer.status_code, answer["Location"]) == (302, "/f/talk/thanks/")
    assert not Lead.objects.exists()
    kept = FormSubmission.objects.get()
    assert (kept.state, kept.marks, kept.answers) == (
        "suspected",
        ["trap"],
        {"email": "robot@spam.example"},
    )


def test_who_is_faster_than_a_person_waits_and_who_is_not_does_not(
    client: Client, form: Form, move_clock: Any
) -> None:
    Form.objects.update(least_seconds=2)
    submission = submission_in(client.get(URL))
    send(client, email="quick@spam.example", submission=submission)
    assert FormSubmission.objects.get().marks == ["fast"]
    move_clock(timedelta(seconds=3))
    send(client, email="calm@northwind.example", submission=submission)
    assert Lead.objects.get().email == "calm@northwind.example"


def test_a_throw_away_address_is_marked_and_taken(client: Client, form: Form) -> None:
    send(client, email="somebody@mailinator.com")
    kept = FormSubmission.objects.get()
    assert (kept.marks, kept.lead) == (["disposable"], Lead.objects.get())


def test_the_same_answers_within_a_minute_are_one_submission(
    client: Client, form: Form, move_clock: Any
) -> None:
    for _time in range(2):
        assert send(client, email="maya@northwind.example").status_code == 302
    assert FormSubmission.objects.count() == 1
    move_clock(timedelta(seconds=61))
    send(client, email="maya@northwind.example")
    assert FormSubmission.objects.count() == 2
    assert Event.objects.count() == 2


def test_a_corrected_answer_of_the_same_page_is_not_lost(client: Client, form: Form) -> None:
    submission = submission_in(client.get(URL))
    for email in ("maya@northwnd.example", "maya@northwind.example"):
        send(client, email=email, submission=submission)
    assert set(Lead.objects.values_list("email", flat=True)) == {
        "maya@northwnd.example",
        "maya@northwind.example",
    }


def test_a_page_left_open_for_days_is_renewed_with_what_was_typed(
    client: Client, form: Form, move_clock: Any
) -> None:
    submission = submission_in(client.get(URL))
    move_clock(timedelta(days=2))
    answer = send(client, email="maya@northwind.example", submission=submission)
    assert answer.status_code == 422 and "open for too long" in answer.content.decode()
    assert 'value="maya@northwind.example"' in answer.content.decode()
    again = send(client, email="maya@northwind.example", submission=submission_in(answer))
    assert again.status_code == 302


def test_a_hidden_field_comes_from_the_link_and_never_stands_in_the_way(
    client: Client, db: None
) -> None:
    AttributeField.objects.create(key="plan", label="Plan", type="choice", choices=["Pro", "Free"])
    factories.make_form(
        fields=[
            {"name": "email", "label": "E-mail", "required": True},
            {"name": "custom.plan", "hidden": True, "value": "Free", "param": "plan"},
        ]
    )
    for link, plan in (("?plan=Pro", "Pro"), ("", "Free"), ("?plan=%3Cscript%3E", None)):
        hidden = re.search(r'name="custom.plan" value="([^"]*)"', page_text(client, URL + link))
        assert hidden is not None
        email = f"{plan}@northwind.example".lower()
        values = {"email": email, "custom.plan": html.unescape(hidden[1])}
        assert send(client, URL + link, **values).status_code == 302
        assert Lead.objects.get(email=email).attributes.get("plan") == plan


def test_a_field_asked_later_is_asked_at_most_so_many_at_once(client: Client, db: None) -> None:
    later = [{"name": name, "later": True} for name in ("title", "phone", "company_name")]
    factories.make_form(fields=[{"name": "email", "required": True}, *later], most_asked=2)
    page = page_text(client, URL)
    assert 'name="title"' in page and 'name="phone"' in page and "company_name" not in page
    send(client, email="maya@northwind.example", title="COO", phone="")
    assert Lead.objects.get().title == "COO"


def test_the_link_tells_the_campaign_and_the_visitor(client: Client, form: Form) -> None:
    url = f"{URL}?utm_campaign=spring&aid=browser-1"
    send(client, url, email="maya@northwind.example")
    assert Lead.objects.get().campaign == "spring"
    assert Visitor.objects.get().lead == Lead.objects.get()
    assert Event.objects.select_related("signature").get().signature.campaign == "spring"


def test_it_sets_no_cookie_that_recognises_a_visitor(client: Client, form: Form) -> None:
    client.get(URL)
    assert set(client.cookies) <= {"csrftoken"}


def test_a_form_that_is_off_is_a_friendly_404(client: Client, form: Form) -> None:
    submission = submission_in(client.get(URL))
    Form.objects.update(is_live=False)
    for answer in (
        client.get(URL),
        client.post(URL, {"email": "a@b.example", "submission": submission}),
    ):
        assert answer.status_code == 404
        assert "This form is closed" in answer.content.decode()
    assert not Lead.objects.exists()


def test_hostile_text_of_the_form_stays_text(client: Client, form: Form) -> None:
    answer = send(client, email="x", first_name='"><img src=x onerror=alert(1)>')
    assert "<img src=x" not in answer.content.decode()


def test_hostile_words_in_the_link_do_no_harm(client: Client, form: Form) -> None:
    url = f"{URL}?utm_campaign={'x' * 500}&aid={'y' * 500}"
    assert send(client, url, email="maya@northwind.example").status_code == 302
    assert not Visitor.objects.exists()


def test_one_network_can_send_only_so_many(
    client: Client, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosted, "AT_ONCE", 2)
    monkeypatch.setattr(hosted, "A_MINUTE", 1)
    submission = submission_in(client.get(URL))
    values = {"email": "maya@northwind.example", "submission": submission}
    answers = [client.post(URL, values) for _time in range(hosted.AT_ONCE + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {302}
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1
    assert 'value="maya@northwind.example"' in answers[-1].content.decode()
