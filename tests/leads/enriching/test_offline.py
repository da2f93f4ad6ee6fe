"""Drawers that know by themselves: what they say, what they may write, and that they never run in circles."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts import clock
from leadhub import pipeline
from leads import editing
from leads.enriching import filling, offline, origins
from leads.models import AttributeField, Drawer, FieldOrigin, JournalEntry, Lead, LeadChange
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db


def on(*kinds: str, **over: Any) -> list[Drawer]:
    drawers = list(Drawer.objects.filter(kind__in=kinds))
    for drawer in drawers:
        filling.switch(drawer, on=True)
    Drawer.objects.filter(kind__in=kinds).update(**over) if over else None
    return drawers


def enriched(**values: Any) -> Lead:
    lead = factories.make_lead(**values)
    pipeline.drain()
    lead.refresh_from_db()
    return lead


def test_drawers_are_off_until_somebody_opens_them() -> None:
    assert enriched(title="Head of Sales", phone="+4930123456").attributes == {}
    assert not FieldOrigin.objects.exists()


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("a@mailinator.com", "disposable"), ("a@x.mailinator.com", "disposable"), ("a@gmail.com", "free"),
        ("a@firm.example", "business"), (None, None),
    ],
)  # fmt: skip
def test_an_address_is_disposable_free_or_business(email: str | None, name: str | None) -> None:
    on("email")
    assert enriched(email=email, last_name="X").attributes.get("email_class") == name


def test_a_title_says_seniority_and_department() -> None:
    on("title")
    assert enriched(title="VP of Marketing").attributes == {
        "seniority": "Vice president", "department": "Marketing",
    }  # fmt: skip


def test_the_number_comes_before_the_ending_of_the_address() -> None:
    on("phone", "domain")
    lead = enriched(email="a@werk.de", phone="+351 912 345 678")
    assert lead.country == "PT"
    assert enriched(email="b@werk.de").country == "DE"
    assert enriched(email="c@start.io").country == ""


def test_a_number_without_code_is_whole_once_the_country_is_known() -> None:
    on("domain")
    assert enriched(email="a@werk.de", phone="030 123456").phone_e164 == "+4930123456"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("TIDELINE ROBOTICS GmbH & Co. KG", "Tideline Robotics"), ("IBM Deutschland GmbH", "IBM Deutschland"),
        ("Müller & Söhne AG", "Müller & Söhne"), ("SAP SE", "SAP"), ("tideline ltd", "Tideline"), ("", ""),
        ("GmbH", "GmbH"), ("Yahoo! Inc.", "Yahoo!"),
    ],
)  # fmt: skip
def test_a_company_is_called_as_people_say_it(name: str, plain: str) -> None:
    assert offline.plain_name(name) == plain


def test_what_is_known_is_left_alone() -> None:
    on("phone")
    lead = enriched(phone="+4930123456", country="AT")
    assert lead.country == "AT"
    assert not FieldOrigin.objects.exists()


def test_it_overwrites_where_it_was_told_to_and_keeps_what_was() -> None:
    on("phone", overwrites=True)
    lead = enriched(phone="+4930123456", country="AT")
    assert lead.country == "DE"
    assert LeadChange.objects.get(lead=lead).old == {"country": "AT"}


def test_every_value_has_source_time_and_confidence() -> None:
    on("phone")
    lead = enriched(phone="+4930123456")
    origin = origins.of(lead)["country"]
    assert (origin.value, origin.source, origin.confidence) == ("DE", "Country of the phone", 90)
    change = LeadChange.objects.get(lead=lead)
    assert (change.source, change.old, change.known_at) == (
        "Country of the phone",
        {"country": ""},
        origin.at,
    )


def test_what_a_drawer_wrote_follows_what_it_was_read_from() -> None:
    on("title")
    lead = enriched(title="VP of Marketing")
    editing.edit(lead, {"title": "Junior Developer"}, by=None, at=clock.now())
    pipeline.drain()
    lead.refresh_from_db()
    assert lead.attributes["seniority"] == "Junior"


def test_what_a_person_said_is_not_taken_back() -> None:
    on("title")
    lead = enriched(title="VP of Marketing")
    editing.edit(lead, {"custom.seniority": "Boss"}, by=None, at=clock.now())
    editing.edit(lead, {"title": "Junior Developer"}, by=None, at=clock.now())
    pipeline.drain()
    lead.refresh_from_db()
    assert (lead.attributes["seniority"], lead.attributes["department"]) == (
        "Boss",
        "IT and engineering",
    )


def test_it_never_runs_in_circles() -> None:
    on("email", "phone", "domain", "title", "company", overwrites=True)
    enriched(email="a@werk.de", phone="+351912345678", title="CEO", company_name="WERK GMBH")
    entries = JournalEntry.objects.count()
    pipeline.drain()
    assert JournalEntry.objects.count() == entries
    assert JournalEntry.objects.filter(done_at=None).count() == 0


def test_a_field_that_was_removed_is_not_filled() -> None:
    on("title")
    AttributeField.objects.filter(key="seniority").delete()
    assert enriched(title="VP of Marketing").attributes == {"department": "Marketing"}


def test_all_leads_there_are_can_pass_and_nobody_is_called(
    live_model: ModelVersion, team: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "PIECE", 2)
    leads = [enriched(title="VP of Sales") for _one in range(5)]
    drawer = on("title")[0]
    filling.walk(drawer)
    while filling.advance(clock.now()):
        pass
    pipeline.drain()
    assert all(Lead.objects.get(pk=lead.pk).attributes for lead in leads)
    assert Drawer.objects.get(pk=drawer.pk).walk_next is None
    told = JournalEntry.objects.filter(kind="lead.enriched").values_list("data", flat=True)
    assert all(data == {"opens_handoffs": False} for data in told)


def test_a_thousand_leads_cost_as_many_statements_as_ten(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    on("email", "phone", "domain", "title", "company")

    def count(many: int) -> int:
        leads = [factories.make_lead(title="CEO", phone="+351912345678").pk for _one in range(many)]
        with django_assert_max_num_queries(50) as asked:
            filling.fill(leads, at=clock.now())
        return len(asked)

    assert count(3) == count(30)
