"""A definition over vectors: total, band and flag of every lead, by the arithmetic that the statement is
written with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.definition import Band, Definition, Effect, Group, arithmetic
from scoring.definition.arithmetic import NUMBERS
from scoring.impact.vectors import sums
from scoring.impact.vectors.asking import Asked
from scoring.impact.vectors.base import NOT_SET, Base
from scoring.impact.vectors.packing import Array
from scoring.impact.vectors.sums import Sums, Vectors


@dataclass(frozen=True)
class Judged:
    """In the order of the base: `total` in points, `band` as its place in the definition, `flagged` and
    `applies` as tests, `met` how many leads each criterion counts for, by key, `sums` what the next question
    may begin with."""

    total: Array
    band: Array
    flagged: Array
    applies: Array
    met: Mapping[str, int]
    to_all: bool
    sums: Sums

    def of_its_own(self, column: Array) -> Array:
        """Of those to whom the model applies."""
        return column if self.to_all else column[self.applies]


def judge(asked: Asked, base: Base, vectors: Vectors, before: Sums = sums.NONE) -> Judged:
    """`before` are the sums of an earlier question about the same leads."""
    added = sums.following(before, asked, vectors, base.leads)
    total = np.zeros(base.leads, np.int32)
    band = np.zeros(base.leads, np.uint8)
    for piece in sums.pieces(base.leads):
        total[piece], band[piece] = _piece(asked, base, vectors, added, piece)
    out = np.array([b.effect is Effect.DISQUALIFY for b in asked.definition.bands])
    flagged = out[band] if out.any() else np.zeros(base.leads, bool)
    if asked.disqualified:
        flagged |= vectors[asked.disqualified].small > 0
    applies, met = _counted(asked, base, vectors)
    return Judged(total, band, flagged, applies, met, not asked.applying, added)


def _counted(asked: Asked, base: Base, vectors: Vectors) -> tuple[Array, dict[str, int]]:
    """To whom the model applies, and for how many of them each criterion holds."""
    if not asked.applying:
        met = {key: vectors[name].positive for key, name in asked.units.items()}
        return np.ones(base.leads, bool), met
    applies = vectors[asked.applying].small > 0
    some = {key: vectors[name].small[applies] for key, name in asked.units.items()}
    return applies, {key: int(np.count_nonzero(values)) for key, values in some.items()}


def _piece(
    asked: Asked, base: Base, vectors: Vectors, added: Sums, piece: slice
) -> tuple[Array, Array]:
    d = asked.definition
    quiet = vectors[asked.quiet].values(piece) if asked.quiet else np.int64(0)
    grouped = {g: _group(d, g, added, quiet, piece) for g in Group}
    override = base.columns["override"].small[piece]
    made = np.broadcast_to(arithmetic.total(d, grouped, quiet, NUMBERS), override.shape)
    total = np.where(override == NOT_SET, made, override)
    entered = _entered(asked, vectors, total, grouped, piece)
    return total, np.maximum(entered, _stays(asked, base, total, piece))


def _group(d: Definition, group: Group, added: Sums, quiet: Any, piece: slice) -> Any:
    value = added.micro[group][piece] if group in added.micro else np.int64(0)
    silenced = arithmetic.silenced_group(d, group, value, quiet, NUMBERS)
    return arithmetic.limited_group(d, group, silenced, NUMBERS)


def _entered(
    asked: Asked, vectors: Vectors, total: Array, grouped: Mapping[Group, Any], piece: slice
) -> Array:
    """The place of the highest band whose conditions hold."""
    entered = np.zeros(total.shape, np.uint8)
    for n, band in enumerate(asked.definition.bands):
        holds = _at_least(band, total, grouped)
        for key in band.needs:
            holds &= vectors[asked.units[key]].small[piece] > 0
        np.copyto(entered, np.uint8(n), where=holds)
    return entered


def _at_least(band: Band, total: Array, grouped: Mapping[Group, Any]) -> Array:
    """Who has the score and the parts of it that a band asks for."""
    enough = np.ones(total.shape, bool) if band.start is None else total >= band.start
    for group, least in ((Group.FIT, band.min_fit), (Group.ENGAGEMENT, band.min_engagement)):
        if least is not None:
            enough &= NUMBERS.rounded(grouped[group]) >= least
    return enough


def _stays(asked: Asked, base: Base, total: Array, piece: slice) -> Array:
    """The place of the band that a lead may stay in although it would not enter it."""
    stays = np.zeros(total.shape, np.uint8)
    for n, band in enumerate(asked.definition.bands):
        if band.leave is not None and band.key in base.bands:
            stands = base.columns["band"].small[piece] == base.bands.index(band.key)
            stays[stands & (total >= band.leave)] = n
    return stays
