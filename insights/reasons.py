"""Why sales said no, by source: the first touch of the lead, fixed at capture."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.numbers import FEW, Number, Show, behind
from insights.periods import Period
from qualification.models import DispositionReason

State = Handoff.State
# So many sources get a column of their own; the rest share one.
MOST_SOURCES = 7
# A share of at least so many percent has this shade.
SHADES = ((40, 5), (28, 4), (18, 3), (8, 2), (0, 1))


@dataclass(frozen=True)
class Source:
    """A column: one source, all the others together, or everything."""

    label: str
    names: frozenset[str]
    narrowing: dict[str, Any]
    disqualified: Number
    accepted: Number


@dataclass(frozen=True)
class Cell:
    """So many were disqualified for this reason; `number.whole` is everything of the source disqualified."""

    number: Number
    shade: int


@dataclass(frozen=True)
class Row:
    reason: DispositionReason
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class Table:
    sources: list[Source]
    total: Source
    rows: list[Row]


class Tally:
    """Counts of handoffs by source, state and reason."""

    def __init__(self, counts: Iterable[tuple[str, str, int | None, int]]) -> None:
        self.states: Counter[tuple[str, str]] = Counter()
        self.reasons: Counter[tuple[str, int]] = Counter()
        for source, state, reason, count in counts:
            self.states[source, state] += count
            if state == State.DISQUALIFIED and reason:
                self.reasons[source, reason] += count

    @property
    def sources(self) -> list[str]:
        """Those with the most handoffs first."""
        sizes: Counter[str] = Counter()
        for (source, _state), count in self.states.items():
            sizes[source] += count
        return sorted(sizes, key=lambda source: (-sizes[source], source))

    def state(self, names: Iterable[str], *states: str) -> int:
        return sum(self.states[name, state] for name in names for state in states)

    def reason(self, names: Iterable[str], reason: int) -> int:
        return sum(self.reasons[name, reason] for name in names)


def table(user: User, period: Period) -> Table:
    """Reasons down, the most used first; sources across, the largest first."""
    counts = facts.handed(user, period).values_list("lead__source", "state", "disposition__reason")
    tally = Tally(counts.annotate(n=Count("pk")).order_by())
    sources = _sources(tally, period)
    total = _source(tally, period, _("All"), tally.sources, {})
    rows = [
        Row(
            reason,
            [_cell(tally, period, source, reason) for source in sources],
            _cell(tally, period, total, reason),
        )
        for reason in _reasons({reason for _source, reason in tally.reasons})
    ]
    rows.sort(key=lambda row: -row.total.number.value)
    return Table(sources, total, rows)


def _reasons(used: Iterable[int]) -> list[DispositionReason]:
    return list(DispositionReason.objects.filter(pk__in=used))


def _sources(tally: Tally, period: Period) -> list[Source]:
    names = tally.sources
    # A column "others" for a single source would hide its name for nothing.
    most = MOST_SOURCES if len(names) > MOST_SOURCES + 1 else len(names)
    shown = [
        _source(tally, period, name or _("No source"), [name], {"source": name})
        for name in names[:most]
    ]
    if rest := names[most:]:
        label = _("%d others") % len(rest)
        shown.append(_source(tally, period, label, rest, {"besides": names[:most]}))
    return shown


def _source(
    tally: Tally, period: Period, label: str, names: list[str], narrowing: dict[str, Any]
) -> Source:
    accepted, recycled, disqualified = (
        tally.state(names, state) for state in (State.ACCEPTED, State.RECYCLED, State.DISQUALIFIED)
    )
    decided = accepted + recycled + disqualified

    def number(value: int, state: str) -> Number:
        return Number(value, behind(Show.HANDED, period, state=state, **narrowing), decided)

    return Source(
        label, frozenset(names), narrowing,
        disqualified=number(disqualified, State.DISQUALIFIED),
        accepted=number(accepted, State.ACCEPTED),
    )  # fmt: skip


def _cell(tally: Tally, period: Period, source: Source, reason: DispositionReason) -> Cell:
    url = behind(
        Show.HANDED, period, state=State.DISQUALIFIED, reason=reason.key, **source.narrowing
    )
    whole = source.disqualified.value
    number = Number(tally.reason(source.names, reason.pk), url, whole)
    return Cell(number, _shade(number) if whole >= FEW else 0)


def _shade(number: Number) -> int:
    share = number.percent or 0
    return next(shade for least, shade in SHADES if share >= least) if number.value else 0
