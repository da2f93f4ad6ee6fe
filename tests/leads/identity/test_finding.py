"""Likely duplicates are found by what people mistype, told with a reason, and never decided by a machine."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from leadhub import pipeline
from leads import editing
from leads.identity import finding, likeness, pairs, profiles
from leads.models import DuplicatePair, Lead, MatchAsked
from tests import factories

pytestmark = pytest.mark.django_db


def search() -> None:
    pipeline.drain()
    while finding.advance(clock.now()):
        pass


def found() -> list[tuple[str, list[str]]]:
    return [(pair.state, pair.reasons) for pair in DuplicatePair.objects.order_by("pk")]


def alike(one: dict[str, Any], other: dict[str, Any]) -> likeness.Likeness:
    a, b = (profiles.profile(Lead(pk=pk, **values)) for pk, values in ((1, one), (2, other)))
    return likeness.compare(a, b)


def test_one_name_at_one_company_is_a_likely_pair() -> None:
    factories.make_lead(email="maya@firm.example", first_name="Maya", last_name="Petrova")
    factories.make_lead(email="mpetrova@firm.example", first_name="Maya", last_name="Petrvoa")
    search()
    assert found() == [("open", ["name", "company"])]


def test_a_phone_written_otherwise_is_the_same_phone() -> None:
    factories.make_lead(email="a@x.example", first_name="Maya", phone="+49 30 901820")
    factories.make_lead(email="b@y.example", first_name="Maya", phone="030 901820", country="DE")
    search()
    assert found() == [("open", ["name", "phone"])]


def test_a_mailbox_that_is_sorted_by_a_plus_is_one_mailbox() -> None:
    one, other = ({"email": f"maya{tag}@firm.example"} for tag in ("", "+news"))
    assert alike(one, other).reasons == ["mailbox"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"first_name": "Maya"}, {"first_name": "Maya"}),
        ({"company_name": "Firm"}, {"company_name": "Firm"}),
        ({"first_name": "Maya", "last_name": "Petrova"}, {"first_name": "Maya", "last_name": "Petrova"}),
        ({"phone": "+4930901820"}, {"phone": "+4930901820"}),
        (
            {"first_name": "Maya", "last_name": "Petrova", "company_id": 1, "phone": "+4930901820"},
            {"first_name": "Igor", "last_name": "Petrova", "company_id": 1, "phone": "+4930901820"},
        ),
        ({"email": "info@a.example"}, {"email": "info@b.example"}),
    ],
)  # fmt: skip
def test_little_in_common_is_no_reason_to_ask(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not alike(one, other).is_enough


def test_rows_without_anything_to_recognise_them_by_are_left_alone() -> None:
    for _n in range(3):
        factories.make_lead(email=None, external=("crm", f"id-{_n}"), country="IN", title="Student")
    search()
    assert found() == []
    assert Lead.objects.filter(merged_into=None).count() == 3


def test_a_dismissed_pair_never_comes_back() -> None:
    one = factories.make_lead(email="maya@firm.example", first_name="Maya", last_name="Petrova")
    other = factories.make_lead(email="m@firm.example", first_name="Maya", last_name="Petrova")
    search()
    pairs.dismiss(one.pk, other.pk, by=None, at=clock.now())
    editing.edit(other, {"title": "CFO", "phone": "+49 30 1234567"}, by=None, at=clock.now())
    search()
    assert [state for state, _reasons in found()] == ["dismissed"]


def test_a_pair_that_no_longer_looks_alike_is_proposed_no_more() -> None:
    factories.make_lead(email="maya@firm.example", first_name="Maya", last_name="Petrova")
    other = factories.make_lead(email="m@firm.example", first_name="Maya", last_name="Petrova")
    search()
    editing.edit(other, {"first_name": "Igor"}, by=None, at=clock.now())
    search()
    assert found() == []


def test_nobody_is_merged_by_likeness_alone() -> None:
    for name in ("a", "b"):
        factories.make_lead(
            email=f"{name}@firm.example",
            first_name="Maya",
            last_name="Petrova",
            phone="+4930901820",
        )
    search()
    assert DuplicatePair.objects.get().score == likeness.MOST
    assert not Lead.objects.exclude(merged_into=None).exists()


def test_candidates_of_a_lead_that_is_not_stored_yet() -> None:
    there = factories.make_lead(email="maya@firm.example", first_name="Maya", last_name="Petrova")
    search()
    asked = Lead(first_name="Petrova", last_name="Maya", email="maya+x@firm.example")
    assert [candidate.lead for candidate in finding.candidates(asked)] == [there]


def test_the_number_of_statements_does_not_grow_with_the_leads() -> None:
    def statements(count: int) -> int:
        for n in range(count):
            factories.make_lead(first_name=f"Maya{n}", last_name="Petrova")
        pipeline.drain()
        with CaptureQueriesContext(connection) as caught:
            assert finding.advance(clock.now())
        assert not MatchAsked.objects.exists()
        return len(caught)

    statements(1)
    assert statements(2) == statements(20)
