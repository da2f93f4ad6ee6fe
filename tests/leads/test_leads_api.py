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
    with django_assert_max_num_queries(11):
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


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=maya", {"maya@firm.example"}), ("stage=lead", {"maya@firm.example", "otto@firm.example"}),
        ("source=Fair", {"otto@firm.example"}), ("owner=nobody", {"maya@firm.example", "otto@firm.example"}),
        ("score_from=1000", set()), ("active_since=2020-01-01", {"otto@firm.example"}),
        ("q=firm&source=Fair&sort=name", {"otto@firm.example"}),
    ],
)  # fmt: skip
def test_the_list_is_filtered_as_the_page_is(api: Client, query: str, found: set[str]) -> None:
    factories.make_lead(email="maya@firm.example")
    otto = factories.make_lead(email="otto@firm.example", source="Fair")
    factories.make_event(otto)
    page = api.get(f"/api/v1/leads?{query}").json()
    assert {lead["email"] for lead in page["results"]} == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stage=rich", "stage"), ("owner=me", "owner"), ("colour=red", "colour"), ("limit=0", "limit"),
        ("limit=x", "limit"), ("sort=luck", "sort"), ("after=nowhere", "after"), ("score_from=x", "score_from"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_meant_is_named(api: Client, query: str, field: str) -> None:
    answer = api.get(f"/api/v1/leads?{query}")
    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == {field}


def test_pages_lead_there_and_back_in_any_order(api: Client) -> None:
    for number in range(5):
        factories.make_lead(first_name=f"N{number}")
    first = api.get("/api/v1/leads?sort=name&limit=2").json()
    second = api.get(first["next"]).json()
    names = [lead["first_name"] for lead in first["results"] + second["results"]]
    assert names == ["N0", "N1", "N2", "N3"]
    assert api.get(second["previous"]).json()["results"] == first["results"]


def test_many_leads_are_added_at_once_and_a_bad_one_spoils_no_other(
    api: Client, django_assert_max_num_queries: Any
) -> None:
    known = factories.make_lead(email="known@firm.example")
    leads: list[Any] = [{"email": f"p{n}@firm.example", "external_id": str(n)} for n in range(30)]
    leads += [{"email": "known@firm.example", "title": "CTO"}, {"email": "nobody"}, {}, 7]
    leads += [{"external_id": "3", "phone": "999"}]
    with django_assert_max_num_queries(45):
        answer = api.post("/api/v1/leads/bulk", {"leads": leads}, content_type="application/json")
    told = answer.json()
    counts = [told[name] for name in ("created", "updated", "unchanged", "refused")]
    assert counts == [30, 2, 0, 3]
    assert told["results"][30]["id"] == str(known.public_id)
    assert "email" in told["results"][31]["errors"]
    assert told["results"][34]["id"] == told["results"][3]["id"]
    assert Lead.objects.count() == 31


def test_a_lead_of_another_team_is_neither_shown_nor_changed_by_adding_it(outsider: User) -> None:
    factories.make_lead(email="maya@firm.example", phone="")
    client = Client()
    client.force_login(outsider)
    for path, body in (
        ("", {"email": "maya@firm.example", "phone": "999"}),
        ("/bulk", {"leads": [{"email": "maya@firm.example", "phone": "999"}]}),
    ):
        answer = client.post(f"/api/v1/leads{path}", body, content_type="application/json")
        assert answer.status_code == 409
    assert Lead.objects.get().phone == ""
