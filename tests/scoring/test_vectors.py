"""Vectors of the whole base: what is judged from them is what the statement says of every lead."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from leads.vocabulary.rules import Condition
from scoring import live
from scoring.definition import Definition
from scoring.impact.vectors import base as bases
from scoring.impact.vectors import judging, store
from scoring.impact.vectors.asking import Asked
from scoring.impact.vectors.packing import pack, shrunk, unpack
from scoring.models import BaseSnapshot, BaseVector
from scoring.statement.scope import EVERYBODY, TO_ALL, Applies, these
from tests import factories
from tests.scoring import crowd as crowd_of
from tests.scoring import making
from tests.scoring.models import act, fit, model
from tests.scoring.test_oracle import SLOWLY, Undo, now, parsed

__all__ = ["now"]
pytestmark = pytest.mark.django_db
CASES = int(os.environ.get("LEADHUB_CASES", 1000)) // 16
SEGMENTS = [TO_ALL, Applies((Condition("country", "is", "DE"),)),
            Applies((), ((Condition("title", "known"),),))]  # fmt: skip


def said(definition: Definition, applies: Applies) -> dict[int, tuple[Any, ...]]:
    """What the statement says: total, band and whether the lead is out of the race."""
    rows = live.compute(definition, EVERYBODY, applies=applies)
    return {r["lead_id"]: (r["total"], r["band"], r["flag"] != "") for r in rows}


def judged(asked: Asked, base: bases.Base, vectors: store.Vectors) -> dict[int, tuple[Any, ...]]:
    found = judging.judge(asked, base, vectors)
    keys = [band.key for band in asked.definition.bands]
    return {
        int(pk): (int(found.total[n]), keys[found.band[n]], bool(found.flagged[n]))
        for n, pk in enumerate(base.column("id"))
        if found.applies[n]
    }


@settings(SLOWLY, max_examples=CASES, phases=[Phase.generate])
@given(st.data())
def test_vectors_and_the_statement_agree_on_every_lead(now: datetime, data: st.DataObject) -> None:
    model = data.draw(making.models(), label="model")
    applies = data.draw(st.sampled_from(SEGMENTS), label="segment")
    crowd = data.draw(st.lists(crowd_of.people(now), min_size=4, max_size=8), label="people")
    with pytest.raises(Undo), transaction.atomic():
        ids = crowd_of.store(crowd, now)
        asked = Asked(parsed(model), applies)
        snapshot = store.complete(asked, now)
        whole = store.base_of(snapshot)
        assert whole is not None
        vectors = store.load(snapshot, asked.all)
        wanted = said(asked.definition, applies)
        assert judged(asked, whole, vectors) == wanted
        assert counted(asked, whole, vectors) == matching(asked.definition, applies)
        some = bases.sampled(now, ids[::2])
        few = store.computed(asked, asked.all, these(ids[::2]), some.column("id"))
        assert judged(asked, some, few) == {k: v for k, v in wanted.items() if k in ids[::2]}
        raise Undo


def counted(asked: Asked, base: bases.Base, vectors: store.Vectors) -> dict[str, int]:
    return dict(judging.judge(asked, base, vectors).met)


def matching(definition: Definition, applies: Applies) -> dict[str, int]:
    rows = live.compute(definition, EVERYBODY, applies=applies)
    return {c.key: sum(r[f"w{n}"] > 0 for r in rows) for n, c in enumerate(definition.criteria)}


@given(
    st.lists(st.integers(-(2**40), 2**40))
    | st.lists(st.sampled_from([0, 10**6]))
    | st.lists(st.sampled_from([-(2**31), -(2**31), -(2**31), 70, 5000]))
    | st.lists(st.sampled_from([0, 0, 0, 0, 777_777, 2**35]))
)
def test_a_vector_survives_being_packed(numbers: list[int]) -> None:
    vector = shrunk(np.array(numbers, np.int64))
    again = unpack(pack(vector))
    assert again.values().tolist() == vector.values().tolist() == numbers
    assert vector.small.dtype.itemsize < 8 or not numbers or max(map(abs, numbers)) > 2**31 - 1


def test_moved_points_and_bands_ask_nothing_again(now: datetime) -> None:
    factories.make_lead(title="CTO")
    criteria = [fit("cto", 10), act("page", 5, decay={"kind": "half_life", "days": 7})]
    first = Asked(parsed(model(*criteria)))
    store.complete(first, now)
    kept = BaseVector.objects.count()
    moved = [{**criteria[0], "points": 30, "label": "Other"}, {**criteria[1], "cap": 50}]
    second = Asked(parsed(model(*moved, line=20, total_cap=90)))
    assert second.all == first.all
    store.complete(second, now)
    assert (BaseVector.objects.count(), BaseSnapshot.objects.count()) == (kept, 1)


def test_only_what_a_changed_criterion_asks_is_computed(now: datetime) -> None:
    factories.make_lead(title="CTO")
    first = Asked(parsed(model(fit("cto", 10), act("page", 5))))
    second = Asked(parsed(model(fit("cto", 10), act("page", 5, within_days=3))))
    assert len(second.all - first.all) == 1
    bare, columns = second.only(second.all - first.all)
    assert [c.key for c in bare.criteria] == ["page"]
    assert set(columns.values()) == {"w0"}


def test_a_snapshot_is_renewed_when_it_is_old_or_of_yesterday(
    now: datetime, move_clock: Callable[[timedelta], None]
) -> None:
    asked = Asked(parsed(model(fit("cto", 10))))
    first = store.complete(asked, now)
    factories.make_lead(title="CTO")
    assert store.complete(asked, now + timedelta(minutes=9)) == first
    second = store.complete(asked, now + timedelta(minutes=11))
    assert (second.leads, first.leads) == (1, 0)
    assert store.latest(now + timedelta(hours=1, minutes=50)) == second
    assert store.latest(now + timedelta(hours=23)) is None
    third = store.complete(asked, now + timedelta(hours=23))
    assert set(BaseSnapshot.objects.all()) == {second, third}


@pytest.mark.django_db(transaction=True)
def test_while_one_computes_for_the_whole_base_another_does_not() -> None:
    asked = Asked(parsed(model(fit("cto", 10))))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [store.COMPUTING])
            with pytest.raises(store.Busy):
                store.complete(asked, factories.now())
            # Closing alone would give it back at some later time.
            cursor.execute("SELECT pg_advisory_unlock(%s)", [store.COMPUTING])
    finally:
        other.close()
    assert store.complete(asked, factories.now()).leads == 0


def test_random_leads_are_leads_and_about_as_many_as_asked() -> None:
    ids = {factories.make_lead().pk for _ in range(8)}
    some, number = bases.random_ids(100)
    assert (ids <= set(some), number) == (True, 8)
    assert len(bases.random_ids(3)[0]) <= 4
