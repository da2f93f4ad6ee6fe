"""Payloads are recognised, guessed at and read; pure."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.fields import BUILT_IN
from leads.hooks import mapping, paths, senders
from leads.hooks.mapping import LeftOut, NotUnderstood, Plan
from tests.leads.hooks import payloads

AT = datetime(2026, 4, 1, 12, tzinfo=UTC)


def read(payload: Any, plan: Plan | None = None) -> mapping.Found:
    plan = plan or guess(payload)
    item = paths.items(payload, plan.each)[0]
    return mapping.understand(item, plan, fields=BUILT_IN, name="Hook", at=AT)


def guess(payload: Any) -> Plan:
    return senders.guess(payload, sender=senders.recognised(payload), fields=BUILT_IN)


KNOWN = [
    ("hubspot", payloads.HUBSPOT, "ines@quay.example|Ines|Rocha|Head of IT||"),
    ("hubspot", payloads.HUBSPOT_FORM, "ana@tide.example|Ana|||Tide|"),
    ("typeform", payloads.TYPEFORM, "max@ridge.example|||Head of Data||"),
    ("calendly", payloads.CALENDLY, "jo@fell.example|Jo Anne|Fell||Fell Ltd|+44 20 7946 0018"),
    ("facebook", payloads.FACEBOOK_FIELDS, "lia@berg.example|Lia|Berg|||"),
    ("pipedrive", payloads.PIPEDRIVE, "tom@cairn.example|Tom|Edwards||Cairn|+14349934730"),
    ("generic", payloads.BATCH, "one@list.example|One|List|||"),
]
COLUMNS = ["email", "first_name", "last_name", "title", "company_name", "phone"]


@pytest.mark.parametrize(("sender", "payload", "told"), KNOWN)
def test_a_known_sender_is_recognised_and_mapped_without_help(
    sender: str, payload: Any, told: str
) -> None:
    assert senders.recognised(payload).key == sender
    values = read(payload).values
    assert "|".join(values.get(column, "") for column in COLUMNS) == told
    assert values.keys() <= set(COLUMNS)


def test_ids_moments_and_names_of_events_are_found() -> None:
    found = read(payloads.TYPEFORM)
    assert (found.external_id, found.event_id, found.campaign) == ("tok1", "01HT", "spring")
    assert found.look is not None
    assert (found.look.kind, found.look.name) == ("form", "Tell us more")
    assert read(payloads.HUBSPOT).external_id == "251"
    assert read(payloads.HUBSPOT).look is None
    form = read(payloads.HUBSPOT_FORM)
    assert form.look is not None
    assert (form.look.path, form.look.name) == ("https://tide.example/pricing", "Pricing")
    assert form.occurred_at == datetime(2026, 3, 31, 12, tzinfo=UTC)


def test_answers_are_found_by_what_they_call_themselves() -> None:
    plan = guess(payloads.TYPEFORM)
    moved: Any = copy.deepcopy(payloads.TYPEFORM)
    moved["form_response"]["answers"].reverse()
    del moved["form_response"]["answers"][0]
    assert read(moved, plan).values == {"title": "Head of Data", "email": "max@ridge.example"}


def test_what_was_before_is_no_value() -> None:
    shown = [paths.shown(leaf.path) for leaf in paths.leaves(payloads.HUBSPOT)]
    assert "properties.firstname.value" in shown
    assert not any("versions" in path for path in shown)


def test_another_kind_of_message_is_left_out() -> None:
    plan = guess(payloads.PIPEDRIVE)
    other = {**payloads.PIPEDRIVE, "meta": {"object": "deal"}}
    with pytest.raises(LeftOut, match=r"meta\.object is not “person”"):
        read(other, plan)


def test_values_in_lists_are_one_text() -> None:
    assert paths.read(payloads.FACEBOOK, ("colours",)) == "red, blue"
    assert paths.read(payloads.FACEBOOK, ("country",)) == "DE"


def test_the_first_that_is_not_empty_counts() -> None:
    picks: Any = [(("work",), "email"), (("private",), "email")]
    plan = Plan(picks=picks, constants=[("company_name", "Acme")])
    assert read({"work": "", "private": "p@x.example"}, plan).values["email"] == "p@x.example"
    assert read({"work": "w@x.example", "private": "p@x.example"}, plan).values == {
        "email": "w@x.example", "company_name": "Acme",
    }  # fmt: skip


def test_what_cannot_be_kept_is_left_out_and_told() -> None:
    picks: Any = [(("email",), "email"), (("country",), "country"), (("when",), "occurred_at")]
    found = read(
        {"email": "a@x.example", "country": "Atlantis", "when": "02/31/2025 later"}, Plan(picks)
    )
    assert found.values == {"email": "a@x.example"}
    assert found.occurred_at is None
    assert "Country was left out" in found.remarks[0]
    assert "“02/31/2025 later” is not a moment" in found.remarks[1]


def test_nobody_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="E-mail was left out"):
        read({"email": "nobody"})


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        (1774958400, "2026-03-31T12:00:00+00:00"),
        ("1774958400000", "2026-03-31T12:00:00+00:00"),
        (1774958400000000, "2026-03-31T12:00:00+00:00"),
        ("2026-03-31T14:00:00+02:00", "2026-03-31T14:00:00+02:00"),
        ("2026-03-31 12:00:00", "2026-03-31T12:00:00+00:00"),
    ],
)
def test_moments_are_read_in_every_way_they_are_written(told: Any, moment: str) -> None:
    assert mapping.moment(told).isoformat() == moment


@pytest.mark.parametrize(("told", "year"), [(4102444800, 2026), (0, 2023)])
def test_nothing_happens_in_the_future_or_long_ago(told: int, year: int) -> None:
    picks: Any = [(("email",), "email"), (("at",), "occurred_at")]
    found = read({"email": "a@x.example", "at": told}, Plan(picks))
    assert found.occurred_at is not None
    assert found.occurred_at.year == year


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana Maria Silva", "Ana Maria", "Silva"),
        ("Silva, Ana", "Ana", "Silva"),
        ("Cher", "Cher", ""),
        (" , ", "", ""),
    ],
)
def test_a_name_is_split(name: str, first: str, last: str) -> None:
    assert mapping.split_name(name) == {"first_name": first, "last_name": last}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "value", "email", "id", "versions", "a.b"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_comes_is_guessed_at_and_read_or_refused_in_words(payload: Any) -> None:
    plan = guess(payload)
    stored = json.loads(json.dumps(plan.stored()))
    assert mapping.plan_of(stored).stored() == stored
    for item in paths.items(payload, plan.each):
        try:
            mapping.understand(item, plan, fields=BUILT_IN, name="Hook", at=AT)
        except (NotUnderstood, LeftOut) as reason:
            assert str(reason)


@given(JSON)
def test_every_value_is_found_again_by_its_path(payload: Any) -> None:
    for leaf in paths.leaves(payload):
        again = paths.parsed(paths.written(leaf.path))
        assert paths.text_of(paths.read(payload, again)) == leaf.text


@pytest.mark.parametrize(
    "text", ["", "{}", "[1.5]", "[null]", "[true]", '[{"where": "x", "is": "y"}]', "[" * 40]
)
def test_a_path_that_is_none_is_refused(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        paths.parsed(text)
