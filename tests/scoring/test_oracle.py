"""The statement against the oracle: any model, any people, not a millionth apart."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts import clock
from leads.models import Lead, LeadScore, ScoreHistory
from leads.vocabulary import rule_sql
from scoring import engine, live
from scoring.catalogue import catalogues
from scoring.definition import MICRO, Decay, Definition, reckoning, rounded, to_json
from scoring.definition.parsing import parse
from scoring.explaining import explain
from scoring.models import ModelVersion, ScoringModel
from scoring.statement.scope import EVERYBODY, Scope, between, these
from tests import factories
from tests.scoring import crowd as crowd_of
from tests.scoring import making, oracle, oracle_rules
from tests.scoring.making import ENGAGING

# How many leads are compared at least, each under a model: by default what CI has time for. An example asks a
# crowd of four or more by three models, since people cost more to draw and to store than to score.
CASES = int(os.environ.get("LEADHUB_CASES", 1000))
MODELS, LEAST = 3, 4

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
    crowd_of.store_fields()
    return clock.now()


def rows_of(definition: Definition, scope: Scope) -> dict[int, dict[str, Any]]:
    rows = live.compute(definition, scope)
    return {row.pop("lead_id"): row for row in rows}


def expected(world: oracle.World) -> list[dict[str, Any]]:
    results = [oracle.score(world, person) for person in world.crowd]
    return [
        {
            **{f"c{n}": r.micro[c["key"]] for n, c in enumerate(world.model["criteria"])},
            **{group: oracle_rules.rounded(micro) for group, micro in r.groups.items()},
            "total": r.total, "band": r.band, "flag": r.flag, "variant": r.variant,
        }
        for r in results
    ]  # fmt: skip


def compared(row: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Of a row what the oracle knows too."""
    return {name: row[name] for name in wanted}


class Undo(Exception):
    pass


@settings(SLOWLY, max_examples=-(-CASES // (MODELS * LEAST)))
@given(st.data())
def test_the_statement_and_the_oracle_agree_to_the_millionth(
    now: datetime, data: st.DataObject
) -> None:
    drawn = st.lists(making.models(), min_size=MODELS, max_size=MODELS)
    models = data.draw(drawn, label="models")
    crowd = data.draw(st.lists(crowd_of.people(now), min_size=LEAST, max_size=8), label="people")
    with pytest.raises(Undo), transaction.atomic():
        ids = crowd_of.store(crowd, now)
        for model in models:
            agrees(model, crowd, ids, now)
        raise Undo


def agrees(
    model: dict[str, Any], crowd: list[oracle.Person], ids: list[int], now: datetime
) -> None:
    """Whatever the scope, and the explanation too."""
    definition = parsed(model)
    world = oracle.World(to_json(definition) | {"idle": model["idle"]}, crowd, now, ENGAGING)
    wanted = dict(zip(ids, expected(world), strict=True))
    for scope in (these(ids), EVERYBODY, between(ids[0], ids[-1])):
        found = rows_of(definition, scope)
        assert {pk: compared(row, wanted[pk]) for pk, row in found.items()} == wanted
    assert compared(rows_of(definition, these(ids[:1]))[ids[0]], wanted[ids[0]]) == wanted[ids[0]]
    detailed = {row["lead_id"]: row for row in live.compute(definition, these(ids), detail=True)}
    for pk, person in zip(ids, crowd, strict=True):
        explains_and_carries(definition, world, person, detailed[pk])


def parsed(model: dict[str, Any]) -> Definition:
    fields, kinds = catalogues()
    return parse(model, fields=fields, kinds=kinds)


def explains_and_carries(
    definition: Definition, world: oracle.World, person: oracle.Person, row: dict[str, Any]
) -> None:
    """Numbers out of the row of the statement come to the same: in Python, as lines, and without each part."""
    again = reckoning.reckon(definition, reckoning.given(definition, row), row["override"])
    assert again.micro == {c.key: row[f"c{n}"] for n, c in enumerate(definition.criteria)}
    assert (again.total, again.band.key) == (row["total"], oracle.score(world, person).entered)
    lines = explain.lines(definition, row)
    assert sum(line.micro for line in lines) == row["total"] * MICRO
    for line in lines:
        assert line.micro % (MICRO // 10) == 0
        assert not line.parts or sum(part.micro for part in line.parts) == line.micro
    if again.band.effect.hands_over:
        assert set(reckoning.carriers(definition, row)) == oracle.carriers(world, person)


@settings(SLOWLY, max_examples=15)
@given(st.data())
def test_scoring_again_writes_nothing(now: datetime, data: st.DataObject) -> None:
    model = data.draw(making.models(), label="model")
    crowd = data.draw(st.lists(crowd_of.people(now), min_size=1, max_size=5), label="people")
    with pytest.raises(Undo), transaction.atomic():
        ids = crowd_of.store(crowd, now)
        world = oracle.World(to_json(parsed(model)) | {"idle": model["idle"]}, crowd, now, ENGAGING)
        publish(model)
        engine.rescore(ids, at=now, cause="activity")
        stored = list(
            LeadScore.objects.order_by("lead").values_list(
                "total", "band", "version", "computed_at"
            )
        )
        assert [row[:2] for row in stored] == [
            (row["total"], row["band"]) for row in expected(world)
        ]
        histories = ScoreHistory.objects.count()
        again = engine.rescore_scope(live.live_models(), EVERYBODY, at=now, causes={})
        assert (again, ScoreHistory.objects.count()) == (0, histories)
        raise Undo


def publish(model: dict[str, Any]) -> None:
    """A live version with the lists as the model brings them."""
    definition = parsed(model)
    owner = ScoringModel.objects.create(name="Drawn", created_at=factories.now())
    ModelVersion.objects.create(
        model=owner, number=1, state="live", definition=to_json(definition), digest=definition.digest(),
        created_at=factories.now(), published_at=factories.now(), opens_handoffs=True,
    )  # fmt: skip


@settings(SLOWLY, max_examples=50)
@given(making.models())
def test_a_definition_survives_being_stored(model: dict[str, Any]) -> None:
    fields = dict.fromkeys(rule_sql.BUILT_IN, "text") | {"company.employees": "number"}
    fields |= {f"custom.{key}": kind for key, kind in making.CUSTOM.items()}
    kinds = set(making.KINDS)
    read = parse(model, fields=fields, kinds=kinds)
    assert parse(to_json(read), fields=fields, kinds=kinds) == read


@settings(SLOWLY)
@given(st.integers(0, 3000), st.integers(1, 90))
@example(age=14, days=2)  # exactly half of a millionth over 7812
def test_what_is_left_after_days_is_rounded_from_the_exact_value(age: int, days: int) -> None:
    halving, falling = Decay("half_life", days).weights(), Decay("linear", days).weights()
    assert (halving[age] if age < len(halving) else 0) == oracle_rules.halved(age, days)
    worth = {"within_days": None, "decay": {"kind": "linear", "days": days}}
    assert (falling[age] if age < len(falling) else 0) == oracle_rules.worth(worth, age)


@settings(SLOWLY)
@given(st.integers(-(10**12), 10**12))
def test_halves_are_rounded_away_from_zero(micro: int) -> None:
    assert rounded(micro) == oracle_rules.rounded(micro) == -rounded(-micro)


def test_a_merged_lead_has_no_score_of_its_own(now: datetime) -> None:
    nobody = factories.make_lead(), factories.make_lead()
    Lead.objects.filter(pk=nobody[0].pk).update(merged_into=nobody[1])
    model = factories.publish_model()
    assert set(rows_of(live.read(model), EVERYBODY)) == {nobody[1].pk}
