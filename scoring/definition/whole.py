"""A model as a whole: criteria in groups, limits, bands, and everything that is said once for all of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from leads.vocabulary.lists import Frozen
from scoring.definition import shape
from scoring.definition.parts import (
    Alerts,
    Band,
    Criterion,
    Disqualifier,
    Effect,
    Group,
    Idle,
    Matrix,
    Variant,
)

NO_ALERTS, NOTHING = Alerts(), Frozen()
Limits = Mapping[Group, int | None]


@dataclass(frozen=True)
class Definition:
    """`caps` and `floors` are limits of groups in points, `trust` the classes of events that count, `idle`
    what silence takes from the engagement group or the total, `cooling_days` how long a recycled lead rests
    at least, `frozen` the lists and the title table as they were when the version was kept."""

    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]
    caps: Limits
    floors: Limits = field(default_factory=dict)
    total_cap: int | None = None
    total_floor: int | None = None
    trust: tuple[int, ...] = (0, 1)
    idle: Idle | None = None
    idle_scope: str = "total"
    disqualifiers: tuple[Disqualifier, ...] = ()
    variants: tuple[Variant, ...] = ()
    matrix: Matrix | None = None
    alerts: Alerts = NO_ALERTS
    cooling_days: int = 0
    sql_by_score: bool = False
    frozen: Frozen = NOTHING

    def __hash__(self) -> int:
        return hash(self.digest())

    @cached_property
    def by_key(self) -> dict[str, Criterion]:
        return {c.key: c for c in self.criteria}

    @cached_property
    def handing_bands(self) -> list[str]:
        """Keys of the bands whose leads are handed to sales."""
        return [band.key for band in self.bands if band.effect.hands_over]

    @cached_property
    def needs_quiet(self) -> bool:
        """Whether the days since the last engagement matter."""
        return self.idle is not None or any(c.is_absence or c.idle for c in self.criteria)

    def before(self, c: Criterion) -> list[Criterion]:
        """Those before it of which only the first that holds counts."""
        if not c.first_of:
            return []
        shared = [other for other in self.criteria if other.first_of == c.first_of]
        return shared[: shared.index(c)]

    def band(self, key: str) -> Band | None:
        return next((band for band in self.bands if band.key == key), None)

    def band_of(self, total: int) -> Band:
        """The highest band that this score alone enters."""
        by_score = [b for b in self.bands if b.is_lowest or (b.start is not None and not b.needs)]
        standing = [b for b in by_score if b.start is None or total >= b.start]
        return standing[-1] if standing else self.bands[0]

    def reach(self, group: Group) -> int | None:
        """The furthest a group can move a score, in points; None where nothing bounds it."""
        each = [c.most() for c in self.criteria if c.group is group]
        bound = self.floors.get(group) if group is Group.NEGATIVE else self.caps.get(group)
        if any(most is None for most in each):
            return bound
        whole = sum(most for most in each if most is not None)
        if bound is None:
            return whole
        return max(whole, bound) if group is Group.NEGATIVE else min(whole, bound)

    def flag_reason(self, key: str) -> str:
        """Why a lead with this flag is out of the race; empty for no flag."""
        said = {d.key: d.label for d in self.disqualifiers}
        said |= {b.key: b.reason for b in self.bands if b.effect is Effect.DISQUALIFY}
        return said.get(key, key)

    def digest(self) -> str:
        """Equal for definitions that say the same."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        from_json = json.dumps(to_json(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(from_json.encode()).hexdigest()


def to_json(d: Definition) -> dict[str, Any]:
    """The JSON that parsing reads back to an equal definition."""
    made: dict[str, Any] = {
        "criteria": [shape.criterion_json(criterion) for criterion in d.criteria],
        "bands": [shape.band_json(band) for band in d.bands],
        "caps": {str(group): d.caps.get(group) for group in Group},
        "floors": {str(group): d.floors.get(group) for group in Group},
        "total_cap": d.total_cap,
        "total_floor": d.total_floor,
        "trust": list(d.trust),
        "disqualifiers": [shape.disqualifier_json(q) for q in d.disqualifiers],
        "variants": [shape.variant_json(v) for v in d.variants],
        "alerts": {"rise": d.alerts.rise, "pages": list(d.alerts.pages)},
        "cooling_days": d.cooling_days,
        "sql_by_score": d.sql_by_score,
        "frozen": d.frozen.to_json(),
    }
    if d.idle:
        made["idle"] = {"lose": d.idle.lose, "days": d.idle.days, "scope": d.idle_scope}
    if d.matrix:
        made["matrix"] = {"fit": list(d.matrix.fit), "engagement": list(d.matrix.engagement)}
    return made
