"""What a draft does to the base, in numbers: bands, who moves, who crosses, the histogram of scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from scoring.definition import Band, Definition
from scoring.impact.question import Question
from scoring.impact.vectors import sums
from scoring.impact.vectors.base import RECENT, STAGES, Base
from scoring.impact.vectors.judging import Judged
from scoring.impact.vectors.packing import Array

COLUMNS = 20


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


def counted(question: Question, base: Base, judged: Judged, factor: float = 1.0) -> Impact:
    """What was judged, summed up; of a sample every number times `factor`."""
    d, cells = question.definition, _cells(question, base, judged)

    def scaled(number: float) -> int:
        return round(number * factor)

    moved = cells.sum(axis=(1, 2, 3, 4, 6))
    places = [(n, m) for n, m in np.argwhere(moved).tolist()]
    made = Impact(
        leads=scaled(int(cells.sum())),
        crossing=scaled(_crossing(question, cells)),
        as_of=base.made_at,
        matches={key: scaled(n) for key, n in judged.met.items()},
        moved={(base.bands[n], d.bands[m].key): scaled(int(moved[n, m])) for n, m in places},
        columns=_columns(d, base, judged, factor),
    )
    made.bands = _bands(d, made.moved)
    now, then = _daily(question, base, cells)
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


def _cells(question: Question, base: Base, judged: Judged) -> Array:
    """How many leads the model applies to, by Base.cells, band in the draft, and whether it flags them."""
    bands = len(question.definition.bands)
    shape = (*base.shape, bands, 2)
    found = np.zeros(int(np.prod(shape)), np.int64)
    for piece in sums.pieces(base.leads):
        places = base.cells[piece].astype(np.int64) * (2 * bands)
        places += judged.band[piece] * np.uint8(2) + judged.flagged[piece]
        own = places if judged.to_all else places[judged.applies[piece]]
        found += np.bincount(own, minlength=found.size)
    return found.reshape(shape)


def _crossing(question: Question, cells: Array) -> int:
    may = [n for n, stage in enumerate(STAGES) if stage in question.may_cross]
    return int(cells[:, may, 1][..., _hands_over(question), 0].sum())


def _hands_over(question: Question) -> Array:
    return np.array([band.effect.hands_over for band in question.definition.bands])


def _daily(question: Question, base: Base, cells: Array) -> tuple[float, float]:
    """MQLs a day: of the leads that came lately, those that stand in a band that is handed over."""
    handed = np.array([key in question.handed_today for key in base.bands])
    today = cells[handed, :, :, 1, 0].sum()
    draft = cells[:, :, :, 1][..., _hands_over(question), 0].sum()
    return int(today) / RECENT, int(draft) / RECENT


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
