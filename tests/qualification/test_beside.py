"""Around the questions: who has a say, the next step, coaching, who else has the card open."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import to_do
from handoff.models import Handoff, Notification
from leads.models import Company, JournalEntry, Lead
from qualification import seats, stakeholders
from qualification.models import CoachingNote, Scorecard, Stakeholder
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer, claimed, colleague

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def handoff(live_model: ModelVersion, sdr: User) -> Handoff:
    handoff = claimed(sdr, first_name="Maya", last_name="Lind")
    company = Company.objects.create(name="Acme", identity="name:acme", created_at=factories.now())
    Lead.objects.filter(pk=handoff.lead_id).update(company=company)
    return Handoff.objects.select_related("lead__score", "team", "owner").get(pk=handoff.pk)


def url(handoff: Handoff, what: str = "card") -> str:
    return f"/qualification/{handoff.public_id}/{what}"


def of_company(handoff: Handoff, **values: str) -> Lead:
    lead = factories.make_lead(**values)
    Lead.objects.filter(pk=lead.pk).update(company=handoff.lead.company_id)
    return lead


def test_people_are_leads_of_the_company_or_names(
    client: Client, handoff: Handoff, sdr: User
) -> None:
    petra = of_company(handoff, first_name="Petra", last_name="Koch", title="CFO")
    stranger = factories.make_lead(first_name="Somebody", last_name="Else")
    client.force_login(sdr)
    page = client.get(url(handoff, "people"), headers=HTMX).content.decode()
    assert "Petra Koch, CFO" in page and "Somebody Else" not in page
    send = {"role": "decides", "colleague": str(petra.public_id)}
    response = client.post(url(handoff, "people"), send, headers=HTMX)
    assert response.status_code == 204 and "leadChanged" in response["HX-Trigger"]
    typed = {"role": "champion", "name": HOSTILE, "title": "Buyer"}
    assert client.post(url(handoff, "people"), typed)["Location"] == url(handoff)
    for wrong in (
        {"role": "decides"},
        {"role": "king", "name": "A"},
        typed,
        {"role": "decides", "colleague": str(stranger.public_id)},
    ):
        response = client.post(url(handoff, "people"), wrong, headers=HTMX)
        assert response.status_code == 422 and "errorlist" in response.content.decode()
    page = client.get(url(handoff)).content.decode()
    assert "Petra Koch" in page and "&lt;img" in page and "<img src=x" not in page
    assert Stakeholder.objects.filter(colleague=petra.public_id, name="").exists()


def test_whom_one_rep_noted_every_card_of_the_company_shows(handoff: Handoff, sdr: User) -> None:
    stakeholders.add(handoff, role="decides", name="Ada Byron", by=sdr, at=factories.now())
    other = of_company(handoff, first_name="Petra")
    other.refresh_from_db()
    assert [one.name for one in stakeholders.of(other)] == ["Ada Byron"]
    row = Stakeholder.objects.get()
    assert stakeholders.remove(handoff, row.pk, by=sdr)
    assert not stakeholders.remove(handoff, row.pk, by=sdr)


def test_a_next_step_is_a_task_of_the_queue(client: Client, handoff: Handoff, sdr: User) -> None:
    due = factories.now() + timedelta(days=2)
    to_do.add(handoff, text="Call Petra with a quote", due_at=due, by=sdr, at=factories.now())
    client.force_login(sdr)
    assert "Call Petra with a quote" in client.get(url(handoff, "beside")).content.decode()


def test_a_manager_coaches_and_the_rep_is_told(
    client: Client, handoff: Handoff, sdr: User, manager: User
) -> None:
    answer(handoff, "need", by=sdr)
    client.force_login(manager)
    assert "Write to the rep" in client.get(url(handoff)).content.decode()
    send = {"element": "need", "text": "Ask what it costs them."}
    page = client.post(url(handoff, "note"), send, headers=HTMX).content.decode()
    assert "Ask what it costs them." in page
    empty = client.post(url(handoff, "note"), {"text": " ", "element": ""}, headers=HTMX)
    assert empty.status_code == 422
    assert client.post(url(handoff, "note"), {"text": "x"}).status_code == 302
    told = Notification.objects.filter(user=sdr, kind="coached").first()
    assert told is not None and told.text == "Ines Manager wrote to your card of Maya Lind."
    assert JournalEntry.objects.filter(kind="card.coached").count() == 2
    client.force_login(sdr)
    page = client.get(url(handoff)).content.decode()
    assert "Ask what it costs them." in page and "Write to the rep" not in page
    assert client.post(url(handoff, "note"), {"text": "mine"}).status_code == 403
    assert CoachingNote.objects.count() == 2


def test_a_manager_sees_the_gaps_first_and_the_rep_keeps_the_script(
    client: Client, handoff: Handoff, sdr: User, manager: User
) -> None:
    answer(handoff, "budget", by=sdr, level=1)
    # Authority is below what the gate asks for, need is not, and nobody asked for the time.
    answer(handoff, "authority", by=sdr, level=1)
    answer(handoff, "need", by=sdr, level=3)

    def order(by: User) -> list[str]:
        client.force_login(by)
        page = client.get(url(handoff)).content.decode()
        return re.findall(r'id="question-(\w+)"|<h2 class="call__group">([^<]+)', page)

    script = [("budget", ""), ("authority", ""), ("need", ""), ("timeline", "")]
    assert order(sdr) == script
    assert order(manager) == [
        ("", "2 gaps"), ("authority", ""), ("timeline", ""),
        ("", "Known well enough"), ("budget", ""), ("need", ""),
    ]  # fmt: skip
    Handoff.objects.update(owner=manager)
    assert order(manager) == script


def test_who_has_the_card_open_is_shown_to_others(
    client: Client, handoff: Handoff, sdr: User, team: Team
) -> None:
    carla = colleague(team)
    client.force_login(carla)
    assert client.get(url(handoff, "presence")).content.decode().strip() == ""
    client.force_login(sdr)
    assert (
        "Carla Colleague has this card open too"
        in client.get(url(handoff, "presence")).content.decode()
    )
    later = factories.now() + timedelta(minutes=1)
    assert seats.others(handoff, sdr, at=later) == []


def test_the_question_worth_asking_stands_on_top(
    client: Client, handoff: Handoff, sdr: User
) -> None:
    client.force_login(sdr)
    page = client.get(url(handoff)).content.decode()
    assert 'data-go="question-authority"' in page and "The gate asks for 2 or more." in page
    for element in ("authority", "need"):
        answer(handoff, element, by=sdr, level=3)
    again = client.get(url(handoff, "worth")).content.decode()
    assert 'data-go="question-budget"' in again


def test_earlier_cards_stand_as_bars(client: Client, handoff: Handoff, sdr: User) -> None:
    answer(handoff, "need", by=sdr, level=3)
    card = Scorecard.objects.get()
    client.force_login(sdr)
    client.post(url(handoff, "framework"), {"framework": "champ"})
    page = client.get(url(handoff)).content.decode()
    assert "card-history__bar--3" in page and "3 of 12" in page
    assert card.framework.name in page
