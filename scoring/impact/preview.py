"""What a definition would do to the base: each lead's score under it beside the score it has.

Of the whole base where every answer is known, which it is while only points, limits and bands move; else
first an estimate from a few thousand leads, and the whole base when that has been computed."""

import time
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from scoring.impact.counting import Impact, counted
from scoring.impact.question import Question
from scoring.impact.vectors import base as bases
from scoring.impact.vectors import judging, memory, store, sums
from scoring.impact.vectors.asking import Asked
from scoring.impact.vectors.base import Base
from scoring.impact.vectors.judging import Judged
from scoring.impact.vectors.packing import Vector
from scoring.models import BaseSnapshot
from scoring.statement.scope import EVERYBODY, these

# Leads an estimate is made from.
SAMPLE = 5000


def impact(question: Question, at: datetime) -> Impact:
    """Of the whole base, computing what is missing. Raises store.Busy while another computes."""
    began = time.perf_counter()
    found = counted(question, *whole(question, at))
    found.seconds = time.perf_counter() - began
    return found


def warm(question: Question, at: datetime) -> None:
    """Has what this process needs to answer at once, where that is known of the whole base."""
    asked, snapshot = question.asked, store.latest(at)
    base = store.base_of(snapshot) if snapshot else None
    if snapshot is None or base is None:
        return
    vectors = store.load(snapshot, asked.all)
    if not asked.all - vectors.keys():
        added = sums.following(memory.last_sums(snapshot), asked, vectors, base.leads)
        memory.keep_sums(snapshot, added)


def at_once(question: Question, at: datetime) -> Impact:
    """Of the whole base if that is small or nothing has to be computed for it, else an estimate."""
    began = time.perf_counter()
    found = counted(question, *_small(question, at)) if is_small() else _quickly(question, at)
    found.seconds = time.perf_counter() - began
    return found


def whole(question: Question, at: datetime) -> tuple[Base, Judged]:
    """Every lead judged by the draft, computing what is missing. Raises store.Busy."""
    if is_small():
        return _small(question, at)
    asked = question.asked
    snapshot = store.complete(asked, at)
    base, vectors = store.base_of(snapshot), store.load(snapshot, asked.all)
    if base is None or asked.all - vectors.keys():
        # The next page load makes a new one.
        raise store.Busy
    return base, _judged(asked, base, vectors, snapshot)


def _judged(
    asked: Asked, base: Base, vectors: Mapping[str, Vector], snapshot: BaseSnapshot
) -> Judged:
    """Beginning with the sums that this process knows of the snapshot."""
    judged = judging.judge(asked, base, vectors, memory.last_sums(snapshot))
    memory.keep_sums(snapshot, judged.sums)
    return judged


def is_small() -> bool:
    """Whether the base has so few leads that all are judged for every question."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM leads_leadscore LIMIT %s) l", [SAMPLE + 1]
        )
        count: int = cursor.fetchone()[0]
    return count <= SAMPLE


def _small(question: Question, at: datetime) -> tuple[Base, Judged]:
    base, asked = bases.everybody(at), question.asked
    vectors = store.computed(asked, asked.all, EVERYBODY, base.column("id"))
    return base, judging.judge(asked, base, vectors)


def _quickly(question: Question, at: datetime) -> Impact:
    asked, snapshot = question.asked, store.latest(at)
    base = store.base_of(snapshot) if snapshot else None
    if snapshot is None or base is None:
        ids, number = bases.random_ids(SAMPLE)
        return _estimate(question, bases.sampled(at, ids), {}, number)
    vectors = store.load(snapshot, asked.all)
    if asked.all - vectors.keys():
        places = bases.random_places(base, SAMPLE)
        known = {name: vector.taken(places) for name, vector in vectors.items()}
        return _estimate(question, base.taken(places), known, base.leads)
    found = counted(question, base, _judged(asked, base, vectors, snapshot))
    found.fresh = store.is_fresh(snapshot, at)
    return found


def _estimate(question: Question, sample: Base, known: Mapping[str, Vector], number: int) -> Impact:
    """From some of `number` leads, of whom `known` is known; what is counted is scaled to all."""
    asked, ids = question.asked, sample.column("id")
    missing = asked.all - known.keys()
    vectors = {**known, **store.computed(asked, missing, these(ids.tolist()), ids)}
    factor = number / sample.leads if sample.leads else 1.0
    found = counted(question, sample, judging.judge(asked, sample, vectors), factor)
    found.sample, found.fresh = sample.leads, False
    return found
