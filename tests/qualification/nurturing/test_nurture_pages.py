"""The pages of sequences: the editor, the numbers and the leads behind them, links that are followed."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from handoff.models import Delivery
from leads.models import Lead
from qualification.models import Enrolment, Sequence, SequenceMail, SequenceStep
from qualification.nurturing import composing, enrolling, fields, sending
from tests import factories
from tests.qualification.nurturing.making import LINK, sequence

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TEXT = {"new-wait_days": "0", "new-subject": "Hello <i>you</i>", "new-asks": ""}


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def test_a_sequence_is_made_written_and_switched_on(web: Client) -> None:
    assert "No sequence yet" in web.get("/qualification/nurture/").content.decode()
    told = {"name": "Mid <b>tier</b>", "audience": "routed", "after_days": "14"}
    url = web.post("/qualification/nurture/add/", told)["Location"]
    assert web.post("/qualification/nurture/add/", told).status_code == 422
    assert "Mid &lt;b&gt;tier" in web.get(url).content.decode()
    early = web.post(url, {"form": "on"})
    assert early.status_code == 422 and "first e-mail" in early.content.decode()
    for wrong in ("Hello {nobody}", "Hello {first_name", "Answer: {questions}"):
        answer = web.post(url, TEXT | {"form": "new", "new-body": wrong})
        assert answer.status_code == 422 and wrong in answer.content.decode()
    web.post(url, TEXT | {"form": "new", "new-body": f"Hi {{first_name|there}}, {LINK}"})
    web.post(url, {"form": "on"})
    made, step = Sequence.objects.get(), SequenceStep.objects.get()
    assert made.is_on and step.number == 1
    name = f"step-{step.pk}"
    changed = {
        f"{name}-wait_days": "2",
        f"{name}-subject": "Two",
        f"{name}-body": "B",
        f"{name}-asks": "bant",
    }
    assert web.post(url, changed | {"form": name}).status_code == 302
    assert SequenceStep.objects.get().asks == "bant"
    assert web.post(url, {"form": f"remove-{step.pk}"}).status_code == 302
    assert not Sequence.objects.get().is_on
    assert web.post(url, {"form": "sideways"}).status_code == 422


def test_an_email_is_looked_at_as_one_lead_and_sent_to_oneself(web: Client, marketer: User) -> None:
    sequence("Hi {first_name|there} {title}")
    step = SequenceStep.objects.get()
    lead = factories.make_lead(first_name="Maya<b>", title="CTO")
    url = f"/qualification/nurture/steps/{step.pk}/?lead={lead.email}"
    page = web.get(url).content.decode()
    assert "Hi there CTO" in page
    assert web.post(url).status_code == 302
    sample = Delivery.objects.get()
    assert (sample.to, sample.lead, sample.body) == (marketer.email, None, "Hi there CTO")


def test_a_number_is_that_of_the_leads_behind_it(
    web: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made = sequence(f"See {LINK}", ends_on_click=True)
    leads = [factories.make_lead() for _n in range(3)]
    enrolling.enrol(made, [lead.pk for lead in leads], at=factories.now())
    sending.advance(factories.now())
    mail = SequenceMail.objects.get(enrolment__lead=leads[0])
    path = composing.link(mail, 0).split("/n/")[1]
    assert f'data-follow="{LINK}"' in web.get(f"/n/{path}").content.decode()
    web.post(f"/n/{path}", headers={"User-Agent": "Mimecast link scanner"})
    web.post(f"/n/{path}", headers={"Sec-Purpose": "prefetch"})
    assert SequenceMail.objects.filter(clicked_at=None).count() == 3
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/n/{path}", headers={"User-Agent": FIREFOX}).status_code == 204
    assert web.get("/n/forged/").status_code == web.post("/n/forged/").status_code == 404
    url = f"/qualification/nurture/{made.pk}/leads/"
    with django_assert_max_num_queries(40):
        page = web.get("/qualification/nurture/").content.decode()
    for what, number in (("?what=running", 2), ("?what=followed", 1), ("", 3)):
        assert f'<a href="{url}{what}">{number}</a>' in page
        assert web.get(url + what).content.decode().count("<tr data-row") == number
    assert web.get(url + "?what=clicked").context["total"] == 1


def test_a_lead_is_added_and_taken_out_on_its_page(web: Client) -> None:
    made, lead = sequence(), factories.make_lead()
    url = f"/qualification/lead/{lead.public_id}/enrol"
    assert "Take out" in web.post(url, {"sequence": made.pk}, headers=HTMX).content.decode()
    again = web.post(url, {"sequence": made.pk}, headers=HTMX)
    assert again.status_code == 422 and "in a sequence already" in again.content.decode()
    web.post(url, {"stop": "1"}, headers=HTMX)
    assert Enrolment.objects.get().end == "stopped"
    assert web.post(url, {"sequence": "x"}).status_code == 422


def test_a_link_is_followed_without_scripts_by_a_button(client: Client) -> None:
    made = sequence(f"See {LINK}", ends_on_click=True)
    enrolling.enrol(made, [factories.make_lead().pk], at=factories.now())
    sending.advance(factories.now())
    path = f"/n/{composing.link(SequenceMail.objects.get(), 0).split('/n/')[1]}"
    button = '<button class="button button--primary" name="by" value="hand">'
    assert button in client.get(path).content.decode()
    assert SequenceMail.objects.get().clicked_at is None
    answer = client.post(path, {"by": "hand"}, headers={"User-Agent": FIREFOX}).content.decode()
    assert f'<meta http-equiv="refresh" content="0; url={LINK}">' in answer and button not in answer
    assert SequenceMail.objects.get().clicked_at is not None


def test_a_rep_sees_the_numbers_of_the_own_leads(client: Client, sdr: User) -> None:
    made = sequence()
    mine, foreign = factories.make_lead(), factories.make_lead()
    Lead.objects.filter(pk=mine.pk).update(owner=sdr)
    enrolling.enrol(made, [mine.pk, foreign.pk], at=factories.now())
    client.force_login(sdr)
    page = client.get(f"/qualification/nurture/{made.pk}/leads/")
    assert [row.lead for row in page.context["rows"]] == [mine] and page.context["total"] == 1
    assert client.get(f"/qualification/nurture/{made.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("value", "said"),
    [("Maya", "Maya"), ("", "there"), ("  Ma\r\nya ", "Ma ya"), ("see http://evil.example", "there"),
     ("www.evil", "there"), ("x@evil.example", "there"), ("evil.com/x", "there"), ("x" * 61, "there"),
     ("Dr. Lind", "Dr. Lind")],
)  # fmt: skip
def test_what_a_lead_typed_is_no_way_to_write_to_strangers(value: str, said: str) -> None:
    assert fields.fill("{first_name|there}", {"first_name": value}) == said
