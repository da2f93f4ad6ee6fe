"""From units to a score, said once: the same steps write SQL for a statement, run over vectors of the whole
base for a preview, and over the numbers of one lead for an explanation.

A unit is how often a criterion holds, in millionths: a million for a fact, the sum of what is left of its
events for deeds. Every quotient is cut towards zero; only the total is rounded, halves away from zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from scoring.definition.parts import LIMIT, MICRO, Criterion, Group, Idle
from scoring.definition.whole import Definition


class Algebra(Protocol):
    """What a backend can do; a value is SQL text, a number or a vector, and so is a test."""

    def number(self, n: int) -> Any: ...
    def plus(self, values: Sequence[Any]) -> Any: ...
    def times(self, a: Any, b: Any) -> Any: ...
    def part(self, value: Any, weight: Any) -> Any: ...
    def least(self, value: Any, limit: int) -> Any: ...
    def greatest(self, value: Any, limit: int) -> Any: ...
    def choose(self, cases: Sequence[tuple[Any, Any]], otherwise: Any) -> Any: ...
    def positive(self, value: Any) -> Any: ...
    def equals(self, value: Any, n: int) -> Any: ...
    def rounded(self, micro: Any) -> Any: ...
    def idle(self, idle: Idle, quiet: Any) -> Any: ...


@dataclass(frozen=True)
class Given:
    """What is known of leads before any points: units and bonus events by criterion key, the number of the
    variant that applies (0 for none), and how many days they have been quiet."""

    units: Mapping[str, Any]
    bonuses: Mapping[str, Any]
    variant: Any
    quiet: Any


def contributions(d: Definition, given: Given, ops: Algebra) -> dict[str, Any]:
    """Millionths of points by criterion key, in the order of the model."""
    return {c.key: contribution(d, c, given, ops) for c in d.criteria}


def contribution(d: Definition, c: Criterion, given: Given, ops: Algebra) -> Any:
    """Nothing where an earlier one of those of which the first counts is met."""
    value = bounded(c, faded(c, raw(d, c, given, ops), given, ops), ops)
    met = [ops.positive(given.units[earlier.key]) for earlier in d.before(c)]
    return ops.choose([(test, ops.number(0)) for test in met], value) if met else value


def raw(d: Definition, c: Criterion, given: Given, ops: Algebra) -> Any:
    """Points times units, before silence and limits."""
    value = ops.times(given.units[c.key], points(d, c, given.variant, ops))
    if c.bonus is None:
        return value
    extra = ops.times(given.bonuses[c.key], ops.number(c.bonus.points * MICRO))
    return ops.plus([value, extra])


def points(d: Definition, c: Criterion, variant: Any, ops: Algebra) -> Any:
    cases = [
        (ops.equals(variant, n), ops.number(v.points_of(c)))
        for n, v in enumerate(d.variants, 1)
        if v.points_of(c) != c.points
    ]
    return ops.choose(cases, ops.number(c.points)) if cases else ops.number(c.points)


def faded(c: Criterion, value: Any, given: Given, ops: Algebra) -> Any:
    return value if c.idle is None else ops.part(value, ops.idle(c.idle, given.quiet))


def bounded(c: Criterion, value: Any, ops: Algebra) -> Any:
    if not c.counts:
        return value
    limit = (c.cap or LIMIT) * MICRO
    return ops.greatest(value, -limit) if c.group is Group.NEGATIVE else ops.least(value, limit)


def groups(d: Definition, made: Mapping[str, Any], quiet: Any, ops: Algebra) -> dict[Group, Any]:
    """Millionths of each group: its sum, what silence leaves of it, its limits."""
    return {
        group: limited_group(d, group, whole_group(d, group, made, quiet, ops), ops)
        for group in Group
    }


def whole_group(
    d: Definition, group: Group, made: Mapping[str, Any], quiet: Any, ops: Algebra
) -> Any:
    """A group's sum after silence, before its limits."""
    mine = [made[c.key] for c in d.criteria if c.group is group and c.key in made]
    return silenced_group(d, group, ops.plus(mine), quiet, ops)


def silenced_group(d: Definition, group: Group, value: Any, quiet: Any, ops: Algebra) -> Any:
    """What silence leaves of a group's sum."""
    if group is Group.ENGAGEMENT and d.idle and d.idle_scope == "engagement":
        return ops.part(value, ops.idle(d.idle, quiet))
    return value


def limited_group(d: Definition, group: Group, value: Any, ops: Algebra) -> Any:
    return _within(value, d.floors.get(group), d.caps.get(group), ops)


def total(d: Definition, grouped: Mapping[Group, Any], quiet: Any, ops: Algebra) -> Any:
    """Whole points."""
    return ops.rounded(limited(d, whole(d, grouped, quiet, ops), ops))


def whole(d: Definition, grouped: Mapping[Group, Any], quiet: Any, ops: Algebra) -> Any:
    """The sum of the groups after silence, before the limits of the total."""
    value = ops.plus([grouped[group] for group in Group])
    if d.idle and d.idle_scope == "total":
        return ops.part(value, ops.idle(d.idle, quiet))
    return value


def limited(d: Definition, value: Any, ops: Algebra) -> Any:
    return _within(value, d.total_floor, d.total_cap, ops)


def _within(value: Any, floor: int | None, cap: int | None, ops: Algebra) -> Any:
    if cap is not None:
        value = ops.least(value, cap * MICRO)
    return value if floor is None else ops.greatest(value, floor * MICRO)


class Sql:
    """Values are SQL text over bigint columns."""

    def number(self, n: int) -> str:
        return f"{n}::bigint"

    def plus(self, values: Sequence[str]) -> str:
        return f"({' + '.join(values)})" if values else "0::bigint"

    def times(self, a: str, b: str) -> str:
        return f"{a} * {b}"

    def part(self, value: str, weight: str) -> str:
        return f"(({value}) * {weight} / {MICRO})"

    def least(self, value: str, limit: int) -> str:
        return f"least({limit}, {value})"

    def greatest(self, value: str, limit: int) -> str:
        return f"greatest({limit}, {value})"

    def choose(self, cases: Sequence[tuple[str, str]], otherwise: str) -> str:
        whens = " ".join(f"WHEN {test} THEN {value}" for test, value in cases)
        return f"(CASE {whens} ELSE {otherwise} END)"

    def positive(self, value: str) -> str:
        return f"{value} > 0"

    def equals(self, value: str, n: int) -> str:
        return f"{value} = {n}"

    def rounded(self, micro: str) -> str:
        half = f"CASE WHEN {micro} < 0 THEN -{MICRO // 2} ELSE {MICRO // 2} END"
        return f"(({micro} + {half}) / {MICRO})::int"

    def idle(self, idle: Idle, quiet: str) -> str:
        return f"coalesce(({array(idle.weights())})[{quiet} / {idle.days} + 1], 0)"


def array(weights: Sequence[int]) -> str:
    """An array constant; written into the text, since hundreds of numbers would be slow as a parameter."""
    return f"'{{{','.join(map(str, weights))}}}'::int[]"


class Numbers:
    """Values are whole numbers or vectors of int64."""

    def number(self, n: int) -> Any:
        return np.int64(n)

    def plus(self, values: Sequence[Any]) -> Any:
        return sum(values, np.int64(0))

    def times(self, a: Any, b: Any) -> Any:
        return np.multiply(a, b, dtype=np.int64)

    def part(self, value: Any, weight: Any) -> Any:
        return _cut(np.multiply(value, weight, dtype=np.int64))

    def least(self, value: Any, limit: int) -> Any:
        return np.minimum(value, np.int64(limit))

    def greatest(self, value: Any, limit: int) -> Any:
        return np.maximum(value, np.int64(limit))

    def choose(self, cases: Sequence[tuple[Any, Any]], otherwise: Any) -> Any:
        made = otherwise
        for test, value in reversed(cases):
            made = np.where(test, value, made)
        return made

    def positive(self, value: Any) -> Any:
        return np.asarray(value) > 0

    def equals(self, value: Any, n: int) -> Any:
        return np.asarray(value) == n

    def rounded(self, micro: Any) -> Any:
        # One division that rounds down; what is below nothing has its halves rounded down, too.
        return (micro + MICRO // 2 - (micro < 0)) // MICRO

    def idle(self, idle: Idle, quiet: Any) -> Any:
        weights = np.array([*idle.weights(), 0], dtype=np.int64)
        return weights[np.minimum(np.asarray(quiet) // idle.days, len(weights) - 1)]


def _cut(micro: Any) -> Any:
    """Divided by a million, cut towards zero."""
    return np.sign(micro) * (np.abs(micro) // MICRO)


SQL, NUMBERS = Sql(), Numbers()
