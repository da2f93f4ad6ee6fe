"""Who is one lead at once: the same address, the same id, the same number if it was verified."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts import clock, keys
from accounts.models import ApiKey
from leads import editing
from leads.models import ContactKey, Lead

pytestmark = pytest.mark.django_db
NUMBER = "+49 30 901820"


@pytest.fixture
def machine() -> Client:
    key = keys.make(kind=ApiKey.Kind.SECRET, name="CRM", by=None)[1]
    return Client(headers={"Authorization": f"Bearer {key}"})


def send(machine: Client, **data: Any) -> int:
    answer = machine.post("/api/v1/leads", json.dumps(data), content_type="application/json")
    return answer.status_code


def test_a_verified_number_is_one_person(machine: Client) -> None:
    assert send(machine, phone=NUMBER, phone_verified=True, first_name="Maya") == 201
    assert send(machine, phone="+49 (30) 901820", phone_verified=True, last_name="Petrova") == 200
    lead = Lead.objects.get()
    assert (lead.first_name, lead.last_name) == ("Maya", "Petrova")


def test_a_number_that_nobody_verified_is_not(machine: Client) -> None:
    for name in ("Maya", "Igor"):
        assert send(machine, phone=NUMBER, first_name=name) == 201
    assert Lead.objects.count() == 2


@pytest.mark.parametrize("data", [{"phone": "call me"}, {"first_name": "Maya"}])
def test_what_is_no_number_cannot_be_verified(machine: Client, data: dict[str, str]) -> None:
    assert send(machine, phone_verified=True, **data) == 400
    assert send(machine, phone_verified="yes", phone=NUMBER) == 400


def test_a_number_that_a_lead_gave_up_recognises_it_no_longer(machine: Client) -> None:
    send(machine, phone=NUMBER, phone_verified=True)
    editing.edit(Lead.objects.get(), {"phone": "+49 30 555555"}, by=None, at=clock.now())
    assert not ContactKey.objects.filter(kind=ContactKey.PHONE).exists()
    assert send(machine, phone=NUMBER, phone_verified=True) == 201
