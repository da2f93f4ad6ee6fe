"""Why sales said no, by source (the first touch, fixed at capture), campaign, pivotal criterion, segment or month."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, F, Func, QuerySet, TextField
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from handoff.models import Handoff
from insights import facts, segments
from insights.numbers import FEW, Number, Show, behind
from insights.periods import Period
from insights.segments import Segment
from qualification.models import DispositionReason
from scoring.live import live_models

State = Handoff.State
# So many columns are shown; of sources the rest share one.
MOST_SOURCES = 7
# A share of at least so many percent has this shade.
SHADES = ((40, 5), (28, 4), (18, 3), (8, 2), (0, 1))


class Each(Func):
    """A row for every text of a JSON list; none of an empty one."""

    function = "jsonb_array_elements_text"
    set_returning = True
    output_field = TextField()


@dataclass(frozen=True)
class Way:
    """A way to split: what stands in a column, how it is called, and how a list is narrowed to it. With `many` one
    handoff may stand in several columns."""

    label: Any
    value: Callable[[Period], Any]
    called: Callable[[Any], str]
    narrowed: Callable[[Any, Period], tuple[Period, dict[str, Any]]]
    many: bool = False


def _of_segment(kind: str) -> Way:
    return Way(
        segments.LABELS[kind], lambda period: F(segments.PATHS[kind]), lambda value: Segment(kind, value).name,
        lambda value, period: (period, {"segment": Segment(kind, value)}),
    )  # fmt: skip


def _criterion(key: str) -> str:
    names = {c.key: c.label for live in live_models() for c in live.definition.criteria}
    return names.get(key, key)


def _of_month(value: datetime, period: Period) -> tuple[Period, dict[str, Any]]:
    first = value.astimezone(period.zone).date()
    following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = min(following - timedelta(days=1), period.last)
    return Period(max(first, period.first), last, period.zone), {}


WAYS: dict[str, Way] = {
    "source": Way(
        gettext_lazy("Source"), lambda period: F("source"), lambda name: name or _("No source"),
        lambda name, period: (period, {"source": name}),
    ),
    "campaign": Way(
        gettext_lazy("Campaign"), lambda period: F("lead__campaign"), lambda name: name or _("No campaign"),
        lambda name, period: (period, {"campaign": name}),
    ),
    "criterion": Way(
        gettext_lazy("Pivotal criterion"), lambda period: Each(F("crossing__carried_by")), _criterion,
        lambda key, period: (period, {"criterion": key}), many=True,
    ),
    **{kind: _of_segment(kind) for kind in segments.PATHS},
    "month": Way(
        gettext_lazy("Month"),
        lambda period: TruncMonth("opened_at", tzinfo=period.zone, output_field=DateTimeField()),
        lambda month: date_format(month, "M Y"), _of_month,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A column: one source, all the others together, or everything."""

    label: str
    names: frozenset[Any]
    period: Period
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
    """`left_out` is how many columns there was no room for; the total counts them."""

    sources: list[Source]
    total: Source
    rows: list[Row]
    left_out: int = 0


class Tally:
    """Counts of handoffs by source (or what else splits them), state and reason."""

    def __init__(self, counts: Iterable[tuple[Any, str, int | None, int]]) -> None:
        self.states: Counter[tuple[Any, str]] = Counter()
        self.reasons: Counter[tuple[Any, int]] = Counter()
        for source, state, reason, count in counts:
            self.states[source, state] += count
            if state == State.DISQUALIFIED and reason:
                self.reasons[source, reason] += count

    @property
    def sources(self) -> list[Any]:
        """Those with the most handoffs first."""
        sizes: Counter[Any] = Counter()
        for (source, _state), count in self.states.items():
            sizes[source] += count
        return sorted(sizes, key=lambda source: (-sizes[source], str(source or "")))

    def state(self, names: Iterable[Any], *states: str) -> int:
        return sum(self.states[name, state] for name in names for state in states)

    def reason(self, names: Iterable[Any], reason: int) -> int:
        return sum(self.reasons[name, reason] for name in names)


def table(user: User, period: Period, by: str = "source") -> Table:
    """Reasons down, the most used first; across what `by` splits into, the largest first, months in their order."""
    way, handed = WAYS[by], facts.handed(user, period)
    tally = _tally(handed.annotate(column=way.value(period)), "column")
    # One that stands in several columns counts once in the total.
    whole = _tally(handed, "source") if way.many else tally
    total = _source(whole, period, _("All"), whole.sources, {})
    columns = _sources(tally, period, way, by)
    rows = [
        Row(
            reason,
            [_cell(tally, column, reason) for column in columns],
            _cell(whole, total, reason),
        )
        for reason in _reasons({reason for _source, reason in whole.reasons})
    ]
    rows.sort(key=lambda row: -row.total.number.value)
    known = len([name for name in tally.sources if by == "source" or name is not None])
    left_out = 0 if by == "source" else max(0, known - len(columns))
    return Table(columns, total, rows, left_out)


def _tally(handed: QuerySet[Any], column: str) -> Tally:
    counts = handed.values_list(column, "state", "disposition__reason")
    return Tally(counts.annotate(n=Count("pk")).order_by())


def _reasons(used: Iterable[int]) -> list[DispositionReason]:
    return list(DispositionReason.objects.filter(pk__in=used))


def _sources(tally: Tally, period: Period, way: Way, by: str) -> list[Source]:
    names = tally.sources
    if by != "source":
        # Whose segment is unknown cannot be asked for, and counts in the total only.
        known = [name for name in names if name or by == "campaign"][:MOST_SOURCES]
        if by == "month":
            known.sort()
        return [_column(tally, period, way, name) for name in known]
    # A column "others" for a single source would hide its name for nothing.
    most = MOST_SOURCES if len(names) > MOST_SOURCES + 1 else len(names)
    shown = [_column(tally, period, way, name) for name in names[:most]]
    if rest := names[most:]:
        label = _("%d others") % len(rest)
        shown.append(_source(tally, period, label, rest, {"besides": names[:most]}))
    return shown


def _column(tally: Tally, period: Period, way: Way, name: Any) -> Source:
    narrowed, narrowing = way.narrowed(name, period)
    return _source(tally, narrowed, way.called(name), [name], narrowing)


def _source(
    tally: Tally, period: Period, label: str, names: list[Any], narrowing: dict[str, Any]
) -> Source:
    accepted, recycled, disqualified = (
        tally.state(names, state) for state in (State.ACCEPTED, State.RECYCLED, State.DISQUALIFIED)
    )
    decided = accepted + recycled + disqualified

    def number(value: int, state: str) -> Number:
        return Number(value, behind(Show.HANDED, period, state=state, **narrowing), decided)

    return Source(
        label, frozenset(names), period, narrowing,
        disqualified=number(disqualified, State.DISQUALIFIED),
        accepted=number(accepted, State.ACCEPTED),
    )  # fmt: skip


def _cell(tally: Tally, source: Source, reason: DispositionReason) -> Cell:
    url = behind(
        Show.HANDED, source.period, state=State.DISQUALIFIED, reason=reason.key, **source.narrowing
    )
    whole = source.disqualified.value
    number = Number(tally.reason(source.names, reason.pk), url, whole)
    return Cell(number, _shade(number) if whole >= FEW else 0)


def _shade(number: Number) -> int:
    share = number.percent or 0
    return next(shade for least, shade in SHADES if share >= least) if number.value else 0
