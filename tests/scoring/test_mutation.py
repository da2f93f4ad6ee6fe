"""Would anybody notice? Every small wrong in the compiler and in what fades must change some score.

Set LEADHUB_MUTATE to a number to try every so-manieth mutant; 1 tries all, some minutes."""

import ast
import importlib
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from accounts import clock
from leads.activity import signatures
from scoring.catalogue import catalogues
from scoring.definition import to_json
from scoring.definition.parsing import parse
from tests.scoring import crowd as crowd_of
from tests.scoring import making, oracle
from tests.scoring.making import ENGAGING
from tests.scoring.models import act
from tests.scoring.models import model as model_of
from tests.scoring.mutants import Mutant, instead, mutants
from tests.scoring.oracle_rules import Fact

EVERY = int(os.environ.get("LEADHUB_MUTATE", 0))
CASES = 120

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not EVERY, reason="LEADHUB_MUTATE is not set"),
]
Case = tuple[dict[str, Any], list[int], list[dict[str, Any]]]


@pytest.fixture
def now(move_clock: Callable[[timedelta], None]) -> datetime:
    # Between two mutants a slow machine can take longer than a transaction may rest.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    at = clock.now()
    move_clock(at.replace(hour=1, minute=30) + timedelta(days=1) - at)
    crowd_of.store_fields()
    return clock.now()


@pytest.fixture
def cases(now: datetime) -> list[Case]:
    """Models and people that are stored, with what the oracle says of them."""
    drawn_cases: list[tuple[dict[str, Any], list[oracle.Person]]] = []

    @drawn(
        max_examples=CASES, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(making.models(7, 9), st.lists(crowd_of.people(now, 8), min_size=6, max_size=8))
    def draw(model: dict[str, Any], crowd: list[oracle.Person]) -> None:
        drawn_cases.append((model, crowd))

    draw()
    fields, kinds = catalogues()
    made = []
    for model, crowd in [sharp(now), *drawn_cases[-CASES:]]:
        known = to_json(parse(model, fields=fields, kinds=kinds))
        world_model = known | {"idle": model.get("idle")}
        world = oracle.World(world_model, crowd, now, ENGAGING)
        made.append((model, crowd_of.store(crowd, now), [_said(world, person) for person in crowd]))
    return made


def sharp(now: datetime) -> tuple[dict[str, Any], list[oracle.Person]]:
    """What drawn models ask too rarely: each question about a property at its edges, halves below zero, and the
    very last moment of a sequence."""
    asked = [
        ("seats", "at_least", "12"), ("seats", "at_most", "2"), ("plan", "is", "pRo"),
        ("plan", "contains", "RO P"), ("plan", "starts_with", "Pro"),
    ]  # fmt: skip
    criteria = [act(f"p{n}", 1 << n) for n in range(len(asked))]
    for criterion, (name, op, value) in zip(criteria, asked, strict=True):
        criterion["event"]["properties"] = [{"property": name, "op": op, "value": value}]
    fading = act("fading", -3, "unsubscribe", decay={"kind": "linear", "days": 5})
    told = [
        {}, {"seats": 1}, {"seats": 2}, {"seats": 3}, {"seats": 12}, {"seats": "13.5"}, {"seats": "x12"},
        {"plan": "PRO"}, {"plan": "pro plus"}, {"plan": "a pro"}, {"plan": "a Pro p"},
    ]  # fmt: skip
    facts = [Fact("page", now - timedelta(hours=1), properties=one) for one in told]
    facts += [Fact("unsubscribe", now - timedelta(days=age)) for age in range(6)]
    steps = [{"kind": kind, "name": "", "path": ""} for kind in ("form", "webinar")]
    walked = {"key": "walked", "label": "Walked", "group": "engagement", "points": 50}
    walked["sequence"] = {"steps": steps, "span_days": 1, "again_days": None}
    nothing = {f"custom.{key}": None for key in making.CUSTOM}
    empty = {"title": "", "country": "", "source": "Web", "email_domain": "", **nothing}
    crowd = [oracle.Person(now - timedelta(days=9), dict(empty), [fact]) for fact in facts]
    crowd += [
        oracle.Person(
            now - timedelta(days=9),
            dict(empty),
            [Fact("form", now - timedelta(hours=hours)), Fact("webinar", now)],
        )
        for hours in (23, 24, 25)
    ]
    return model_of(*criteria, fading, walked), crowd


def _said(world: oracle.World, person: oracle.Person) -> dict[str, Any]:
    result = oracle.score(world, person)
    micro = {f"c{n}": result.micro[c["key"]] for n, c in enumerate(world.model["criteria"])}
    return {**micro, "total": result.total, "band": result.band, "flag": result.flag}


def test_nine_of_ten_small_wrongs_change_a_score(cases: list[Case], capsys: Any) -> None:
    assert not noticed(Mutant("", 0, "nothing at all", ast.Module([], [])), cases)
    tried = list(mutants())[::EVERY]
    survivors = [mutant for mutant in tried if not noticed(mutant, cases)]
    killed = 1 - len(survivors) / len(tried)
    with capsys.disabled():
        said = [f"{mutant.module}:{mutant.line} {mutant.change}" for mutant in survivors]
        sys.stdout.write("\n  ".join([f"\n{len(tried)} wrongs, {killed:.1%} noticed", *said, ""]))
    assert killed >= 0.9


def noticed(mutant: Mutant, cases: list[Case]) -> bool:
    fields, kinds = catalogues()
    numbers = signatures.kinds()
    with instead(mutant) as (parsing, compiler):
        scope = importlib.import_module("scoring.statement.scope")
        for case in cases:
            model, ids, said = case
            try:
                definition = parsing.parse(model, fields=fields, kinds=kinds)
                made = compiler.compile_definition(definition, scope.these(ids), numbers)
                differs = _asked(made, list(said[0])) != dict(zip(ids, said, strict=True))
            except Exception:
                differs = True
            if differs:
                # What noticed one wrong soon notices the next.
                cases.remove(case)
                cases.insert(0, case)
                return True
    return False


def _asked(made: Any, names: list[str]) -> dict[int, dict[str, Any]]:
    with transaction.atomic(), connection.cursor() as cursor:
        # A wrong join may ask for everything with everything; that is noticed too.
        cursor.execute("SET LOCAL statement_timeout = '10s'")
        cursor.execute(made.sql, made.parameters)
        columns = [column.name for column in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return {row["lead_id"]: {name: row[name] for name in names} for row in rows}
