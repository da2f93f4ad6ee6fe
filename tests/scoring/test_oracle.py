"""The statement against the oracle: any model, any people, not a millionth apart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import clock
from leads.models import Lead, LeadScore, ScoreHistory
from scoring import engine, explain
from scoring.compiler import EVERYBODY, Scope, between, these
from scoring.definition import MICRO, Decay, Definition, rounded, to_json
from scoring.versions import understood
from tests import factories
from tests.scoring import making, oracle
from tests.scoring.making import ENGAGING

pytestmark = pytest.mark.django_db
SLOWLY = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)


@pytest.fixture
def now(move_clock: Callable[[timedelta], None]) -> datetime:
    """Half past one in the night of some day, so that no example runs over midnight."""
    at = clock.now()
    early = at.replace(hour=1, minute=30) + timedelta(days=1)
    move_clock(early - at)
    making.store_fields()
    return clock.now()


def rows_of(definition: Definition, scope: Scope) -> dict[int, dict[str, Any]]:
    rows = engine.compute(definition, scope)
    return {row.pop("lead_id"): row for row in rows}


def expected(
    model: dict[str, Any], crowd: list[oracle.Person], now: datetime
) -> list[dict[str, Any]]:
    results = [oracle.score(model, person, now, ENGAGING) for person in crowd]
    return [
        {
            **{f"c{n}": r.micro[c["key"]] for n, c in enumerate(model["criteria"])},
            "fit": r.fit, "engagement": r.engagement, "negative": r.negative, "total": r.total, "band": r.band,
        }
        for r in results
    ]  # fmt: skip


class Undo(Exception):
    pass


@settings(SLOWLY, max_examples=70)
@given(st.data())
def test_the_statement_and_the_oracle_agree_to_the_millionth(
    now: datetime, data: st.DataObject
) -> None:
    model = data.draw(making.models(), label="model")
    crowd = data.draw(st.lists(making.people(now), min_size=1, max_size=6), label="people")
    with pytest.raises(Undo), transaction.atomic():
        ids = making.store(crowd, now)
        definition = understood(model)
        wanted = dict(zip(ids, expected(model, crowd, now), strict=True))
        assert rows_of(definition, these(ids)) == wanted
        assert rows_of(definition, EVERYBODY) == wanted
        assert rows_of(definition, between(ids[0], ids[-1])) == wanted
        assert rows_of(definition, these(ids[:1])) == {ids[0]: wanted[ids[0]]}
        for person, row in zip(crowd, wanted.values(), strict=True):
            explains_and_carries(model, definition, person, row, now)
        raise Undo


def explains_and_carries(
    model: dict[str, Any],
    definition: Definition,
    person: oracle.Person,
    row: dict[str, Any],
    now: datetime,
) -> None:
    micro = {c.key: row[f"c{n}"] for n, c in enumerate(definition.criteria) if row[f"c{n}"]}
    total = row["total"]
    assert definition.total(micro) == total
    lines = explain.lines(definition, micro, total)
    assert sum(line.micro for line in lines) == total * MICRO
    assert all(line.micro % (MICRO // 10) == 0 for line in lines)
    line = definition.mql_line
    if line is not None and total >= line:
        assert set(definition.carriers(micro)) == oracle.carriers(
            model, person, now, ENGAGING, line
        )


@settings(SLOWLY, max_examples=15)
@given(st.data())
def test_scoring_again_writes_nothing(now: datetime, data: st.DataObject) -> None:
    model = data.draw(making.models(), label="model")
    crowd = data.draw(st.lists(making.people(now), min_size=1, max_size=5), label="people")
    with pytest.raises(Undo), transaction.atomic():
        ids = making.store(crowd, now)
        factories.publish_model(model)
        engine.rescore(ids, at=now, cause="activity")
        stored = list(
            LeadScore.objects.order_by("lead").values_list(
                "total", "band", "version", "computed_at"
            )
        )
        wanted = expected(model, crowd, now)
        assert [row[:2] for row in stored] == [(row["total"], row["band"]) for row in wanted]
        histories = ScoreHistory.objects.count()
        live = engine.live_model()
        assert live is not None
        again = engine.rescore_scope(live, EVERYBODY, at=now, cause="activity", opens_handoffs=True)
        assert (again, ScoreHistory.objects.count()) == (0, histories)
        raise Undo


@settings(SLOWLY, max_examples=50)
@given(making.models())
def test_a_definition_survives_being_stored(model: dict[str, Any]) -> None:
    fields = {f"custom.{key}": kind for key, kind in making.CUSTOM.items()}
    fields |= {
        "title": "text",
        "country": "text",
        "email_domain": "text",
        "company.industry": "text",
    }
    fields["company.employees"] = "number"
    read = engine.parsing.parse(model, fields=fields, kinds=set(making.KINDS))
    assert engine.parsing.parse(to_json(read), fields=fields, kinds=set(making.KINDS)) == read


@settings(SLOWLY)
@given(st.integers(0, 3000), st.integers(1, 90))
def test_what_is_left_after_days_is_rounded_from_the_exact_value(age: int, days: int) -> None:
    halving, falling = Decay("half_life", days).weights(), Decay("linear", days).weights()
    assert (halving[age] if age < len(halving) else 0) == oracle.halved(age, days)
    worth = {"within_days": None, "decay": {"kind": "linear", "days": days}}
    assert (falling[age] if age < len(falling) else 0) == oracle.worth(worth, age)


@settings(SLOWLY)
@given(st.integers(-(10**12), 10**12))
def test_halves_are_rounded_away_from_zero(micro: int) -> None:
    assert rounded(micro) == oracle.rounded(micro) == -rounded(-micro)


def test_a_merged_lead_has_no_score_of_its_own(now: datetime) -> None:
    nobody = factories.make_lead(), factories.make_lead()
    Lead.objects.filter(pk=nobody[0].pk).update(merged_into=nobody[1])
    model = factories.publish_model()
    assert set(rows_of(engine.read(model), EVERYBODY)) == {nobody[1].pk}
