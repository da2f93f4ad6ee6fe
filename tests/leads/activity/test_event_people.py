"""Whose an event is: identify, group and alias, before and after somebody says who they are."""

import uuid
from typing import Any

import pytest

from accounts import clock
from accounts.models import ApiKey
from accounts.safe_json import Item
from leads.activity import ingest
from leads.models import Company, DuplicatePair, Event, JournalEntry, Lead
from tests import factories

pytestmark = pytest.mark.django_db


def key(kind: str = ApiKey.Kind.SECRET) -> ApiKey:
    known = ApiKey.objects.filter(kind=kind).first()
    return known or ApiKey.objects.create(kind=kind, name="Site", prefix=f"k_{kind}", digest=b"x")


def send(*items: dict[str, Any], public: bool = False) -> None:
    whole = [Item({"messageId": uuid.uuid4().hex, **item}) for item in items]
    kind = ApiKey.Kind.PUBLIC if public else ApiKey.Kind.SECRET
    taken = ingest.take(whole, key(kind), at=clock.now())
    assert not taken.refused


def page(anonymous: str = "", user: str = "", **over: Any) -> dict[str, Any]:
    return {
        "type": "page",
        "anonymousId": anonymous,
        "userId": user,
        "properties": {"path": "/"},
        **over,
    }


def identify(email: str = "", anonymous: str = "", user: str = "", **traits: Any) -> dict[str, Any]:
    told = {**({"email": email} if email else {}), **traits}
    return {"type": "identify", "anonymousId": anonymous, "userId": user, "traits": told}


def alias(previous: str, user: str) -> dict[str, Any]:
    return {"type": "alias", "previousId": previous, "userId": user}


def owners() -> list[str | None]:
    return list(Event.objects.order_by("id").values_list("lead__email", flat=True))


def test_what_a_browser_and_a_user_id_did_before_becomes_the_leads() -> None:
    send(page("b-1"), page(user="u-1"))
    send(identify("maya@firm.example", "b-1", "u-1"))
    assert owners() == ["maya@firm.example"] * 2


def test_a_known_user_or_browser_needs_no_email_to_be_recognised() -> None:
    send(identify("maya@firm.example", "b-1", "u-1"))
    send(identify(user="u-1", title="CTO"), identify(anonymous="b-1", phone="999"))
    send(identify(user="u-9", title="Nobody"))
    lead = Lead.objects.get()
    assert (lead.title, lead.phone) == ("CTO", "999")


def test_a_group_says_where_somebody_works_and_what_the_company_is() -> None:
    send(identify("maya@firm.example", "b-1", "u-1"))
    facts = {
        "name": "Firm Ltd",
        "industry": "Tools",
        "employees": 329,
        "address": {"country": "de"},
    }
    send({"type": "group", "userId": "u-1", "groupId": "g", "traits": facts})
    company = Company.objects.get()
    assert (company.name, company.industry, company.employees, company.country) == (
        "Firm Ltd", "Tools", 329, "DE",
    )  # fmt: skip
    assert Lead.objects.get().company_name == "Firm Ltd"


def test_a_public_group_fills_what_is_empty_and_everybody_there_is_scored_again() -> None:
    colleague = factories.make_lead(email="otto@firm.example")
    Company.objects.update(industry="Tools")
    send(identify("maya@firm.example", "b-1"), public=True)
    JournalEntry.objects.all().delete()
    facts = {"name": "Firm", "industry": "Spam", "employees": "12"}
    send({"type": "group", "anonymousId": "b-1", "groupId": "g", "traits": facts}, public=True)
    company = Company.objects.get()
    assert (company.industry, company.employees) == ("Tools", 12)
    assert JournalEntry.objects.filter(kind="lead.active", lead=colleague).exists()


def test_an_alias_of_somebody_known_brings_along_what_the_other_id_did() -> None:
    send(identify("maya@firm.example", user="u-1"), page("b-7"))
    send(alias("b-7", "u-1"))
    send(page("b-7"), page(user="b-7"))
    assert owners() == ["maya@firm.example"] * 3


def test_an_alias_of_strangers_waits_until_one_says_who_it_is() -> None:
    send(page("b-7"), page(user="old"), alias("b-7", "u-1"), alias("old", "u-1"))
    assert owners() == [None, None]
    send(identify("maya@firm.example", user="u-1"))
    assert owners() == ["maya@firm.example"] * 2


def test_an_alias_works_from_the_previous_side_too() -> None:
    send(alias("b-7", "u-1"), page(user="u-1"))
    send(identify("maya@firm.example", "b-7"))
    assert owners() == ["maya@firm.example"]


def test_an_alias_between_two_leads_is_proposed_and_not_done() -> None:
    send(identify("maya@firm.example", user="u-1"), identify("m.klein@firm.example", user="u-2"))
    send(alias("u-1", "u-2"), public=True)
    pair = DuplicatePair.objects.get()
    assert (pair.state, pair.reasons) == ("open", ["told_both"])
    assert Lead.objects.filter(merged_into=None).count() == 2
    send(alias("u-1", "u-2"))
    assert DuplicatePair.objects.count() == 1
