"""Between which scores a lead could lie: bounds that hold, that are reached, and the answer worth asking for."""

import os
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.models import Lead
from scoring.definition import to_json
from scoring.explaining import answers, explain
from scoring.explaining import range as scoring_range
from scoring.explaining.range import Range
from tests import factories
from tests.scoring import crowd as crowd_of
from tests.scoring import making, oracle
from tests.scoring.making import ENGAGING
from tests.scoring.models import act, fit, model
from tests.scoring.test_oracle import SLOWLY, Undo, now, parsed, publish

__all__ = ["now"]
CASES = int(os.environ.get("LEADHUB_CASES", 1000)) // 33
pytestmark = pytest.mark.django_db

ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(making.TITLES) | st.sampled_from(making.TEXTS),
    "country": st.sampled_from(making.COUNTRIES),
    "company.industry": st.sampled_from(["", "CTO", "a", *making.TEXTS]),
    "company.employees": st.none() | st.integers(0, 9),
    "custom.budget": st.none() | st.integers(-5, 5),
    "custom.plan": st.sampled_from(["", "cto", "É", "100%_a", "a é"]),
    "custom.agreed": st.none() | st.booleans(),
    "custom.since": st.none() | st.sampled_from(making.DATES),
}


NUMBERS = {"company.employees", "custom.budget", "custom.agreed", "custom.since"}


def found_for(lead: Lead) -> Range | None:
    found = explain.explain(lead.pk)
    assert found is not None
    lead = Lead.objects.select_related("company").get(pk=lead.pk)
    return scoring_range.reach(lead, found)


@settings(SLOWLY, max_examples=CASES)
@given(st.data())
def test_no_answer_leads_out_of_the_bounds_and_some_answers_reach_them(
    now: datetime, data: st.DataObject
) -> None:
    drawn = data.draw(making.models(), label="model")
    person = data.draw(crowd_of.people(now), label="person")
    person.firm, person.set_to = None, None
    hidden = data.draw(st.sets(st.sampled_from(sorted(ANSWERS)), min_size=1), label="hidden")
    for field in hidden:
        person.fields[field] = None if field in NUMBERS else ""
    for field in ("company.industry", "company.employees"):
        person.fields[field] = "" if field == "company.industry" else None
    with pytest.raises(Undo), transaction.atomic():
        [pk] = crowd_of.store([person], now)
        publish(drawn)
        meant = parsed(drawn)
        world = oracle.World(to_json(meant) | {"idle": drawn["idle"]}, [person], now, ENGAGING)
        bounds = found_for(Lead.objects.get(pk=pk))

        def scored(**told: Any) -> int:
            other = oracle.Person(
                person.created_at, {**person.fields, **told}, person.facts, None, person.stands
            )
            world.crowd = [other]
            return oracle.score(world, other).total

        unknown = [f for f in ANSWERS if person.fields[f] in ("", None)]
        told = {field: data.draw(ANSWERS[field], label=field) for field in unknown}
        low, high = (bounds.low, bounds.high) if bounds else (scored(), scored())
        assert low <= scored() <= high
        assert low <= scored(**told) <= high
        if bounds:
            reached(bounds, scored, Lead.objects.get(pk=pk))
        raise Undo


def reached(bounds: Range, scored: Any, lead: Lead) -> None:
    for one in bounds.fields:
        if one.field != "email":
            assert scored(**{one.field: one.lowest}) == one.low
            assert scored(**{one.field: one.highest}) == one.high
    found = explain.explain(lead.pk)
    assert found is not None
    tried = scoring_range._Tried(lead, found)
    values = [[(name, a.value) for a in tried.answers[name]] for name in tried.unknown]
    if "email" not in tried.unknown and len(combined := list(product(*values))) <= 200:
        totals = {scored(**dict(some)) for some in combined}
        assert (min(totals), max(totals)) == (bounds.low, bounds.high)
        assert bounds.exact


def test_the_answer_that_decides_the_band_is_asked_before_the_one_that_moves_most() -> None:
    factories.publish_model(
        model(
            fit("size", 12, "company.employees", "between", [200, None]),
            fit("student", -30, "title", "has_word", ["student"]),
            fit("phone", 40, "phone"), line=50,
        )
    )  # fmt: skip
    lead = factories.make_lead(phone="+49 30 1")
    found = found_for(lead)
    assert found is not None and found.ask is not None
    assert (found.low, found.high, found.exact) == (10, 52, True)
    assert (found.ask.field, found.ask.low, found.ask.high) == ("company.employees", 40, 52)
    assert [band.key for band in found.ask.bands] == ["cold", "mql"]


def test_limits_variants_and_first_of_are_respected() -> None:
    shape = model(
        fit("big", 30, "company.employees", "between", [500, None]) | {"first_of": "size"},
        fit("some", 20, "company.employees", "between", [50, None]) | {"first_of": "size"},
        fit("land", 30, "country", "is", "DE"), line=50, total_cap=90,
        variants=[{"key": "v", "label": "V", "points": {"land": 5},
                   "when": [{"field": "country", "op": "is", "value": "DE"}]}],
    )  # fmt: skip
    shape["caps"]["fit"] = 33
    factories.publish_model(shape)
    found = found_for(factories.make_lead())
    assert found is not None
    assert (found.low, found.high) == (0, 33)
    assert {one.field: (one.low, one.high) for one in found.fields} == {
        "company.employees": (0, 30), "country": (0, 5),
    }  # fmt: skip


def test_where_everything_is_known_there_is_no_range() -> None:
    factories.publish_model(model(fit("title", 30), act("demo", 20, "demo_request")))
    assert found_for(factories.make_lead(title="CTO")) is None


def test_too_many_unknown_fields_leave_bounds_that_still_hold() -> None:
    factories.publish_model(
        model(*(fit(f"f{n}", 1, "title", "has_word", [f"w{n}"]) for n in range(9)),
              *(fit(f"g{n}", 1, "company.industry", "has_word", [f"w{n}"]) for n in range(9)),
              *(fit(f"h{n}", 1, "company_name", "has_word", [f"w{n}"]) for n in range(9)))
    )  # fmt: skip
    found = found_for(factories.make_lead())
    assert found is not None
    assert (found.low, found.exact) == (0, False) and found.high >= 9


def test_an_answer_stands_for_all_that_no_condition_tells_apart() -> None:
    meant = parsed(model(fit("size", 5, "company.employees", "between", [10, 20])))
    conditions = [c.condition for c in meant.criteria if c.condition]
    made = answers.answers(meant, "company.employees", "number", (), tuple(conditions))
    assert [answer.met for answer in made] == [(False,), (True,)]
    assert made[0].value is None and made[1].value == 10
