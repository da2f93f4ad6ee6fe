"""Why a score is what it is: the very columns it was computed from, and the limits between, as lines that
sum to it exactly, also as they are written: in tenths of points."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from scoring.definition import MICRO, Criterion, Definition, Group, arithmetic, reckoning, rounded
from scoring.definition.arithmetic import NUMBERS, Given
from scoring.live import LiveModel, compute, live_models
from scoring.statement.scope import these

ONE = NUMBERS


@dataclass(frozen=True)
class Line:
    """One line of an explanation; `micro` is millionths of points. The parts of a criterion, where fading,
    silence or a limit took something, sum to its line; `events` is how many were counted."""

    label: str
    group: str
    micro: int
    key: str = ""
    parts: tuple["Line", ...] = ()
    events: int | None = None

    @property
    def points(self) -> float:
        return self.micro / MICRO


@dataclass(frozen=True)
class Explanation:
    """`row` is what the statement gave."""

    model: LiveModel
    lines: list[Line]
    row: Mapping[str, Any]

    @property
    def total(self) -> int:
        total: int = self.row["total"]
        return total

    @property
    def band(self) -> str:
        return str(self.row["band"])

    @property
    def variant(self) -> str:
        """Which variant of the model applied; empty for none."""
        number = self.row["variant"]
        return self.model.definition.variants[number - 1].label if number else ""

    @property
    def flag_reason(self) -> str:
        return self.model.definition.flag_reason(self.row["flag"])

    @property
    def cell(self) -> str:
        """Its place in the matrix of fit and engagement, A1 to C3; empty without a matrix."""
        matrix = self.model.definition.matrix
        return matrix.cell(self.row["fit"], self.row["engagement"]) if matrix else ""


def explain(lead_id: int) -> Explanation | None:
    """The lead under the one model that applies to it; None if none does, or for a merged or unknown lead."""
    for model in live_models():
        rows = compute(model.definition, these([lead_id]), applies=model.applies, detail=True)
        if rows:
            return Explanation(model, lines(model.definition, rows[0]), rows[0])
    return None


def lines(d: Definition, row: Mapping[str, Any]) -> list[Line]:
    """Contributions, largest first, then what silence, limits, an override and rounding add or take, so that
    all sum to the total.

    Each is in whole tenths of points, as it is shown; the rounding takes what that leaves over."""
    known = reckoning.given(d, row)
    micro = {c.key: row[f"c{n}"] for n, c in enumerate(d.criteria)}
    made = [
        _criterion(d, c, known, row, n) for n, c in enumerate(d.criteria) if tenths(row[f"c{n}"])
    ]
    made.sort(key=lambda line: -abs(line.micro))
    made += _shown(_of_groups(d, micro, known))
    if row["override"] is not None:
        reckoned = int(
            arithmetic.total(d, arithmetic.groups(d, micro, known.quiet, ONE), known.quiet, ONE)
        )
        if by := (row["override"] - reckoned) * MICRO:
            made.append(Line(_("Set by hand"), "total", by, "override"))
    if left := row["total"] * MICRO - sum(line.micro for line in made):
        made.append(Line(_("Rounding"), "total", left, "rounding"))
    return made


def _criterion(d: Definition, c: Criterion, known: Given, row: Mapping[str, Any], n: int) -> Line:
    events = row.get(f"k{n}") if c.counts else None
    parts = tuple(_shown(_parts(d, c, known, events)))
    micro = tenths(row[f"c{n}"])
    if len(parts) > 1:
        # The first part takes what writing tenths leaves over.
        over = micro - sum(part.micro for part in parts)
        first = Line(parts[0].label, parts[0].group, parts[0].micro + over, parts[0].key)
        parts = (first, *parts[1:])
    return Line(c.label, str(c.group), micro, c.key, parts if len(parts) > 1 else (), events)


def _parts(d: Definition, c: Criterion, known: Given, events: int | None) -> Iterator[Line]:
    raw = int(arithmetic.raw(d, c, known, ONE))
    full = raw
    if events is not None and c.decay:
        counted = (events if c.each else min(1, events)) * MICRO
        units = {**known.units, c.key: counted}
        full = int(
            arithmetic.raw(d, c, Given(units, known.bonuses, known.variant, known.quiet), ONE)
        )
    faded = int(arithmetic.faded(c, raw, known, ONE))
    yield Line(_("Points"), str(c.group), full, "points")
    yield Line(_("Faded with time"), str(c.group), raw - full, "fading")
    yield Line(_("Silence"), str(c.group), faded - raw, "silence")
    yield Line(_("Limit"), str(c.group), int(arithmetic.bounded(c, faded, ONE)) - faded, "limit")


def _of_groups(d: Definition, micro: Mapping[str, int], known: Given) -> Iterator[Line]:
    grouped = {}
    for group in Group:
        plain = sum(micro[c.key] for c in d.criteria if c.group is group)
        whole = int(arithmetic.whole_group(d, group, micro, known.quiet, ONE))
        grouped[group] = int(arithmetic.limited_group(d, group, whole, ONE))
        yield Line(_("Silence"), str(group), whole - plain, "silence")
        yield Line(_LIMITS[group](), str(group), grouped[group] - whole, "limit")
    total = sum(grouped.values())
    whole = int(arithmetic.whole(d, grouped, known.quiet, ONE))
    yield Line(_("Silence"), "total", whole - total, "silence")
    limited = int(arithmetic.limited(d, whole, ONE))
    yield Line(_("Limit of the total"), "total", limited - whole, "limit")


_LIMITS = {
    Group.FIT: lambda: _("Limit of fit"),
    Group.ENGAGEMENT: lambda: _("Limit of engagement"),
    Group.ACCOUNT: lambda: _("Limit of the account"),
    Group.NEGATIVE: lambda: _("Limit of what counts against"),
}


def _shown(made: Iterator[Line]) -> Iterator[Line]:
    """In tenths, and only those that say something."""
    for line in made:
        if micro := tenths(line.micro):
            yield Line(line.label, line.group, micro, line.key)


def tenths(micro: int) -> int:
    """Millionths of points rounded to whole tenths, halves away from zero, still in millionths."""
    return rounded(micro * 10) * (MICRO // 10)
