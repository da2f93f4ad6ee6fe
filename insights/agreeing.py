"""How often marketing and sales agree on the leads both rated blind, and over which criteria they differ. Where several
rate for a side, each of one side is compared with each of the other: that is a pair.

Kappa is Cohen's (J. Cohen, Educational and Psychological Measurement 20, 1960): what is left of the agreement when
what luck would give is taken out; 1 is full agreement, 0 no more than luck."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qualification.agreement.rounds import Said
from scoring.definition import Criterion, Definition
from scoring.publishing.suggestions import Suggestion, for_criterion

# So many criteria are told.
MOST = 5


@dataclass(frozen=True)
class Disputed:
    """A criterion that was pivotal for the leads of `whole` pairs, of which `differ` do not agree."""

    key: str
    label: str
    differ: int
    whole: int
    criterion: Criterion | None
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True)
class Agreeing:
    """`both` leads were rated by both sides; of the `pairs` on them `same` agree. `kappa` is None where luck alone
    agrees fully."""

    both: int
    pairs: int
    same: int
    kappa: float | None
    criteria: list[Disputed]

    @property
    def percent(self) -> int | None:
        return round(100 * self.same / self.pairs) if self.pairs else None


def agreeing(rows: Sequence[Said], definition: Definition | None) -> Agreeing:
    """What the settled ones among `rows` come to."""
    settled = [row for row in rows if row.is_settled]
    pairs = Counter(pair for row in settled for pair in row.pairs)
    same = pairs[True, True] + pairs[False, False]
    return Agreeing(len(settled), pairs.total(), same, kappa(pairs), _criteria(settled, definition))


def in_words(found: Agreeing) -> str:
    """What the minutes begin with; empty while no lead was rated by both."""
    if not found.both:
        return ""
    said = {
        "n": found.both, "pairs": found.pairs, "same": found.same, "percent": found.percent,
    }  # fmt: skip
    told = _(
        "Blind round. Leads rated by both sides: %(n)d; of %(pairs)d pairs of raters %(same)d agree, %(percent)d%%."
    )
    lines = [told % said]
    if found.kappa is not None:
        lines.append(_("Cohen's kappa: %(kappa).2f.") % {"kappa": found.kappa})
    if found.criteria:
        names = ", ".join(f"{one.label} ({one.differ})" for one in found.criteria)
        lines.append(_("We differ about: %(names)s.") % {"names": names})
    return "\n".join(lines)


def kappa(pairs: Counter[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa of yes and no by two raters."""
    whole = pairs.total()
    if not whole:
        return None
    first = (pairs[True, True] + pairs[True, False]) / whole
    second = (pairs[True, True] + pairs[False, True]) / whole
    luck = first * second + (1 - first) * (1 - second)
    if luck == 1:
        return None
    return ((pairs[True, True] + pairs[False, False]) / whole - luck) / (1 - luck)


def _criteria(settled: Sequence[Said], definition: Definition | None) -> list[Disputed]:
    differ, whole, labels = Counter[str](), Counter[str](), dict[str, str]()
    for row in settled:
        crossing = row.rated.handoff.crossing
        labels |= {line["key"]: line["label"] for line in crossing.contributions}
        for first, second in row.pairs:
            whole.update(crossing.carried_by)
            differ.update(crossing.carried_by if first != second else ())
    live = definition.by_key if definition else {}
    order = sorted(differ, key=lambda key: (-differ[key], whole[key], key))
    return [
        Disputed(
            key, live[key].label if key in live else labels.get(key, key), differ[key], whole[key], live.get(key),
            for_criterion(live[key]) if key in live else (),
        )
        for key in order[:MOST]
    ]  # fmt: skip
