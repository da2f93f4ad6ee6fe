"""A definition over vectors: total, band and flag of every lead, by the arithmetic that the statement is
written with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from scoring.definition import Band, Effect, Group, arithmetic
from scoring.definition.arithmetic import NUMBERS, Given
from scoring.impact.vectors.asking import Asked
from scoring.impact.vectors.base import NOT_SET, Base
from scoring.impact.vectors.packing import Array, Vector

# Leads that are judged at a time: what is worked out in between stays in the processor's own memory.
PIECE = 2**14
Vectors = Mapping[str, Vector]


@dataclass(frozen=True)
class Judged:
    """In the order of the base: `total` in points, `band` as its place in the definition, `flagged` and
    `applies` as tests, `met` how many leads each criterion counts for, by key."""

    total: Array
    band: Array
    flagged: Array
    applies: Array
    met: Mapping[str, int]
    to_all: bool

    def of_its_own(self, column: Array) -> Array:
        """Of those to whom the model applies."""
        return column if self.to_all else column[self.applies]


def judge(asked: Asked, base: Base, vectors: Vectors) -> Judged:
    total = np.zeros(base.leads, np.int32)
    band = np.zeros(base.leads, np.uint8)
    for piece in _pieces(base.leads):
        total[piece], band[piece] = _piece(asked, base, vectors, piece)
    out = np.array([b.effect is Effect.DISQUALIFY for b in asked.definition.bands])
    flagged = out[band]
    if asked.disqualified:
        flagged |= vectors[asked.disqualified].small > 0
    return Judged(total, band, flagged, *_counted(asked, base, vectors), not asked.applying)


def _pieces(size: int) -> Iterator[slice]:
    for start in range(0, size, PIECE):
        yield slice(start, min(start + PIECE, size))


def _counted(asked: Asked, base: Base, vectors: Vectors) -> tuple[Array, dict[str, int]]:
    """To whom the model applies, and for how many of them each criterion holds."""
    if not asked.applying:
        met = {key: np.count_nonzero(vectors[name].small) for key, name in asked.units.items()}
        return np.ones(base.leads, bool), {key: int(n) for key, n in met.items()}
    applies = vectors[asked.applying].small > 0
    met = {key: np.count_nonzero(vectors[name].small[applies]) for key, name in asked.units.items()}
    return applies, {key: int(n) for key, n in met.items()}


def _piece(asked: Asked, base: Base, vectors: Vectors, piece: slice) -> tuple[Array, Array]:
    d = asked.definition
    given = _given(asked, vectors, piece)
    grouped = arithmetic.groups(
        d, arithmetic.contributions(d, given, NUMBERS), given.quiet, NUMBERS
    )
    override = base.columns["override"].values(piece)
    made = np.broadcast_to(arithmetic.total(d, grouped, given.quiet, NUMBERS), override.shape)
    total = np.where(override == NOT_SET, made, override)
    entered = _entered(asked, given, total, {g: NUMBERS.rounded(v) for g, v in grouped.items()})
    return total, np.maximum(entered, _stays(asked, base, total, piece))


def _given(asked: Asked, vectors: Vectors, piece: slice) -> Given:
    def one(name: str) -> Array | np.int64:
        return vectors[name].values(piece) if name else np.int64(0)

    return Given(
        units={key: one(name) for key, name in asked.units.items()},
        bonuses={key: one(name) for key, name in asked.bonuses.items()},
        variant=one(asked.variant),
        quiet=one(asked.quiet),
    )


def _entered(asked: Asked, given: Given, total: Array, points: Mapping[Group, Array]) -> Array:
    """The place of the highest band whose conditions hold."""
    entered = np.zeros(total.shape, np.uint8)
    for n, band in enumerate(asked.definition.bands):
        entered[_holds(band, given, total, points)] = n
    return entered


def _holds(band: Band, given: Given, total: Array, points: Mapping[Group, Array]) -> Array:
    tests = np.ones(total.shape, bool)
    for key in band.needs:
        tests &= given.units[key] > 0
    if band.start is not None:
        tests &= total >= band.start
    if band.min_fit is not None:
        tests &= points[Group.FIT] >= band.min_fit
    if band.min_engagement is not None:
        tests &= points[Group.ENGAGEMENT] >= band.min_engagement
    return tests


def _stays(asked: Asked, base: Base, total: Array, piece: slice) -> Array:
    """The place of the band that a lead may stay in although it would not enter it."""
    stays = np.zeros(total.shape, np.uint8)
    for n, band in enumerate(asked.definition.bands):
        if band.leave is not None and band.key in base.bands:
            stands = base.columns["band"].small[piece] == base.bands.index(band.key)
            stays[stands & (total >= band.leave)] = n
    return stays
