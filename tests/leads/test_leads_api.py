"""Leads by API: the rooms behind the pages, one shape of error, and no field that is not on the list."""

from typing import Any

import pytest
from django.test import Client

from accounts import keys
from accounts.models import ApiKey, User
from leads.models import Lead
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Client:
    key = keys.make(kind=ApiKey.Kind.SECRET, name="CRM", by=None)[1]
    return Client(headers={"Authorization": f"Bearer {key}"})


def post(api: Client, **data: Any) -> Any:
    return api.post("/api/v1/leads", data, content_type="application/json")


def test_a_lead_is_added_once_and_then_updated(api: Client) -> None:
    assert post(api, email="Maya@Northwind.example", title="CTO").status_code == 201
    again = post(api, email="maya@northwind.example", title="CEO", external_id="7")
    assert (again.status_code, again.json()["title"]) == (200, "CEO")
    assert post(api, external_id="7", phone="123456").status_code == 200
    assert Lead.objects.get().phone == "123456"


def test_bad_fields_are_named_and_nothing_is_written(api: Client) -> None:
    answer = post(api, email="nobody", stage="customer", country="Atlantis")
    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == {"email", "stage", "country"}
    assert not Lead.objects.exists()


def test_a_patch_empties_and_changes_fields(api: Client) -> None:
    lead = factories.make_lead(title="CTO", phone="12345")
    answer = api.patch(
        f"/api/v1/leads/{lead.public_id}", {"title": None, "phone": "999"}, content_type="application/json"
    )  # fmt: skip
    assert (answer.json()["title"], answer.json()["phone"]) == ("", "999")
    assert lead.changes.get().old == {"phone": "12345", "title": "CTO"}


def test_an_address_that_another_lead_has_is_refused(api: Client) -> None:
    factories.make_lead(email="a@firm.example")
    lead = factories.make_lead(email="b@firm.example")
    answer = api.patch(
        f"/api/v1/leads/{lead.public_id}", {"email": "a@firm.example"}, content_type="application/json"
    )  # fmt: skip
    assert answer.status_code == 400
    assert "email" in answer.json()["error"]["fields"]


def test_the_list_is_paged_by_key_in_a_constant_number_of_queries(
    api: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        factories.make_lead()
    with django_assert_max_num_queries(8):
        page = api.get("/api/v1/leads?limit=3").json()
    rest = api.get(page["next"]).json()
    assert len({lead["id"] for lead in page["results"] + rest["results"]}) == 5


def test_a_person_sees_the_leads_of_their_teams_only(outsider: User) -> None:
    lead = factories.make_lead()
    client = Client()
    client.force_login(outsider)
    assert client.get("/api/v1/leads").json()["results"] == []
    assert client.get(f"/api/v1/leads/{lead.public_id}").status_code == 404


def test_the_schema_describes_every_door(api: Client) -> None:
    schema = api.get("/api/v1/schema?format=json")
    assert schema.status_code == 200
    assert b"/api/v1/batch" in schema.content
