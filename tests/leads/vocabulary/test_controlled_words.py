"""A list controls the words of a field: people choose, machines are counted."""

import pytest
from django.test import Client

from accounts.models import User
from leads.models import AttributeField, Lead, ValueList
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def control(field: str, *words: str) -> ValueList:
    return ValueList.objects.create(
        key=field.replace(".", "_"), name=field, values=list(words), controls=field
    )


def test_a_controlled_field_is_a_drop_down(web: Client) -> None:
    control("source", "Fair", "Web form")
    page = web.get("/leads/add/").content.decode()
    assert '<option value="Fair">' in page and 'name="source"' in page
    wrong = web.post("/leads/add/", {"first_name": "Ada", "source": "fare"})
    assert wrong.status_code == 422 and "Ada" in wrong.content.decode()
    assert web.post("/leads/add/", {"first_name": "Ada", "source": "Fair"}).status_code == 302
    assert Lead.objects.get().source == "Fair"


def test_what_a_lead_holds_already_stays_a_choice(web: Client) -> None:
    AttributeField.objects.create(key="branch", label="Branch")
    lead = factories.make_lead(**{"custom.branch": "Softwear"})
    control("custom.branch", "Software")
    url = f"/leads/{lead.public_id}/edit/"
    page = web.get(url).content.decode()
    assert '<option value="Softwear" selected>' in page and '<option value="Software">' in page


def test_what_machines_send_is_taken_and_counted(web: Client) -> None:
    control("source", "Fair")
    AttributeField.objects.create(key="branch", label="Branch")
    control("custom.branch", "Software")
    factories.make_lead(source="Fair", **{"custom.branch": "Software"})
    factories.make_lead(source="fare")
    factories.make_lead(source="Fair", **{"custom.branch": "Softwear"})
    page = web.get("/leads/?issue=off_list").content.decode()
    assert page.count('<tr id="lead-') == 2


def test_two_lists_cannot_control_one_field(web: Client) -> None:
    control("source", "Fair")
    sent = {"name": "More sources", "values": "Web", "controls": "source"}
    answer = web.post("/leads/lists/", sent)
    assert answer.status_code == 422 and "Another list controls" in answer.content.decode()
    sent["controls"] = "title"
    assert web.post("/leads/lists/", sent).status_code == 302
    assert ValueList.objects.get(name="More sources").controls == "title"
