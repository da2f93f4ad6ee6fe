"""Where leads stand, and how many moved on in a period."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DateField, QuerySet
from django.db.models.functions import Trunc

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.figures import DECIDED
from insights.numbers import Number, Show, behind
from insights.periods import Period
from leads.models import Outcome
from leads.stages import Stage

Result = Outcome.Result


@dataclass(frozen=True)
class Standing:
    stage: str
    label: str
    number: Number


@dataclass(frozen=True)
class Step:
    """A day or a week: how many crossed the line in it, and how many were decided in it."""

    period: Period
    label: str
    crossed: Number
    accepted: Number
    recycled: Number
    disqualified: Number


@dataclass(frozen=True)
class Source:
    """MQLs of the period from one source; `qualified` and `open` are parts of `handed`."""

    name: str
    handed: Number
    qualified: Number
    open: Number


def standing(user: User) -> list[Standing]:
    """Every stage in the order of the lifecycle, also those where nobody stands."""
    rows = facts.standing(user).values_list("stage").annotate(n=Count("pk")).order_by()
    counts = dict(rows)
    total = sum(counts.values())
    return [
        Standing(
            stage.value,
            str(stage.label),
            Number(counts.get(stage.value, 0), behind(Show.STANDING, stage=stage.value), total),
        )
        for stage in Stage
    ]


def steps(user: User, period: Period, step: str) -> list[Step]:
    """By day or by week; a crossing and its decision may fall into different ones."""
    crossed = _by_step(facts.crossed(user, period), period, step)
    decided = _by_step(facts.decided(user, period), period, step, "result")
    return [
        _step(part, crossed[(part.first,)], {r: decided[part.first, r] for r in Result})
        for part in period.steps(step)
    ]


def _by_step(
    rows: QuerySet[Any], period: Period, step: str, *more: str
) -> Counter[tuple[Any, ...]]:
    """Counts by the first day of the step within the period, and by `more`."""
    moment = Trunc("at", step, tzinfo=period.zone, output_field=DateField())
    grouped = rows.annotate(step=moment).values_list("step", *more).annotate(n=Count("pk"))
    counts: Counter[tuple[Any, ...]] = Counter()
    for start, *rest, count in grouped.order_by():
        # The first week may begin before the period does.
        counts[max(start, period.first), *rest] += count
    return counts


def _step(step: Period, crossed: int, decided: dict[Result, int]) -> Step:
    def number(result: Result) -> Number:
        url = behind(Show.DECIDED, step, result=result.value)
        return Number(decided[result], url, sum(decided.values()))

    return Step(
        step,
        step.short_label,
        Number(crossed, behind(Show.CROSSED, step)),
        number(Result.ACCEPTED),
        number(Result.RECYCLED),
        number(Result.DISQUALIFIED),
    )


def sources(user: User, period: Period) -> list[Source]:
    """Where the MQLs handed over in the period came from, the most first."""
    rows = facts.handed(user, period).values_list("source", "state")
    counts: dict[str, Counter[str]] = {}
    for source, state, count in rows.annotate(n=Count("pk")).order_by():
        counts.setdefault(source, Counter())[state] += count
    made = [_source(name, states, period) for name, states in counts.items()]
    return sorted(made, key=lambda source: (-source.handed.value, source.name))


def total(sources: Iterable[Source], period: Period) -> Source:
    """All of them together."""
    given = list(sources)

    def number(field: str, state: str | None) -> Number:
        value = sum(getattr(source, field).value for source in given)
        return Number(value, behind(Show.HANDED, period, state=state), handed)

    handed = sum(source.handed.value for source in given)
    return Source(
        "",
        number("handed", None),
        number("qualified", Handoff.State.ACCEPTED.value),
        number("open", "open"),
    )


def _source(name: str, states: Counter[str], period: Period) -> Source:
    def number(value: int, **more: Any) -> Number:
        return Number(value, behind(Show.HANDED, period, source=name, **more), states.total())

    decided = sum(states[state] for state in DECIDED)
    return Source(
        name,
        number(states.total()),
        number(states[Handoff.State.ACCEPTED], state=Handoff.State.ACCEPTED.value),
        number(states.total() - decided, state="open"),
    )


def columns(steps: Iterable[Step], field: str) -> list[dict[str, Any]]:
    """One of the numbers of each step, as a column chart takes it."""
    numbers = [(step.label, getattr(step, field)) for step in steps]
    return [
        {"label": label, "value": number.value, "url": number.url if number.value else ""}
        for label, number in numbers
    ]
