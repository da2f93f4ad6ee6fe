"""Lists that rules name, and how a title is read."""

import pytest
from django.test import Client

from leads.models import ValueList
from leads.vocabulary import value_lists
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketing(client: Client) -> Client:
    client.force_login(factories.make_user("marketer"))
    return client


@pytest.mark.parametrize(
    ("title", "seniority", "department"),
    [
        ("Chief Marketing Officer", "C-level", "Marketing"),
        ("CTO, Europe", "C-level", "IT and engineering"),
        ("Assistant to the CEO", "Assistant", "General management"),
        ("Vice President Sales", "Vice president", "Sales"),
        ("Head of Finance", "Director or head", "Finance"),
        ("Marketing intern", "Student or intern", "Marketing"),
        ("Senior Software Engineer", "Senior specialist", "IT and engineering"),
        ("Gardener", "", ""),
        ("", "", ""),
    ],
)
def test_a_title_is_read_into_seniority_and_department(
    title: str, seniority: str, department: str
) -> None:
    assert value_lists.read(title) == value_lists.Read(seniority, department)


def test_a_list_is_made_and_edited_on_its_page(marketing: Client) -> None:
    marketing.post("/leads/lists/", {"name": "Key accounts", "values": "Acme\nInitech, Acme"})
    made = ValueList.objects.get(key="key_accounts")
    assert made.values == ["Acme", "Initech"]
    marketing.post("/leads/lists/key_accounts/", {"name": "Key accounts", "values": ""})
    made.refresh_from_db()
    assert made.values == []


def test_a_name_that_is_taken_is_refused_with_everything_typed(marketing: Client) -> None:
    answer = marketing.post("/leads/lists/", {"name": "Free mail", "values": "a.example"})
    assert answer.status_code == 422
    assert b"There is a list with this name already." in answer.content
    assert b"a.example" in answer.content


def test_a_title_is_tried_on_the_page(marketing: Client) -> None:
    page = marketing.get("/leads/lists/", {"title": "<b>VP</b> of People"}).content.decode()
    assert "Vice president" in page
    assert "<b>VP</b>" not in page


def test_the_page_asks_no_more_for_more_lists(
    marketing: Client, django_assert_max_num_queries: object
) -> None:
    ValueList.objects.bulk_create(ValueList(key=f"l{n}", name=f"L{n}") for n in range(50))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        marketing.get("/leads/lists/")
