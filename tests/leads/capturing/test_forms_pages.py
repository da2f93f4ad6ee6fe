"""Making hosted forms and declaring custom fields."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from leads.models import AttributeField, Form
from tests import factories

pytestmark = pytest.mark.django_db
TEXTS = {
    "name": "Demo", "slug": "demo", "heading": "See it work", "source": "Demo form",
    "thanks": "Talk soon.", "is_live": "on",
}  # fmt: skip


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_form_is_made_and_asks_in_the_order_it_was_given(web: Client, client: Client) -> None:
    values = {
        **TEXTS, "order": ["phone", "email", "title"], "asked": ["email", "phone"],
        "required": ["email"], "label:email": "Work e-mail", "label:phone": "",
    }  # fmt: skip
    answer = web.post("/leads/forms/add/", values)
    assert answer["Location"] == "/leads/forms/demo/"
    form = Form.objects.get()
    assert form.fields == [
        {"name": "phone", "label": "Phone", "required": False},
        {"name": "email", "label": "Work e-mail", "required": True},
    ]
    assert "/f/demo/" in shown(web.get("/leads/forms/demo/"))
    page = shown(Client().get("/f/demo/"))
    assert page.index('name="phone"') < page.index('name="email"')
    assert "Work e-mail" in page and "See it work" in page


def test_a_form_can_be_changed_and_switched_off(web: Client) -> None:
    factories.make_form("demo")
    values = {**TEXTS, "name": "New name", "is_live": "", "asked": ["email"], "order": ["email"]}
    assert web.post("/leads/forms/demo/", values).status_code == 302
    form = Form.objects.get()
    assert (form.name, form.is_live) == ("New name", False)
    assert "New name" in shown(web.get("/leads/forms/")) and "Off" in shown(
        web.get("/leads/forms/")
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"asked": []}, "Choose at least one field"),
        ({"slug": "taken"}, "Another form has this address"),
        ({"slug": "add"}, "This address is our own"),
        ({"slug": "no spaces"}, "valid “slug”"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_mistakes_are_named_and_nothing_is_lost(
    web: Client, wrong: dict[str, Any], said: str
) -> None:
    factories.make_form("taken")
    values = {
        **TEXTS,
        "asked": ["email"],
        "order": ["title", "email"],
        "label:email": "Yours",
        **wrong,
    }
    answer = web.post("/leads/forms/add/", values)
    assert answer.status_code == 422
    assert said in shown(answer)
    assert 'value="Yours"' in shown(answer)
    assert Form.objects.count() == 1


def test_a_field_is_declared_once(web: Client) -> None:
    values = {"label": "Seat count", "key": "", "type": "choice", "choices": "Few\n\nMany\nFew"}
    assert web.post("/leads/fields/", values).status_code == 302
    field = AttributeField.objects.get()
    assert (field.key, field.choices) == ("seat_count", ["Few", "Many"])
    again = web.post("/leads/fields/", values)
    assert again.status_code == 422 and "already" in shown(again)
    assert "custom.seat_count" in shown(web.get("/leads/fields/"))
    assert web.post("/leads/fields/", {**values, "label": "!"}).status_code == 422


def test_sales_people_make_no_forms(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    for url in ("/leads/forms/", "/leads/forms/add/", "/leads/fields/"):
        assert client.get(url).status_code == 403
