"""Between which scores a lead could lie once it tells what is unknown, and which answer is worth asking for.

Under the model that applies today, on what the lead did; only facts are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from leads.models import Lead
from leads.vocabulary import rule_sql
from leads.vocabulary.rule_values import custom_types, holds, values_of, with_levels
from leads.vocabulary.rules import NUMBER, TEXT, Condition
from scoring.definition import MICRO, Band, Definition, arithmetic, reckoning
from scoring.definition.arithmetic import NUMBERS, Given
from scoring.explaining.answers import Answer, answers, is_askable, root
from scoring.explaining.explain import Explanation

# Combinations of answers that are tried one by one; beyond them the bounds may be wider than need be.
MOST_TRIED = 50_000


@dataclass(frozen=True)
class Asked:
    """What the answer to one field could make of the score, all else as it is. `bands` could be entered by
    it; `lowest` and `highest` are answers that make the bounds."""

    field: str
    label: str
    low: int
    high: int
    bands: tuple[Band, ...]
    lowest: Any
    highest: Any

    @property
    def span(self) -> int:
        return self.high - self.low


@dataclass(frozen=True)
class Range:
    """The lowest and the highest score there could be, and the unknown fields that can move it, the one worth
    asking first. `exact` is false where there were too many combinations to try each."""

    low: int
    high: int
    fields: list[Asked]
    exact: bool

    @property
    def ask(self) -> Asked | None:
        return self.fields[0] if self.fields else None


def reach(lead: Lead, found: Explanation) -> Range | None:
    """None where nothing unknown could change the score, or a person has set it."""
    if found.row["override"] is not None:
        return None
    tried = _Tried(lead, found)
    if not tried.unknown:
        return None
    asked = [tried.field(name) for name in tried.unknown]
    moving = [one for one in asked if one.span or len(one.bands) > 1]
    low, high, exact = tried.bounds()
    # Two answers together may do what neither does alone.
    if not moving and low == high:
        return None
    moving.sort(key=lambda one: (-len(one.bands), -one.span, one.field))
    return Range(low, high, moving, exact)


class _Tried:
    def __init__(self, lead: Lead, found: Explanation) -> None:
        self.d, self.row = found.model.definition, found.row
        self.given = reckoning.given(self.d, self.row)
        self.known = with_levels(values_of(lead), self.d.frozen)
        self.labels = {key: str(label) for key, (label, _type) in rule_sql.catalogue().items()}
        self.asking = _conditions(self.d)
        self.answers = self._answers()
        self.unknown = list(self.answers)

    def _answers(self) -> dict[str, tuple[Answer, ...]]:
        by_root: dict[str, list[Condition]] = {}
        for condition in dict.fromkeys(self.asking):
            by_root.setdefault(root(condition.field), []).append(condition)
        types = custom_types()
        self.by_root = {
            field: asked
            for field, asked in by_root.items()
            if is_askable(field) and self.known.get(field) in (None, "")
        }
        return {
            field: answers(self.d, field, *types.get(field, _built_in(field)), tuple(asked))
            for field, asked in self.by_root.items()
        }

    def field(self, name: str) -> Asked:
        """One field tried with all its answers."""
        made = self.answers[name]
        totals, grouped, given = self._reckon({name: np.arange(len(made))}, len(made))
        bands = [self._band(n, totals, grouped, given) for n in range(len(made))]
        low, high = int(np.argmin(totals)), int(np.argmax(totals))
        ordered = tuple(band for band in self.d.bands if band in bands)
        return Asked(
            name, self.labels.get(name, name), int(totals[low]), int(totals[high]), ordered,
            made[low].value, made[high].value,
        )  # fmt: skip

    def bounds(self) -> tuple[int, int, bool]:
        sizes = [len(self.answers[name]) for name in self.unknown]
        if prod(sizes) > MOST_TRIED:
            return *self._wide(), False
        places = np.indices(sizes).reshape(len(sizes), -1)
        chosen = dict(zip(self.unknown, places, strict=True))
        totals, _groups, _given = self._reckon(chosen, places.shape[1])
        return int(totals.min()), int(totals.max()), True

    def _reckon(self, chosen: Mapping[str, Any], count: int) -> tuple[Any, Any, Given]:
        given = self._given(chosen, count)
        made = arithmetic.contributions(self.d, given, NUMBERS)
        grouped = arithmetic.groups(self.d, made, given.quiet, NUMBERS)
        totals = arithmetic.total(self.d, grouped, given.quiet, NUMBERS)
        return np.broadcast_to(totals, (count,)), grouped, given

    def _given(self, chosen: Mapping[str, Any], count: int) -> Given:
        """What is known, with the answers of these places."""
        units: dict[str, Any] = dict(self.given.units)
        for c in self.d.criteria:
            if c.condition and root(c.condition.field) in chosen:
                units[c.key] = np.where(self._holds(c.condition, chosen), MICRO, 0)
        return Given(units, self.given.bonuses, self._variant(chosen, count), self.given.quiet)

    def _variant(self, chosen: Mapping[str, Any], count: int) -> Any:
        variant: Any = np.zeros(count, dtype=np.int64)
        for n, one in reversed(list(enumerate(self.d.variants, 1))):
            met = np.ones(count, dtype=bool)
            for condition in one.when:
                met = met & self._holds(condition, chosen)
            variant = np.where(met, n, variant)
        return variant

    def _holds(self, condition: Condition, chosen: Mapping[str, Any]) -> Any:
        field = root(condition.field)
        if field not in chosen:
            return holds(condition, self.known, self.d.frozen)
        place = self.by_root[field].index(condition)
        met = np.array([answer.met[place] for answer in self.answers[field]])
        return met[chosen[field]]

    def _band(self, n: int, totals: Any, grouped: Any, given: Given) -> Band:
        """The band with the n-th answer, that in which the lead may stay included."""

        def one(value: Any) -> Any:
            return value[n] if np.ndim(value) else value

        d, total = self.d, int(totals[n])
        now = Given({key: one(unit) for key, unit in given.units.items()}, {}, 0, given.quiet)
        entered = reckoning.entered(d, total, {g: int(one(v)) for g, v in grouped.items()}, now)
        stands = d.band(self.row.get("stands", ""))
        stays = stands and stands.leave is not None and total >= stands.leave
        order = list(d.bands)
        return (
            stands if stands and stays and order.index(stands) > order.index(entered) else entered
        )

    def _wide(self) -> tuple[int, int]:
        """Bounds that hold for any answers, each criterion taken for itself."""
        lows: dict[str, int] = {}
        highs: dict[str, int] = {}
        for c in self.d.criteria:
            worth = self._worths(c.key)
            lows[c.key], highs[c.key] = min(worth), max(worth)
        return self._total(lows), self._total(highs)

    def _worths(self, key: str) -> set[int]:
        """What a criterion could give, under any variant, and nothing where another takes its place."""
        c = self.d.by_key[key]
        open_ = c.condition is not None and root(c.condition.field) in self.answers
        units = {0, MICRO} if open_ else {int(self.given.units[key])}
        made = {0} if c.first_of else set()
        for unit in units:
            for variant in range(len(self.d.variants) + 1):
                given = Given({key: unit}, self.given.bonuses, variant, self.given.quiet)
                raw = arithmetic.raw(self.d, c, given, NUMBERS)
                faded = arithmetic.faded(c, raw, given, NUMBERS)
                made.add(int(arithmetic.bounded(c, faded, NUMBERS)))
        return made

    def _total(self, made: Mapping[str, int]) -> int:
        grouped = arithmetic.groups(self.d, made, self.given.quiet, NUMBERS)
        return int(arithmetic.total(self.d, grouped, self.given.quiet, NUMBERS))


def _conditions(d: Definition) -> Sequence[Condition]:
    """Those that can move the score."""
    of_criteria = [c.condition for c in d.criteria if c.condition]
    return [*of_criteria, *(condition for variant in d.variants for condition in variant.when)]


def _built_in(field: str) -> tuple[str, tuple[str, ...]]:
    return (NUMBER if field == "company.employees" else TEXT), ()
