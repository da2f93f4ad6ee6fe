"""Any lead at any moment comes to what was stored then."""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tests import factories
from tests.scoring import crowd as crowd_of
from tests.scoring import making
from tests.scoring.histories import Move, compared, finish, identify, publish, take

CASES = int(os.environ.get("LEADHUB_CASES", 40))
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


models = making.models().filter(lambda m: not any("people" in c for c in m["criteria"]))
edits = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(making.TITLES),
        "country": st.sampled_from(making.COUNTRIES),
        "email": st.sampled_from(["p@firm.example", "p@other.example", "p@gmail.com"]),
        "company_name": st.sampled_from(["", "Firm", "Other"]),
        "custom.budget": st.none() | st.integers(-4, 4),
        "custom.plan": st.sampled_from(["", "cto", "É"]),
    },
)
steps = st.one_of(
    st.tuples(st.just("visit"), st.sampled_from("ab"), st.sampled_from(making.KINDS),
              st.sampled_from(making.PATHS), st.sampled_from([0, 0, 1, 6, 30])),
    st.tuples(st.just("visit"), st.sampled_from("ab"), st.sampled_from(making.KINDS),
              st.sampled_from(making.PATHS), st.sampled_from([0, 0, 1, 6, 30])),
    st.tuples(st.just("identify"), st.sampled_from("ab")),
    st.tuples(st.just("edit"), edits),
    st.tuples(st.just("set"), st.integers(-20, 90), st.integers(1, 9)),
    st.tuples(st.just("end")),
    st.tuples(st.just("stage"), st.sampled_from(["recycled", "disqualified", "lead", "customer"])),
    st.tuples(st.just("publish"), models),
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
    first = data.draw(models, label="model")
    wanted = data.draw(st.lists(steps, min_size=3, max_size=14), label="steps")
    with pytest.raises(Undo), transaction.atomic():
        crowd_of.store_fields()
        publish(first)
        lead = factories.make_lead(email="p@firm.example", title="CTO")
        identify("a", "p@firm.example")
        finish()
        for step in wanted:
            move_clock(timedelta(minutes=7))
            take(step, lead, marketer, move_clock)
            finish()
        lead.refresh_from_db()
        assert compared(lead) > 0
        raise Undo
