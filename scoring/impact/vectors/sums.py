"""What the criteria of each group add up to for every lead, kept from one question to the next: where one
slider was moved only its own criterion is worked out again."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scoring.definition import Criterion, Group, arithmetic
from scoring.definition.arithmetic import NUMBERS, Given
from scoring.impact.vectors.asking import Asked
from scoring.impact.vectors.packing import Array, Vector

# Leads that are worked out at a time: what is made in between stays in the processor's own memory.
PIECE = 2**14
Vectors = Mapping[str, Vector]


@dataclass(frozen=True)
class Part:
    """A criterion with the definition it stands in and the answers to it. Parts with the same `depends`, all
    that its points depend on, are equal and give every lead the same."""

    depends: tuple[Any, ...]
    criterion: Criterion = field(compare=False)
    asked: Asked = field(compare=False)
    vectors: Vectors = field(compare=False)

    def micro(self, piece: slice) -> Array:
        """Millionths of points of the leads of a piece."""
        d, c, asked = self.asked.definition, self.criterion, self.asked
        names = {one.key: asked.units[one.key] for one in (c, *d.before(c))}
        given = Given(
            units={key: self._values(name, piece) for key, name in names.items()},
            bonuses={c.key: self._values(asked.bonuses.get(c.key, ""), piece)},
            variant=self._values(asked.variant, piece),
            quiet=self._values(asked.quiet if c.idle else "", piece),
        )
        made: Array = arithmetic.contribution(d, c, given, NUMBERS)
        return made

    def _values(self, name: str, piece: slice) -> Any:
        return self.vectors[name].values(piece) if name else np.int64(0)


@dataclass(frozen=True)
class Sums:
    """Of each group that has criteria its parts, and their sum for every lead in millionths."""

    parts: Mapping[Group, Counter[Part]] = field(default_factory=dict)
    micro: Mapping[Group, Array] = field(default_factory=dict)


NONE = Sums()


def parts(asked: Asked, vectors: Vectors) -> dict[Group, Counter[Part]]:
    made: dict[Group, Counter[Part]] = {}
    for c in asked.definition.criteria:
        made.setdefault(c.group, Counter())[_part(asked, c, vectors)] += 1
    return made


def _part(asked: Asked, c: Criterion, vectors: Vectors) -> Part:
    d = asked.definition
    by_variant = tuple(v.points_of(c) for v in d.variants)
    depends = (
        c.group, c.points, c.cap, c.counts, c.bonus.points if c.bonus else 0, c.idle, by_variant,
        asked.units[c.key], asked.bonuses.get(c.key), asked.variant, asked.quiet if c.idle else "",
        tuple(asked.units[earlier.key] for earlier in d.before(c)),
    )  # fmt: skip
    return Part(depends, c, asked, vectors)


def following(before: Sums, asked: Asked, vectors: Vectors, leads: int) -> Sums:
    """The sums of what is asked, from those of an earlier question about the same leads."""
    wanted = parts(asked, vectors)
    micro = {
        group: _summed(before, group, mine, leads)
        for group, mine in wanted.items()
    }  # fmt: skip
    return Sums(wanted, micro)


def _summed(before: Sums, group: Group, wanted: Counter[Part], leads: int) -> Array:
    old = before.parts.get(group, Counter())
    came, gone = wanted - old, old - wanted
    if not came and not gone:
        return before.micro[group]
    if came.total() + gone.total() < wanted.total():
        made = before.micro[group].copy()
    else:
        came, gone, made = wanted, Counter(), np.zeros(leads, np.int64)
    for piece in pieces(leads):
        for part in came.elements():
            made[piece] += part.micro(piece)
        for part in gone.elements():
            made[piece] -= part.micro(piece)
    return made


def pieces(size: int) -> Iterator[slice]:
    for start in range(0, size, PIECE):
        yield slice(start, min(start + PIECE, size))
