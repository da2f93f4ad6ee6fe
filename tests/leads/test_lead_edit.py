"""Adding a lead by hand and editing its facts."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Team, User
from leads.models import AttributeField, Lead, LeadChange
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(client: Client, sdr: User) -> Client:
    client.force_login(sdr)
    return client


@pytest.fixture
def custom(db: None) -> None:
    field = AttributeField.objects.create
    field(key="seats", label="Seats", type="number")
    field(key="plan", label="Plan", type="choice", choices=["Small", "Large"])
    field(key="pilot", label="Pilot", type="boolean")
    field(key="since", label="Customer since", type="date")


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_who_adds_a_lead_owns_it_and_goes_on_seeing_it(
    web: Client, sdr: User, team: Team, custom: None
) -> None:
    values = {
        "email": "Maya@Northwind.example", "first_name": "Maya", "source": "Trade fair",
        "custom.seats": "40", "custom.plan": "Large", "custom.pilot": "no",
        "custom.since": "2026-01-31",
    }  # fmt: skip
    answer = web.post("/leads/add/", values, follow=True)
    lead = Lead.objects.get()
    assert answer.redirect_chain == [(f"/leads/{lead.public_id}/", 302)]
    assert (lead.owner, lead.team, lead.source) == (sdr, team, "Trade fair")
    assert lead.attributes == {"seats": 40, "plan": "Large", "pilot": False, "since": "2026-01-31"}
    assert "Maya" in shown(web.get("/leads/"))


def test_a_marketer_who_adds_a_lead_does_not_take_it(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    client.post("/leads/add/", {"first_name": "Maya", "source": "Trade fair"})
    assert Lead.objects.get().owner is None


def test_mistakes_stand_beside_the_field_and_values_are_kept(web: Client, custom: None) -> None:
    values = {"email": "no address", "first_name": "Maya", "custom.seats": "many", "source": "x"}
    answer = web.post("/leads/add/", values)
    assert answer.status_code == 422
    assert "is not an e-mail address" in shown(answer) and "not a whole number" in shown(answer)
    assert 'value="Maya"' in shown(answer) and 'value="many"' in shown(answer)
    assert not Lead.objects.exists()


def test_an_address_that_is_taken_leads_to_its_lead_if_one_may_see_it(
    web: Client, client: Client, marketer: User
) -> None:
    other = factories.make_lead(email="maya@northwind.example", first_name="Maya")
    values = {"email": "maya@northwind.example", "first_name": "Mia", "source": "x"}
    answer = web.post("/leads/add/", values)
    assert answer.status_code == 422
    assert "Another lead has this e-mail" in shown(answer)
    assert str(other.public_id) not in shown(answer)
    client.force_login(marketer)
    assert f"/leads/{other.public_id}/" in shown(client.post("/leads/add/", values))
    assert (Lead.objects.count(), LeadChange.objects.count()) == (1, 0)


def test_an_edit_writes_only_what_was_changed(web: Client, sdr: User, custom: None) -> None:
    web.post("/leads/add/", {"first_name": "Maya", "custom.seats": "4", "source": "x"})
    lead = Lead.objects.get()
    url = f"/leads/{lead.public_id}/edit/"
    answer = web.post(url, {"first_name": "Maya", "title": "COO", "custom.seats": ""})
    assert answer.status_code == 302
    lead.refresh_from_db()
    assert (lead.title, lead.attributes) == ("COO", {})
    assert LeadChange.objects.get().old == {"title": "", "custom.seats": 4}
    page = shown(web.get(f"/leads/{lead.public_id}/"))
    assert "By You" in page and "<del>4</del>" in page


def test_a_choice_that_was_taken_off_the_list_stays_until_changed(
    web: Client, sdr: User, custom: None
) -> None:
    web.post("/leads/add/", {"first_name": "Maya", "custom.plan": "Small", "source": "x"})
    AttributeField.objects.filter(key="plan").update(choices=["Large"])
    lead = Lead.objects.get()
    url = f"/leads/{lead.public_id}/edit/"
    assert '<option value="Small" selected>' in shown(web.get(url))
    assert web.post(url, {"first_name": "Mia", "custom.plan": "Small"}).status_code == 302
    lead.refresh_from_db()
    assert (lead.first_name, lead.attributes) == ("Mia", {"plan": "Small"})


def test_taking_the_address_of_another_lead_is_refused(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    other = factories.make_lead(email="maya@northwind.example")
    lead = factories.make_lead(email="mia@northwind.example", first_name="Mia")
    url = f"/leads/{lead.public_id}/edit/"
    answer = client.post(url, {"email": "maya@northwind.example", "first_name": "Mia B"})
    assert answer.status_code == 422
    assert f"/leads/{other.public_id}/" in shown(answer) and 'value="Mia B"' in shown(answer)
    lead.refresh_from_db()
    assert (lead.email, lead.first_name) == ("mia@northwind.example", "Mia")
