"""Promises kept and missed, by day, team and person; counted from deadlines and from when clocks stopped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Trunc

from accounts.models import Team, User
from handoff.models import SlaTimer
from insights import facts, promises
from insights.numbers import Number, Percentile, Show, behind
from insights.periods import Period

Milestone = SlaTimer.Milestone
DONE = Q(closed_at__isnull=False)
COUNTS = {"kept": Count("pk", filter=facts.KEPT), "late": Count("pk", filter=facts.LATE)}
# Working seconds; of clocks that still run, nobody knows yet how long it took.
SPANS = {
    "done": Count("pk", filter=DONE),
    "median": Percentile("consumed_s", 0.5, filter=DONE),
    "p90": Percentile("consumed_s", 0.9, filter=DONE),
}


@dataclass(frozen=True)
class Kept:
    """One promise to some of the leads: how many were kept; how long it took those that are done."""

    kept: Number
    late: Number
    done: Number
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True)
class Line:
    """Both promises of a team, of a person, of a day, or of everybody."""

    label: str
    claim: Kept
    touch: Kept

    @property
    def size(self) -> int:
        return self.claim.kept.whole + self.touch.kept.whole


@dataclass(frozen=True)
class Asker:
    """Who asks, about which period, and when."""

    user: User
    period: Period
    at: datetime

    def promised(self) -> QuerySet[SlaTimer]:
        return facts.promised(self.user, self.period, at=self.at)


Counts = Mapping[str, Any]
NOTHING: Counts = {"kept": 0, "late": 0, "done": 0}


def everybody(asker: Asker, label: str) -> Line:
    rows = asker.promised().values("milestone").annotate(**COUNTS, **SPANS).order_by()
    return _line(label, {row["milestone"]: row for row in rows}, asker.period, {})


def by_team(asker: Asker, nobody: str) -> list[Line]:
    """The largest first; `nobody` is what to call handoffs of no team."""
    names = dict(Team.objects.values_list("pk", "name"))
    return _grouped(asker.promised(), "handoff__team", "team", names, nobody, asker.period)


def by_person(asker: Asker, nobody: str) -> list[Line]:
    """By who stopped the clock, the busiest first; `nobody` is where nobody has taken the lead."""
    names = dict(User.objects.values_list("pk", "name"))
    found = promises.with_person(asker.promised())
    return _grouped(found, "who", "person", names, nobody, asker.period)


def _grouped(
    found: QuerySet[SlaTimer], column: str, asked: str, names: dict[int, str], nobody: str,
    period: Period,
) -> list[Line]:  # fmt: skip
    groups: dict[int | None, dict[str, Counts]] = {}
    for row in found.values(column, "milestone").annotate(**COUNTS, **SPANS).order_by():
        groups.setdefault(row[column], {})[row["milestone"]] = row
    lines = [
        _line(names[key] if key else nobody, rows, period, {asked: key or 0})
        for key, rows in groups.items()
    ]
    return sorted(lines, key=lambda line: (-line.size, line.label))


def _line(
    label: str, rows: Mapping[str, Counts], period: Period, narrowing: dict[str, int]
) -> Line:
    claim, touch = (
        _kept(rows.get(milestone, NOTHING), period, {"milestone": milestone.value, **narrowing})
        for milestone in (Milestone.CLAIM, Milestone.FIRST_TOUCH)
    )
    return Line(label, claim, touch)


def _kept(row: Counts, period: Period, narrowing: dict[str, Any]) -> Kept:
    def number(value: int, **more: Any) -> Number:
        url = behind(Show.PROMISED, period, **narrowing, **more)
        return Number(value, url, row["kept"] + row["late"])

    return Kept(
        number(row["kept"], kept="yes"),
        number(row["late"], kept="no"),
        number(row.get("done", 0), done=1),
        row.get("median"),
        row.get("p90"),
    )


def days(asker: Asker, step: str) -> list[Line]:
    """Each day or each week, by the day the deadline fell on."""
    moment = Trunc("due_at", step, tzinfo=asker.period.zone)
    rows = asker.promised().annotate(step=moment).values("step", "milestone").annotate(**COUNTS)
    found: dict[Any, dict[str, Counts]] = {}
    for row in rows.order_by():
        # The first week may begin before the period does.
        first = max(row["step"].astimezone(asker.period.zone).date(), asker.period.first)
        found.setdefault(first, {})[row["milestone"]] = row
    return [
        _line(part.short_label, found.get(part.first, {}), part, {})
        for part in asker.period.steps(step)
    ]


def columns(days: Iterable[Line], field: str) -> list[dict[str, Any]]:
    """Kept as columns, with everything that was promised as their outline."""
    numbers = [(day.label, getattr(day, field).kept) for day in days]
    return [
        {
            "label": label,
            "value": number.value,
            "before": number.whole,
            "url": number.url if number.value else "",
        }
        for label, number in numbers
    ]
