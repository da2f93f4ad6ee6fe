"""The report card: a row for each criterion of the live model, and for those of the past that carried somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from insights.judging import Judged, judged_keys, named, wilson
from insights.numbers import Number, Show, behind
from insights.report_card.asking import Ask
from insights.report_card.counting import Counts, Tally, count
from leads.models import Crossing
from qualification.models import DispositionReason
from scoring.definition import Criterion, Definition, Group
from scoring.publishing.suggestions import Suggestion, for_criterion

# So many reasons of a row are told.
REASONS = 3


@dataclass(frozen=True)
class Rate:
    """A share with the interval in which the true one lies, in per cent."""

    number: Number
    low: int
    high: int


@dataclass(frozen=True)
class Why:
    reason: DispositionReason
    number: Number


@dataclass(frozen=True)
class Row:
    """A criterion; `key` is None for leads that no criterion carried alone. Of `gave` points it gave, of `pivotal`
    it was decisive, and all that follows is about those. `points` is what the live model gives, None where it is
    gone; `seconds` the working time that reps had these leads in hand."""

    key: str | None
    label: str
    group: str
    points: int | None
    gave: Number
    pivotal: Number
    sql: Rate
    won: Rate
    reasons: list[Why]
    seconds: int
    judged: Judged | None
    suggestions: Sequence[Suggestion]

    @property
    def hours(self) -> int:
        return round(self.seconds / 3600)

    @property
    def order(self) -> tuple[Any, ...]:
        """Named as bad, worst first; then by SQL rate, too few to judge last, and who carried nobody at the end."""
        bad = self.judged is not None and self.judged.is_bad
        few = self.sql.number.is_few
        share = self.sql.number.value / self.sql.number.whole if self.sql.number.whole else 0.0
        chance = self.judged.chance if bad and self.judged else 0.0
        return not bad, chance, few, share, -self.pivotal.value, -self.gave.value, self.label


@dataclass(frozen=True)
class Card:
    """`average` is the SQL rate of all decided; `judged` how many criteria had enough to be judged, `taking` those
    that only take points and so carry nobody."""

    rows: list[Row]
    none_alone: Row | None
    average: Number
    handed: Number
    decided: Number
    judged: int
    taking: list[str]

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.judged and row.judged.is_bad]

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if row.judged and not row.judged.is_bad]


def card(ask: Ask, definition: Definition | None) -> Card:
    """Counts what became of the MQLs of the period by criterion; `definition` is what is live."""
    counts = count(ask.handed())
    live = definition.by_key if definition else {}
    keys = {key for key in (*counts.pivotal, *counts.gave) if key}
    taking = [key for key, c in live.items() if c.group is Group.NEGATIVE and key not in keys]
    made = _Making(ask, counts, live, {one.key: one for one in named(counts.groups)})
    rows = made.rows([*(key for key in live if key not in taking), *sorted(keys - set(live))])
    none_alone = made.rows([None])[0] if None in counts.pivotal else None
    everybody = counts.everybody
    return Card(
        sorted(rows, key=lambda row: row.order),
        none_alone,
        average=made.number(everybody.accepted, everybody.decided, state="accepted"),
        handed=made.number(everybody.whole, everybody.whole),
        decided=made.number(everybody.decided, everybody.whole, state="decided"),
        judged=judged_keys(counts.groups),
        taking=[live[key].label for key in taking],
    )


class _Making:
    def __init__(
        self, ask: Ask, counts: Counts, live: dict[str, Criterion], judged: dict[str, Judged]
    ) -> None:
        self.ask, self.counts, self.live, self.judged = ask, counts, live, judged
        tallies = counts.pivotal.values()
        self.reasons = DispositionReason.objects.in_bulk({r for t in tallies for r in t.reasons})

    def number(self, value: int, whole: int, **narrowed: Any) -> Number:
        url = behind(Show.HANDED, self.ask.period, **self.ask.narrowing, **narrowed)
        return Number(value, url, whole)

    def rows(self, keys: Sequence[str | None]) -> list[Row]:
        names = self._names(key for key in keys if key and key not in self.live)
        return [self._row(key, names) for key in keys]

    def _names(self, gone: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Label and group of criteria that are no longer in the model, as their newest crossing kept them."""
        latest = {key: self._latest(key) for key in gone}
        kept = Crossing.objects.in_bulk(set(latest.values()))
        found: dict[str, dict[str, Any]] = {}
        for key, pk in latest.items():
            lines = kept[pk].contributions if pk in kept else []
            found[key] = next((line for line in lines if line["key"] == key), {})
        return found

    def _latest(self, key: str) -> int:
        pivotal = self.counts.pivotal.get(key)
        return self.counts.latest.get(key) or (pivotal.latest if pivotal else 0)

    def _row(self, key: str | None, names: dict[str, dict[str, Any]]) -> Row:
        tally = self.counts.pivotal.get(key, Tally())
        narrowed: dict[str, Any] = {"criterion": key} if key else {"none_alone": 1}
        live = self.live.get(key) if key else None
        name = names.get(key or "", {})
        return Row(
            key=key,
            label=live.label if live else name.get("label") or key or "",
            group=str(live.group) if live else name.get("group", "plain"),
            points=live.points if live else None,
            gave=self.number(self.counts.gave.get(key or "", 0), 0, gave=key),
            pivotal=self.number(tally.whole, 0, **narrowed),
            sql=self._rate(tally.accepted, tally.decided, state="accepted", **narrowed),
            won=self._rate(tally.won, tally.ended, ending="won", **narrowed),
            reasons=self._reasons(tally, narrowed),
            seconds=tally.seconds,
            judged=self.judged.get(key or ""),
            suggestions=for_criterion(live) if live else (),
        )

    def _rate(self, part: int, whole: int, **narrowed: Any) -> Rate:
        low, high = (round(100 * edge) for edge in wilson(part, whole))
        return Rate(self.number(part, whole, **narrowed), low, high)

    def _reasons(self, tally: Tally, narrowed: dict[str, Any]) -> list[Why]:
        """Those most often given; of two that are as frequent the one that stands first in the list of reasons."""
        order = sorted(
            tally.reasons, key=lambda pk: (-tally.reasons[pk], self.reasons[pk].order, pk)
        )
        return [
            Why(
                self.reasons[pk],
                self.number(
                    tally.reasons[pk], tally.decided,
                    state="disqualified", reason=self.reasons[pk].key, **narrowed,
                ),
            )
            for pk in order[:REASONS]
        ]  # fmt: skip
