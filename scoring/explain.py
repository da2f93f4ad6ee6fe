"""Why a score is what it is: the very columns it was computed from, and the limits between, as lines that
sum to it exactly, also as they are written: in tenths of points."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from scoring.compiler import these
from scoring.definition import MICRO, Definition, Group, rounded
from scoring.engine import LiveModel, compute


@dataclass(frozen=True)
class Line:
    """One line of an explanation; `micro` is millionths of points."""

    label: str
    group: str
    micro: int
    key: str = ""

    @property
    def points(self) -> float:
        return self.micro / MICRO


@dataclass(frozen=True)
class Explanation:
    lines: list[Line]
    fit: int
    engagement: int
    negative: int
    total: int
    band: str


def explain(model: LiveModel, lead_id: int) -> Explanation | None:
    """Lines of one lead under the live version, largest first; None for a merged or unknown lead."""
    rows = compute(model.definition, these([lead_id]))
    if not rows:
        return None
    row = rows[0]
    micro = {c.key: row[f"c{n}"] for n, c in enumerate(model.definition.criteria) if row[f"c{n}"]}
    return Explanation(
        lines(model.definition, micro, row["total"]),
        row["fit"],
        row["engagement"],
        row["negative"],
        row["total"],
        row["band"],
    )


def lines(definition: Definition, micro: dict[str, int], total: int) -> list[Line]:
    """Contributions, then what limits and rounding add or take, so that all sum to `total`.

    Each is in whole tenths of points, as it is shown; the rounding takes what that leaves over."""
    made = [
        Line(c.label, str(c.group), tenths(micro[c.key]), c.key)
        for c in definition.criteria
        if tenths(micro.get(c.key, 0))
    ]
    made.sort(key=lambda line: -abs(line.micro))
    made += [
        Line(_LIMITS[group](), str(group), cut)
        for group in Group
        if (cut := tenths(definition.group_micro(group, micro) - _plain(definition, group, micro)))
    ]
    grouped = sum(definition.group_micro(group, micro) for group in Group)
    if cut := tenths(definition.limited(grouped) - grouped):
        made.append(Line(_("Limit of the total"), "total", cut))
    if left := total * MICRO - sum(line.micro for line in made):
        made.append(Line(_("Rounding"), "total", left))
    return made


_LIMITS = {
    Group.FIT: lambda: _("Limit of fit"),
    Group.ENGAGEMENT: lambda: _("Limit of engagement"),
    Group.NEGATIVE: lambda: _("Limit of what counts against"),
}


def tenths(micro: int) -> int:
    """Millionths of points rounded to whole tenths, halves away from zero, still in millionths."""
    return rounded(micro * 10) * (MICRO // 10)


def _plain(definition: Definition, group: Group, micro: dict[str, int]) -> int:
    return sum(micro[c.key] for c in definition.criteria if c.group is group and c.key in micro)
