"""What a form said otherwise waits as rows, and is taken over or dropped by a person or a machine."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import keys
from accounts.models import ApiKey, User
from leads import editing, fields
from leads.capturing import capture, proposals
from leads.identity.joining import Joined, Result
from leads.models import AttributeField, Lead, LeadChange, Proposal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(db: None) -> Lead:
    return factories.make_lead(email="maya@firm.example", first_name="Maya", title="COO")


def say(lead: Lead, source: str = "Talk to us", **values: Any) -> None:
    joined = [Joined(lead.pk, Result.UNCHANGED, values)]
    proposals.keep(joined, source=source, at=factories.now())


def open_ones(lead: Lead) -> list[tuple[str, str, str]]:
    found = proposals.waiting(Lead.objects.get(pk=lead.pk), fields.catalogue())
    return [(one.key, one.present, one.value) for one in found]


def state_of(value: Any) -> str:
    return Proposal.objects.get(value=value).state


def test_one_is_taken_and_the_others_of_its_field_are_dropped(
    lead: Lead, sdr: User, move_clock: Any
) -> None:
    say(lead, title="CEO", phone="030")
    move_clock(timedelta(hours=1))
    say(lead, title="Chair")
    assert open_ones(lead) == [
        ("title", "COO", "Chair"),
        ("title", "COO", "CEO"),
        ("phone", "", "030"),
    ]
    number = proposals.take(
        lead, [Proposal.objects.get(value="CEO").pk], by=sdr, at=factories.now()
    )
    assert number == 1
    assert Lead.objects.get().title == "CEO"
    assert (state_of("CEO"), state_of("Chair"), state_of("030")) == ("taken", "dropped", "open")
    change = LeadChange.objects.get()
    assert (change.old, change.by, change.source) == ({"title": "COO"}, sdr, "Talk to us")


def test_of_all_the_newest_of_each_field_is_taken(lead: Lead, sdr: User, move_clock: Any) -> None:
    say(lead, title="CEO", first_name="Mia")
    move_clock(timedelta(hours=1))
    say(lead, "Fair", title="Chair")
    assert proposals.take(lead, None, by=sdr, at=factories.now()) == 2
    kept = Lead.objects.get()
    assert (kept.title, kept.first_name) == ("Chair", "Mia")
    assert not open_ones(lead)
    assert set(LeadChange.objects.values_list("source", flat=True)) == {"Fair", "Talk to us"}


def test_what_is_dropped_leaves_the_lead_as_it_is(lead: Lead, sdr: User) -> None:
    say(lead, title="CEO", first_name="Mia")
    assert proposals.drop(lead, None, by=sdr, at=factories.now()) == 2
    assert Lead.objects.get().title == "COO" and not open_ones(lead)
    assert proposals.drop(lead, None, by=sdr, at=factories.now()) == 0


def test_the_same_value_waits_once_and_a_dropped_one_may_come_again(lead: Lead, sdr: User) -> None:
    say(lead, title="CEO")
    say(lead, "Fair", title="CEO")
    assert Proposal.objects.get().source == "Fair"
    proposals.drop(lead, None, by=sdr, at=factories.now())
    say(lead, title="CEO")
    assert open_ones(lead) == [("title", "COO", "CEO")]


def test_an_edit_by_hand_decides(lead: Lead, sdr: User) -> None:
    say(lead, title="CEO", first_name="Mia")
    editing.edit(lead, {"title": "Chair", "first_name": "Mia"}, by=sdr, at=factories.now())
    assert (state_of("CEO"), state_of("Mia")) == ("dropped", "taken")


def test_what_the_lead_holds_by_now_is_not_shown(lead: Lead) -> None:
    say(lead, title="CEO")
    capture.add({"email": lead.email, "title": "CEO"}, source="API", at=factories.now())
    assert open_ones(lead) == []


def test_long_values_and_custom_fields_wait_too(lead: Lead, sdr: User) -> None:
    AttributeField.objects.create(key="note", label="Note")
    long = "ä" * 2000
    say(lead, **{"custom.note": long})
    proposals.take(lead, None, by=sdr, at=factories.now())
    assert Lead.objects.get().attributes == {"note": long}


def test_an_address_of_somebody_else_is_not_taken_and_waits_on(
    client: Client, lead: Lead, administrator: User
) -> None:
    factories.make_lead(email="other@firm.example")
    say(lead, email="other@firm.example", title="CEO")
    client.force_login(administrator)
    page = client.post(f"/leads/{lead.public_id}/proposals/", {"take": "all"}, follow=True)
    assert "Another lead has" in page.content.decode()
    lead.refresh_from_db()
    assert (lead.email, lead.title) == ("maya@firm.example", "COO")
    assert len(open_ones(lead)) == 2


def test_they_are_decided_on_the_page_of_the_lead(
    client: Client, lead: Lead, administrator: User
) -> None:
    client.force_login(administrator)
    say(lead, title="<img src=x>", first_name="Mia")
    page = client.get(f"/leads/{lead.public_id}/").content.decode()
    assert 'id="proposals"' in page and "2 values wait" in page
    assert "&lt;img src=x&gt;" in page and "<img src=x>" not in page
    url = f"/leads/{lead.public_id}/proposals/"
    one = Proposal.objects.get(value="Mia")
    assert "Taken over" in client.post(url, {"take": one.pk}, follow=True).content.decode()
    assert "has decided" in client.post(url, {"take": one.pk}, follow=True).content.decode()
    assert "has decided" in client.post(url, {"drop": "x" * 99}, follow=True).content.decode()
    client.post(url, {"drop": "all"})
    assert 'id="proposals"' not in client.get(f"/leads/{lead.public_id}/").content.decode()
    assert Lead.objects.get().first_name == "Mia" and not open_ones(lead)


def test_a_machine_reads_takes_and_drops(lead: Lead) -> None:
    say(lead, title="CEO", first_name="Mia")
    key = keys.make(kind=ApiKey.Kind.SECRET, name="CRM", by=None)[1]
    machine = Client(headers={"Authorization": f"Bearer {key}"})
    url = f"/api/v1/leads/{lead.public_id}/proposals"
    told = {one["field"]: one for one in machine.get(url).json()}
    assert told["title"]["value"] == "CEO" and told["title"]["source"] == "Talk to us"
    body = {"take": [told["title"]["id"]], "drop": [told["first_name"]["id"], 999]}
    answer = machine.post(url, body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, [])
    assert Lead.objects.get().title == "CEO"
    wrong = machine.post(url, {"take": ["x"]}, content_type="application/json")
    assert wrong.status_code == 400 and "take[0]" in wrong.json()["error"]["fields"]
    nobody = machine.get(f"/api/v1/leads/{uuid.uuid4()}/proposals")
    assert nobody.status_code == 404


def test_the_page_asks_the_database_the_same_however_many_wait(
    client: Client, lead: Lead, administrator: User
) -> None:
    client.force_login(administrator)
    numbers = []
    for n in range(3):
        say(lead, title=f"Title {n}")
        client.get(f"/leads/{lead.public_id}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/leads/{lead.public_id}/")
        numbers.append(len(asked))
    assert len(set(numbers)) == 1
