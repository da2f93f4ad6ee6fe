"""The receipt of a score: everything that was used, nothing of others, and inert."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from leads.models import Lead
from scoring import overrides
from scoring.explaining import receipt
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client: Client, marketer: User) -> Lead:
    client.force_login(marketer)
    factories.publish_model(
        model(
            fit("title", 10), act("visit", 5, path="/pricing", cap=12),
            {"key": "team", "label": "Colleagues", "group": "account", "points": 7, "within_days": 9,
             "people": {"people": 1, "deeds": [{"kind": "page", "name": "", "path": ""}]}},
            line=20,
        )
    )  # fmt: skip
    found = factories.make_lead(title="CTO <script>", email="a@firm.example")
    other = factories.make_lead(title="Secret Colleague", email="b@firm.example")
    factories.make_event(other, path="/secret")
    for n in range(7):
        factories.make_event(found, path="/pricing/<b>", ago=timedelta(days=n))
    return found


def test_the_file_holds_facts_contributions_model_and_band(client: Client, lead: Lead) -> None:
    made = client.get(reverse("scoring:receipt_file", args=[lead.public_id])).json()
    assert (made["score"], made["band"]["key"]) == (29, "mql")
    assert sum(round(10 * one["points"]) for one in made["contributions"]) == 290
    assert len(made["model"]["hash"]) == 64
    visit = next(one for one in made["contributions"] if one["key"] == "visit")
    assert visit["events"]["count"] == 7 and len(visit["events"]["latest"]) == 5
    assert [part["label"] for part in visit["parts"]] == ["Points", "Limit"]
    assert made["facts"] == {"Job title": "CTO <script>"}
    assert client.get(f"/api/v1/leads/{lead.public_id}/receipt").json()["score"] == 29


def test_the_page_is_inert_and_tells_nothing_of_others(client: Client, lead: Lead) -> None:
    text = client.get(reverse("scoring:receipt", args=[lead.public_id])).content.decode()
    assert (
        "Counted: 7 times" in text and "CTO &lt;script&gt;" in text and "/pricing/&lt;b&gt;" in text
    )
    assert "CTO <script>" not in text and "/pricing/<b>" not in text
    assert "Secret" not in text and "/secret" not in text


def test_a_score_set_by_hand_says_so(lead: Lead, marketer: User, client: Client) -> None:
    at = factories.now()
    until = at.date() + timedelta(days=2)
    overrides.put(lead, total=3, reason="known well", until=until, by=marketer, at=at)
    made = receipt.receipt(lead, at=factories.now())
    assert made is not None and receipt.to_json(made)["set_by_hand"] == "known well"
    assert b"known well" in client.get(reverse("scoring:receipt", args=[lead.public_id])).content


def test_without_a_model_there_is_none(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    lead = factories.make_lead()
    page = client.get(reverse("scoring:receipt", args=[lead.public_id]))
    assert page.status_code == 200 and b"not rated" in page.content
    assert client.get(reverse("scoring:receipt_file", args=[lead.public_id])).status_code == 404
    assert client.get(f"/api/v1/leads/{lead.public_id}/receipt").status_code == 404
