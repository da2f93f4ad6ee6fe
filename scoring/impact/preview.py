"""What a definition would do to the base: each lead's score under it beside the score it has.

Of the whole base where every answer is known, which it is while only points, limits and bands move; else
first an estimate from a few thousand leads, and the whole base when that has been computed."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db import connection

from leads import bands as live_bands
from scoring import live, promotion
from scoring.definition import Band, Definition, Effect
from scoring.impact.vectors import base as bases
from scoring.impact.vectors import judging, store
from scoring.impact.vectors.asking import Asked
from scoring.impact.vectors.base import STAGES, Base
from scoring.impact.vectors.judging import Judged
from scoring.impact.vectors.packing import Array, Vector
from scoring.models import ScoringModel
from scoring.statement.scope import EVERYBODY, TO_ALL, Applies, these

COLUMNS = 20
# Leads an estimate is made from.
SAMPLE = 5000
# MQLs a day are counted over the leads that came in so many days.
RECENT = 30


@dataclass(frozen=True)
class Question:
    """The draft of a model and what is live: to whom it applies, from which stages a lead may cross, and the
    keys of the bands that are handed to sales today."""

    definition: Definition
    applies: Applies = TO_ALL
    may_cross: Collection[str] = ()
    handed_today: Collection[str] = ()

    @property
    def asked(self) -> Asked:
        return Asked(self.definition, self.applies)


@dataclass(frozen=True)
class Column:
    """Leads whose score lies from `low` up to the next column; the first and last hold the rest."""

    low: int
    live: int
    draft: int
    band: Band


@dataclass(frozen=True)
class BandCount:
    band: Band
    below: int | None
    live: int
    draft: int

    @property
    def change(self) -> int:
        return self.draft - self.live


@dataclass
class Impact:
    """`leads` is all whom the model applies to, `sample` how many an estimate was made from (None for none),
    `moved` how many go from a band of today (its key, empty for none) to a band of the draft. `matches`
    counts leads by criterion key; `crossing` those that would become MQLs now. `daily` is MQLs a day, today
    and in the draft. `fresh` is False where the base is about to be looked at again."""

    leads: int = 0
    crossing: int = 0
    seconds: float = 0.0
    sample: int | None = None
    as_of: datetime | None = None
    fresh: bool = True
    daily: tuple[float, float] = (0.0, 0.0)
    matches: dict[str, int] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)
    bands: list[BandCount] = field(default_factory=list)
    moved: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """Leads it was worked out on."""
        return self.leads if self.sample is None else self.sample

    @property
    def up(self) -> int:
        return self._moves(1)

    @property
    def down(self) -> int:
        return self._moves(-1)

    @property
    def staying(self) -> int:
        return self.leads - self.up - self.down

    def _moves(self, sign: int) -> int:
        """Leads that go up or down; from a band that the draft does not have they do neither."""
        order = {count.band.key: n for n, count in enumerate(reversed(self.bands))}
        return sum(
            leads
            for (live, draft), leads in self.moved.items()
            if live in order and (order[draft] - order[live]) * sign > 0
        )


def asked_of(model: ScoringModel, definition: Definition) -> Question:
    """What a definition would do as the next version of a model: to whom it applies as the models stand."""
    place = (model.order, model.pk)
    others = [one for one in live.live_models() if (one.model.order, one.model.pk) < place]
    applies = Applies(
        live.segments_of([model])[model.pk], tuple(one.applies.mine for one in others)
    )
    handed = {key for key, band in live_bands.bands().items() if Effect(band.effect).hands_over}
    return Question(definition, applies, promotion.may_cross(model), handed)


def impact(question: Question, at: datetime) -> Impact:
    """Of the whole base, computing what is missing. Raises store.Busy while another computes."""
    began = time.perf_counter()
    found = _summed(question, *whole(question, at))
    found.seconds = time.perf_counter() - began
    return found


def at_once(question: Question, at: datetime) -> Impact:
    """Of the whole base if that is small or nothing has to be computed for it, else an estimate."""
    began = time.perf_counter()
    found = _summed(question, *_small(question, at)) if is_small() else _quickly(question, at)
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
    return base, judging.judge(asked, base, vectors)


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
    found = _summed(question, base, judging.judge(asked, base, vectors))
    found.fresh = store.is_fresh(snapshot, at)
    return found


def _estimate(question: Question, sample: Base, known: Mapping[str, Vector], number: int) -> Impact:
    """From some of `number` leads, of whom `known` is known; what is counted is scaled to all."""
    asked, ids = question.asked, sample.column("id")
    missing = asked.all - known.keys()
    vectors = {**known, **store.computed(asked, missing, these(ids.tolist()), ids)}
    factor = number / sample.leads if sample.leads else 1.0
    found = _summed(question, sample, judging.judge(asked, sample, vectors), factor)
    found.sample, found.fresh = sample.leads, False
    return found


# Counting ------------------------------------------------------------------------------------


def _summed(question: Question, base: Base, judged: Judged, factor: float = 1.0) -> Impact:
    d = question.definition

    def scaled(number: float) -> int:
        return round(number * factor)

    moved = _moved(d, base, judged)
    made = Impact(
        leads=scaled(int(judged.applies.sum())),
        crossing=scaled(int(crossing(question, base, judged).sum())),
        as_of=base.made_at,
        matches={key: scaled(n) for key, n in judged.met.items()},
        moved={cell: scaled(leads) for cell, leads in moved.items()},
        columns=_columns(d, base, judged, factor),
    )
    made.bands = _bands(d, made.moved)
    now, then = _daily(question, base, judged)
    made.daily = (now * factor, then * factor)
    return made


def crossing(question: Question, base: Base, judged: Judged) -> Array:
    """Who would become an MQL at once: armed, in a stage from which one may, in a band that is handed over."""
    may = np.array([stage in question.may_cross for stage in STAGES])
    return (
        judged.applies
        & ~judged.flagged
        & _hands_over(question)[judged.band]
        & (base.columns["armed"].small > 0)
        & may[base.columns["stage"].small]
    )


def _hands_over(question: Question) -> Array:
    return np.array([band.effect.hands_over for band in question.definition.bands])


def _daily(question: Question, base: Base, judged: Judged) -> tuple[float, float]:
    """MQLs a day: of the leads that came lately, those that stand in a band that is handed over."""
    lately = judged.applies & (base.columns["age"].small < RECENT)
    handed = np.array([key in question.handed_today for key in base.bands])
    today = lately & handed[base.columns["band"].small] & (base.columns["flag"].small == 0)
    draft = lately & _hands_over(question)[judged.band] & ~judged.flagged
    return int(today.sum()) / RECENT, int(draft.sum()) / RECENT


def _moved(d: Definition, base: Base, judged: Judged) -> dict[tuple[str, str], int]:
    places = base.columns["band"].small.astype(np.int32) * len(d.bands) + judged.band
    counted = np.bincount(judged.of_its_own(places), minlength=len(base.bands) * len(d.bands))
    return {
        (base.bands[n // len(d.bands)], d.bands[n % len(d.bands)].key): int(leads)
        for n, leads in enumerate(counted)
        if leads
    }


def column_width(definition: Definition) -> int:
    """Points a column holds, so that the start of the highest band lies at three quarters."""
    highest = max((band.start or 0 for band in definition.bands), default=0)
    return max(1, -(-highest * 4 // (3 * COLUMNS)))


def _columns(d: Definition, base: Base, judged: Judged, factor: float) -> list[Column]:
    width = column_width(d)
    # Each score is counted first, and only then the few different ones are put into columns.
    low, high = -width, COLUMNS * width

    def counted(totals: Array) -> Array:
        each = np.bincount(np.clip(judged.of_its_own(totals).astype(np.int32), low, high) - low)
        places = np.arange(each.size) // width
        return np.bincount(places, weights=each, minlength=COLUMNS + 2)

    live, draft = counted(base.columns["total"].small), counted(judged.total)
    return [
        Column(n * width, round(live[n + 1] * factor), round(draft[n + 1] * factor),
               d.band_of(n * width + width // 2))
        for n in range(-1, COLUMNS + 1)
    ]  # fmt: skip


def _bands(d: Definition, moved: Mapping[tuple[str, str], int]) -> list[BandCount]:
    """Highest first."""
    starts = [*(band.start for band in d.bands[1:]), None]
    return [
        BandCount(
            band,
            below,
            sum(leads for (live, _draft), leads in moved.items() if live == band.key),
            sum(leads for (_live, draft), leads in moved.items() if draft == band.key),
        )
        for band, below in reversed(list(zip(d.bands, starts, strict=True)))
    ]
