"""What a model says, pure: groups, criteria, bands. JSON in, frozen dataclasses out, with reasons where
it cannot be meant. Points are whole numbers; everything between them and the score is in millionths."""

import hashlib
import json
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import accumulate, repeat
from operator import mul
from typing import Any

from django.utils.translation import gettext as _

from leads.rules import Condition

MICRO = 1_000_000


class Group(StrEnum):
    FIT = "fit"
    ENGAGEMENT = "engagement"
    NEGATIVE = "negative"

    @property
    def label(self) -> str:
        return {"fit": _("Fit"), "engagement": _("Engagement"), "negative": _("Negative")}[
            self.value
        ]


class Effect(StrEnum):
    NONE = "none"
    NURTURE = "nurture"
    MQL = "mql"
    SALES_READY = "sales_ready"


@dataclass(frozen=True)
class Decay:
    """What an event is worth after whole UTC days: halves every `days`, or falls straight to nothing in `days`."""

    kind: str
    days: int

    def weights(self) -> list[int]:
        """Millionths by age in days; the list ends where nothing is left."""
        if self.kind == "linear":
            return [MICRO * (self.days - age) // self.days for age in range(self.days)]
        return _halving(self.days)


@lru_cache(maxsize=64)
def _halving(days: int) -> list[int]:
    # Decimal, not float: the same integers on every machine. After 21 halvings less than half of a
    # millionth is left.
    with localcontext(prec=50):
        step = Decimal(2) ** (Decimal(-1) / days)
        exact = accumulate(repeat(step, 21 * days), mul, initial=Decimal(MICRO))
        weights = (int(left.to_integral_value(ROUND_HALF_UP)) for left in exact)
        return [weight for weight in weights if weight]


@dataclass(frozen=True)
class EventMatch:
    """Which events count: a kind, and if given a name and the beginning of a path."""

    kind: str
    name: str = ""
    path: str = ""


@dataclass(frozen=True)
class Criterion:
    """One line of the model.

    An attribute criterion gives `points` when `condition` holds. An event criterion gives them for each
    matching event of the last `within_days`, or once, weighed by `decay` and limited by `cap`, from the
    `at_least`-th event on. An absence criterion gives them after `within_days` without engagement."""

    key: str
    label: str
    group: Group
    points: int
    condition: Condition | None = None
    event: EventMatch | None = None
    each: bool = True
    at_least: int = 1
    within_days: int | None = None
    cap: int | None = None
    decay: Decay | None = None

    @property
    def is_absence(self) -> bool:
        return self.condition is None and self.event is None

    def most(self) -> int | None:
        """The furthest this criterion can move a score; None where there is no bound."""
        if self.event is None or not self.each:
            return self.points
        return self.cap if self.cap is None or self.points > 0 else -self.cap


@dataclass(frozen=True)
class Band:
    """Scores from `start` up to the next band; the lowest band has no start."""

    key: str
    name: str
    start: int | None
    effect: Effect


@dataclass(frozen=True)
class Definition:
    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]
    # Limits in points: fit and engagement are capped from above, negative from below.
    caps: dict[Group, int | None]
    total_cap: int | None = None
    total_floor: int | None = None
    trust: tuple[int, ...] = (0, 1)

    def __hash__(self) -> int:
        return hash(self.digest())

    @property
    def mql_line(self) -> int | None:
        """The lowest score that makes an MQL."""
        starts = [
            band.start
            for band in self.bands
            if band.effect in (Effect.MQL, Effect.SALES_READY) and band.start is not None
        ]
        return min(starts) if starts else None

    def band_of(self, total: int) -> Band:
        standing = [band for band in self.bands if band.start is None or total >= band.start]
        return standing[-1]

    def group_micro(self, group: Group, micro: dict[str, int]) -> int:
        """A group's sum within its limit. `micro` maps criterion keys to millionths of points."""
        total = sum(micro[c.key] for c in self.criteria if c.group is group and c.key in micro)
        cap = self.caps.get(group)
        if cap is None:
            return total
        return max(total, -cap * MICRO) if group is Group.NEGATIVE else min(total, cap * MICRO)

    def reach(self, group: Group) -> int | None:
        """The furthest a group can move a score, in points; None where nothing bounds it."""
        each = [c.most() for c in self.criteria if c.group is group]
        cap = self.caps.get(group)
        if any(most is None for most in each):
            return None if cap is None else -cap if group is Group.NEGATIVE else cap
        whole = sum(most for most in each if most is not None)
        if cap is None:
            return whole
        return max(whole, -cap) if group is Group.NEGATIVE else min(whole, cap)

    def total(self, micro: dict[str, int]) -> int:
        """The score that these contributions make: limits, then one rounding, halves away from zero."""
        return rounded(self.limited(sum(self.group_micro(group, micro) for group in Group)))

    def limited(self, micro: int) -> int:
        """A sum of groups, in millionths, within the limits of the total."""
        if self.total_cap is not None:
            micro = min(micro, self.total_cap * MICRO)
        if self.total_floor is not None:
            micro = max(micro, self.total_floor * MICRO)
        return micro

    def carriers(self, micro: dict[str, int]) -> list[str]:
        """The criteria without any one of which, limits included, the score would miss the MQL line."""
        line = self.mql_line
        if line is None:
            return []
        return [
            key
            for key, value in micro.items()
            if value > 0 and self.total({k: v for k, v in micro.items() if k != key}) < line
        ]

    def digest(self) -> str:
        """Equal for definitions that say the same."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        from_json = json.dumps(to_json(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(from_json.encode()).hexdigest()


def rounded(micro: int) -> int:
    """Millionths to whole points, halves away from zero."""
    whole = (abs(micro) + MICRO // 2) // MICRO
    return whole if micro >= 0 else -whole


def to_json(definition: Definition) -> dict[str, Any]:
    """The shape that `parsing.parse` reads back to an equal definition."""
    return {
        "criteria": [_criterion_json(criterion) for criterion in definition.criteria],
        "bands": [
            {"key": b.key, "name": b.name, "start": b.start, "effect": str(b.effect)}
            for b in definition.bands
        ],
        "caps": {str(group): definition.caps.get(group) for group in Group},
        "total_cap": definition.total_cap,
        "total_floor": definition.total_floor,
        "trust": list(definition.trust),
    }


def _criterion_json(c: Criterion) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "key": c.key,
        "label": c.label,
        "group": str(c.group),
        "points": c.points,
    }
    if c.condition is not None:
        return {**shape, "condition": c.condition.to_json()}
    shape["within_days"] = c.within_days
    if c.event is None:
        return shape
    shape["event"] = {"kind": c.event.kind, "name": c.event.name, "path": c.event.path}
    shape |= {"each": c.each, "at_least": c.at_least, "cap": c.cap}
    shape["decay"] = {"kind": c.decay.kind, "days": c.decay.days} if c.decay else None
    return shape
