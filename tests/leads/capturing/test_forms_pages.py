"""Making hosted forms and declaring custom fields."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, User
from leads.models import AttributeField, ConsentPurpose, ConsentText, Form
from tests import factories

pytestmark = pytest.mark.django_db
TEXTS = {
    "name": "Demo", "slug": "demo", "heading": "See it work", "source": "Demo form",
    "thanks": "Talk soon.", "is_live": "on", "least_seconds": "2",
}  # fmt: skip


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_form_is_made_and_asks_in_the_order_it_was_given(web: Client, client: Client) -> None:
    values = {
        **TEXTS, "order": ["phone", "email", "title"], "as:email": "ask", "as:phone": "ask",
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
    values = {**TEXTS, "name": "New name", "is_live": "", "as:email": "ask", "order": ["email"]}
    assert web.post("/leads/forms/demo/", values).status_code == 302
    form = Form.objects.get()
    assert (form.name, form.is_live) == ("New name", False)
    assert "New name" in shown(web.get("/leads/forms/")) and "Off" in shown(
        web.get("/leads/forms/")
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"as:email": ""}, "Choose at least one field"),
        ({"slug": "taken"}, "Another form has this address"),
        ({"slug": "add"}, "This address is our own"),
        ({"slug": "no spaces"}, "valid “slug”"),
        ({"slug": "quarantine"}, "This address is our own"),
        ({"name": ""}, "This field is required"),
        ({"as:title": "backwards"}, "Job title: Choose one of the ways to ask"),
        ({"as:email": "later"}, "E-mail: Choose one of the ways to ask"),
        ({"as:country": "hidden", "value:country": "Atlantis"}, "Country: Give the country"),
        ({"as:title": "ask", "label:title": "x" * 200}, "Job title: This text is too long"),
        ({"redirect_url": "https://elsewhere.example/"}, "not an address on one of our sites"),
        ({"redirect_url": "javascript:alert(1)"}, "not an address on one of our sites"),
        ({"embed_hosts": "not a site"}, "“not a site” is not a site"),
        ({"embed_hosts": "https://*; script-src *"}, "is not a site"),
        ({"own_look": "on", "ground": "#ffffff", "ink": "#eeeeee"}, "Hardly to be seen"),
        ({"least_seconds": "999"}, "less than or equal to 60"),
    ],
)
def test_mistakes_are_named_and_nothing_is_lost(
    web: Client, wrong: dict[str, Any], said: str
) -> None:
    factories.make_form("taken")
    values = {
        **TEXTS,
        "as:email": "ask",
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


def test_the_builder_keeps_what_is_asked_later_hidden_or_agreed_to(web: Client) -> None:
    AttributeField.objects.create(key="plan", label="Plan")
    purpose = ConsentPurpose.objects.create(key="letters", name="Letters")
    ConsentText.objects.create(
        purpose=purpose, version=1, text="Send me letters.", digest="x", created_at=factories.now()
    )
    Organisation.objects.create(name="Us", sites=["www.us.example"])
    values = {
        **TEXTS, "order": ["email", "consent:letters", "title", "custom.plan"],
        "as:email": "ask", "required": ["email", "consent:letters"], "as:consent:letters": "ask",
        "as:title": "later", "label:title": "Your job", "most_asked": "2", "button": "Go",
        "as:custom.plan": "hidden", "param:custom.plan": "plan", "value:custom.plan": "free",
        "redirect_url": "https://www.us.example/thanks", "embed_hosts": "https://WWW.us.example/blog",
        "own_look": "on", "accent": "#AA0000", "ground": "#ffffff", "ink": "#111111",
    }  # fmt: skip
    assert web.post("/leads/forms/add/", values).status_code == 302
    form = Form.objects.get()
    assert form.fields == [
        {"name": "email", "label": "E-mail", "required": True},
        {"name": "consent:letters", "label": "", "required": True},
        {"name": "title", "label": "Your job", "required": False, "later": True},
        {
            "name": "custom.plan", "label": "Plan", "required": False, "hidden": True,
            "value": "free", "param": "plan",
        },
    ]  # fmt: skip
    assert form.look == {"accent": "aa0000", "ground": "ffffff", "ink": "111111"}
    assert (form.most_asked, form.button, form.embed_hosts) == (2, "Go", ["www.us.example"])
    page = shown(web.get("/leads/forms/demo/"))
    assert 'value="later" selected' in page and "data-pass=&quot;plan&quot;" in page
    again = {**values, "slug": "again"}
    assert web.post("/leads/forms/demo/", again).status_code == 302
    assert Form.objects.get().fields == form.fields


def test_the_preview_shows_an_unfinished_form_and_runs_nothing(web: Client) -> None:
    values = {
        **TEXTS,
        "name": "",
        "heading": "Soon",
        "as:email": "ask",
        "label:email": "<b>You</b>",
    }
    answer = web.post("/leads/forms/preview/", values)
    assert answer.status_code == 200
    assert "Soon" in shown(answer) and "&lt;b&gt;You&lt;/b&gt;" in shown(answer)
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert not Form.objects.exists()
