"""Deals by API, by keys and by people."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts import keys
from accounts.models import ApiKey, User
from leads.models import Lead
from qualification.models import Opportunity
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.closing.facts import accepted, opened

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
URL = "/api/v1/opportunities"


@pytest.fixture
def api(live_model: ModelVersion) -> Client:
    key = keys.make(kind=ApiKey.Kind.SECRET, name="CRM", by=None)[1]
    return Client(headers={"Authorization": f"Bearer {key}"})


def send(api: Client, url: str, body: Any, method: str = "post") -> Any:
    return getattr(api, method)(url, body, content_type="application/json")


def test_an_opportunity_is_opened_once_and_told_again(api: Client, sdr: User) -> None:
    lead = accepted(sdr)
    body = {"lead": str(lead.public_id), "amount": "12000", "currency": "EUR", "deal": "D-17"}
    first = send(api, URL, body)
    assert first.status_code == 201 and first.json()["stage"] == "Discovery"
    again = send(api, URL, body | {"amount": "1"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert send(api, URL, body | {"deal": "D-18"}).status_code == 409
    other = accepted(sdr)
    taken = send(api, URL, {"lead": str(other.public_id), "deal": "D-17"})
    assert taken.status_code == 409 and "has this id" in taken.json()["error"]["message"]
    assert Opportunity.objects.count() == 1


def test_a_lead_that_is_no_sql_is_refused_in_words(api: Client, sdr: User) -> None:
    answer = send(api, URL, {"lead": str(factories.make_lead().public_id)})
    assert answer.status_code == 409 and "Only an SQL" in answer.json()["error"]["message"]
    for wrong in (
        {}, {"lead": "x"}, {"lead": str(accepted(sdr).public_id), "currency": "euro", "amount": -1},
    ):  # fmt: skip
        assert send(api, URL, wrong).status_code == 400


def test_it_moves_ends_and_is_opened_again(api: Client, sdr: User) -> None:
    url = f"{URL}/{opened(sdr).public_id}"
    moved = send(api, url, {"stage": "Proposal", "owner": sdr.email}, "patch").json()
    assert (moved["stage"], moved["owner"]) == ("Proposal", sdr.email)
    assert send(api, url, {"stage": "Nowhere"}, "patch").status_code == 400
    assert send(api, f"{url}/state", {"state": "lost"}).status_code == 400
    lost = {"state": "lost", "reason": "lost_price"}
    for _time in range(2):
        answer = send(api, f"{url}/state", lost)
        assert (answer.status_code, answer.json()["reason"]) == (200, "lost_price")
    assert Lead.objects.get().stage == "lost"
    assert send(api, f"{url}/state", {"state": "won"}).status_code == 409
    assert send(api, url, {"name": "Later"}, "patch").status_code == 409
    assert send(api, f"{url}/state", {"state": "open"}).json()["state"] == "open"
    listed = api.get(f"{URL}?state=open&lead={Lead.objects.get().public_id}").json()
    assert [one["id"] for one in listed["results"]] == [url.rsplit("/", 1)[1]]
    assert api.get(f"{URL}?state=x").status_code == 400
    assert api.get(f"{URL}?lead=x").status_code == 400


def test_the_example_of_the_api_page_opens_and_wins(api: Client, sdr: User) -> None:
    text = (ROOT / "docs" / "api.md").read_text().split("## Opportunities")[1]
    opens, wins = (json.loads(body) for body in re.findall(r"-d '(\{.*?\})'", text, re.DOTALL)[:2])
    opens["lead"] = str(accepted(sdr).public_id)
    made = send(api, URL, opens)
    assert made.status_code == 201
    won = send(api, f"{URL}/{made.json()['id']}/state", wins)
    assert won.status_code == 200 and won.json()["state"] == "won"
    assert Lead.objects.get().stage == "customer"
