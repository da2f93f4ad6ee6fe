"""Any lead at any moment comes to what was stored then, whatever befell it, its company and its colleagues since."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tests import factories
from tests.scoring import crowd as crowd_of
from tests.scoring import making
from tests.scoring.histories import Move, compared, finish, identify, publish, take
from tests.scoring.models import fit, together

CASES = int(os.environ.get("LEADHUB_CASES", 1000)) // 40
pytestmark = pytest.mark.django_db
SLOWLY = settings(
    deadline=None,
    max_examples=CASES,
    suppress_health_check=[
        HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large,
    ],
)  # fmt: skip


class Undo(Exception):
    pass


FIRMS = ["firm.example", "other.example", "gmail.com"]


@st.composite
def models(draw: Any) -> dict[str, Any]:
    """Each of them asks for the company and its people."""
    drawn = draw(making.models(most=4))
    drawn["criteria"] += [
        fit("industry", 7, "company.industry", "is", "CTO"),
        fit("size", 11, "company.employees", "between", [2, None]),
        together("two", 13),
    ]
    return drawn


edits = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(making.TITLES),
        "country": st.sampled_from(making.COUNTRIES),
        "email": st.sampled_from([f"{name}@{firm}" for name in "pq" for firm in FIRMS]),
        "phone": st.sampled_from(["", "+49 30 901820", "0 1"]),
        "company_name": st.sampled_from(["", "Firm", "Other"]),
        "custom.budget": st.none() | st.integers(-4, 4),
        "custom.plan": st.sampled_from(["", "cto", "É"]),
    },
)
steps = st.one_of(
    st.tuples(st.just("visit"), st.sampled_from("abc"), st.sampled_from(making.KINDS),
              st.sampled_from(making.PATHS), st.sampled_from([0, 0, 1, 6, 30])),
    st.tuples(st.just("visit"), st.sampled_from("abc"), st.sampled_from(making.KINDS),
              st.sampled_from(making.PATHS), st.sampled_from([0, 0, 1, 6, 30])),
    st.tuples(st.just("identify"), st.sampled_from("abc")),
    st.tuples(st.just("told"), st.sampled_from("abc"), st.fixed_dictionaries({
        "industry": st.sampled_from(["", "CTO", "a"]), "employees": st.none() | st.integers(0, 4)})),
    st.tuples(st.just("merge"), st.integers(0, 2)),
    st.tuples(st.just("part")),
    st.tuples(st.just("edit"), edits),
    st.tuples(st.just("set"), st.integers(-20, 90), st.integers(1, 9)),
    st.tuples(st.just("end")),
    st.tuples(st.just("stage"), st.sampled_from(["recycled", "disqualified", "lead", "customer"])),
    st.tuples(st.just("publish"), models()),
    st.tuples(st.just("revert")),
    st.tuples(st.just("trust"), st.sampled_from(["page", "form"]), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("untrust")),
    st.tuples(st.just("days"), st.sampled_from([1, 2, 7, 31])),
)  # fmt: skip


@SLOWLY
@given(st.data())
def test_every_stored_moment_is_replayed(
    move_clock: Move, marketer: User, data: st.DataObject
) -> None:
    first = data.draw(models(), label="model")
    wanted = data.draw(
        st.lists(st.tuples(st.integers(0, 2), steps), min_size=3, max_size=14), label="steps"
    )
    with pytest.raises(Undo), transaction.atomic():
        crowd_of.store_fields()
        publish(first)
        people = [
            factories.make_lead(email=f"{name}@firm.example", title="CTO")
            for name in ("p", "m", "t")
        ]
        identify("a", "p@firm.example")
        identify("b", "m@firm.example")
        finish()
        for who, (name, *said) in wanted:
            move_clock(timedelta(minutes=7))
            told = [people[said[0]].pk] if name == "merge" else said
            take((name, *told), people[who], marketer, move_clock)
            finish()
        for lead in people:
            lead.refresh_from_db()
            assert compared(lead) > 0
        raise Undo
