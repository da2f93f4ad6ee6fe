"""The leads of some weeks in columns, each lead at the same place of every column; and how each of them rose."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

# Of whom nobody was ever touched, and of what is not decided.
FOREVER = float("inf")
# Beyond all scores, and below all places and heights.
HIGHER, NOTHING = 2**32, -(2**62)


@dataclass(frozen=True)
class Steps:
    """`place` is that of the lead, and the steps of a lead lie together in their order. `second` counts since the
    window began, `total` is the score from then on."""

    place: Numbers
    second: Numbers
    total: Numbers

    def of(self, chosen: Flags) -> "Steps":
        """Those of the chosen leads, whose places are counted anew."""
        kept, places = chosen[self.place], np.cumsum(chosen) - 1
        return Steps(places[self.place[kept]], self.second[kept], self.total[kept])

    def and_also(self, place: Numbers, second: Numbers, total: Numbers) -> "Steps":
        """These and others, which come after those of the same lead."""
        places = np.concatenate([self.place, place])
        order = np.argsort(places, kind="stable")
        both = np.concatenate([self.second, second]), np.concatenate([self.total, total])
        return Steps(places[order], *(column[order] for column in both))

    @cached_property
    def before(self) -> Numbers:
        """The highest score that the lead had by the steps before each, NOTHING before its first."""
        # A lead lies above all those before it, so that nobody is measured against another.
        first = firsts(self.place)
        floor = np.cumsum(first) * HIGHER
        best = np.maximum.accumulate(floor + self.total)
        return np.where(first, NOTHING, np.roll(best, 1) - floor)

    def records(self) -> Flags:
        """Which of them are higher than all before of the same lead."""
        return self.total > self.before


@dataclass(frozen=True)
class Came:
    """Who was handed over, and who would be with a lower line.

    `took` are working seconds to the first touch, `budget` the seconds promised, 0 for none; `judged` says whether the
    promise stood until the touch or the deadline, `gone` the second at which the lead was decided. `chance` is how
    likely sales accepts such a lead. For one that was never handed over these are FOREVER, 0, False and a guess."""

    lead: Numbers
    team: Numbers
    took: Array
    budget: Array
    by_the_wall: Flags
    judged: Flags
    handed: Flags
    gone: Array
    chance: Array
    steps: Steps

    def __len__(self) -> int:
        return len(self.lead)

    def where(self, chosen: Flags) -> "Came":
        """The chosen ones alone."""
        columns = {name: column[chosen] for name, column in self._columns()}
        return replace(self, **columns, steps=self.steps.of(chosen))

    def and_also(self, other: "Came") -> "Came":
        """These and others."""
        both = zip(self._columns(), other._columns(), strict=True)
        columns = {name: np.concatenate([mine, theirs]) for (name, mine), (_n, theirs) in both}
        steps = other.steps
        steps = self.steps.and_also(steps.place + len(self), steps.second, steps.total)
        return replace(self, **columns, steps=steps)

    def _columns(self) -> Iterator[tuple[str, NDArray[Any]]]:
        return ((field.name, getattr(self, field.name)) for field in fields(self)[:-1])

    @cached_property
    def climb(self) -> "Climb":
        """The steps of all leads as one after the other was made."""
        steps = self.steps
        order = np.argsort(steps.second, kind="stable")
        place = steps.place[order]
        return Climb(
            place, steps.second[order], steps.total[order], steps.before[order],
            firsts(steps.place)[order], self.handed[place],
        )  # fmt: skip


@dataclass(frozen=True)
class Climb:
    """Steps in the order of their seconds, each with the best score of its lead `before`, whether it is its `first`,
    and whether the lead was `handed` over."""

    place: Numbers
    second: Numbers
    total: Numbers
    before: Numbers
    first: Flags
    handed: Flags

    def reach(self, line: int, *, always: bool) -> Numbers:
        """Which steps lead to the line, one of each lead that reaches it. With `always` those who were handed over came
        when they did, whatever the line."""
        reached = (self.before < line) & (line <= self.total)
        return np.flatnonzero(np.where(self.handed, self.first, reached) if always else reached)


def in_order(place: Numbers, second: Numbers, total: Numbers) -> Steps:
    """Steps from 0 or later in any order, put into theirs. One number says place, second and score, which is sorted ten
    times as quickly as three; it has room for a thousand million leads in months."""
    if not len(place):
        return Steps(place, second, total)
    height = total - total.min()
    key = (place * (second.max() + 1) + second) * (height.max() + 1) + height
    order = np.argsort(key)
    return Steps(place[order], second[order], total[order])


def firsts(place: Numbers) -> Flags:
    """Where another lead begins."""
    return np.diff(place, prepend=NOTHING) != 0


@dataclass(frozen=True)
class Past:
    """`line` is the score at which leads are handed over now; the window begins at `begin`."""

    begin: datetime
    end: datetime
    line: int
    came: Came
