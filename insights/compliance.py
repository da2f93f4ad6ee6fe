"""Promises kept and missed, by day, team and person; counted from deadlines and from when clocks stopped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, DateField, F, Manager, When
from django.db.models.functions import Trunc
from django.utils.translation import gettext as _

from accounts.models import Team, User
from handoff.models import SlaTimer
from insights import facts, promises
from insights.numbers import Number, Show, behind
from insights.periods import Period

Milestone = SlaTimer.Milestone

# One look at the promises for all groups: whose they are has to be found out once. Working seconds count
# for clocks that stopped; of those that still run, nobody knows yet how long it took.
STATEMENT = """
WITH promised AS MATERIALIZED ({promised})
SELECT grouping(step, team, person), step, team, person, milestone,
       count(*) FILTER (WHERE is_kept), count(*) FILTER (WHERE NOT is_kept), count(closed_at),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY consumed_s) FILTER (WHERE closed_at IS NOT NULL),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY consumed_s) FILTER (WHERE closed_at IS NOT NULL)
  FROM promised
 GROUP BY GROUPING SETS ((milestone), (step, milestone), (team, milestone), (person, milestone))"""
# What grouping() says of each set: a bit for each column that it left out.
ALL, BY_STEP, BY_TEAM, BY_PERSON = 0b111, 0b011, 0b101, 0b110


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
class Report:
    """Days are in order, teams and people by how much was promised for them, the most first."""

    everybody: Line
    days: list[Line]
    teams: list[Line]
    people: list[Line]


@dataclass(frozen=True)
class Counts:
    kept: int = 0
    late: int = 0
    done: int = 0
    median: float | None = None
    p90: float | None = None


# By set of columns, by its value, by milestone.
Groups = dict[int, dict[Any, dict[str, Counts]]]


def report(user: User, period: Period, step: str, *, at: datetime) -> Report:
    """Promises by day or week (`step`), by team, and by the person that stopped the clock."""
    groups = _groups(user, period, step, at=at)
    everybody = groups[ALL].get(None, {})
    return Report(
        _line(_("Everybody"), everybody, period, {}),
        [
            _line(part.short_label, groups[BY_STEP].get(part.first, {}), part, {})
            for part in period.steps(step)
        ],
        _lines(groups[BY_TEAM], period, "team", Team.objects, _("No team")),
        _lines(groups[BY_PERSON], period, "person", User.objects, _("Nobody yet")),
    )


def _groups(user: User, period: Period, step: str, *, at: datetime) -> Groups:
    promised = promises.with_person(facts.promised(user, period, at=at)).values(
        "milestone",
        "closed_at",
        "consumed_s",
        is_kept=Case(When(facts.KEPT, then=True), default=False),
        step=Trunc("due_at", step, tzinfo=period.zone, output_field=DateField()),
        team=F("handoff__team"),
        person=F("who"),
    )
    sql, parameters = promised.query.sql_with_params()
    groups: Groups = {which: {} for which in (ALL, BY_STEP, BY_TEAM, BY_PERSON)}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(promised=sql), parameters)
        for which, first, team, person, milestone, *counts in cursor.fetchall():
            # The first week may begin before the period does.
            day = max(first.date(), period.first) if first else None
            key = {ALL: None, BY_STEP: day, BY_TEAM: team, BY_PERSON: person}[which]
            groups[which].setdefault(key, {})[milestone] = Counts(*counts)
    return groups


def _lines(
    groups: dict[Any, dict[str, Counts]],
    period: Period,
    asked: str,
    named: Manager[Any],
    nobody: str,
) -> list[Line]:
    names = dict(named.filter(pk__in=[key for key in groups if key]).values_list("pk", "name"))
    lines = [
        _line(names.get(key, nobody), rows, period, {asked: key or 0})
        for key, rows in groups.items()
    ]
    return sorted(lines, key=lambda line: (-line.size, line.label))


def _line(
    label: str, rows: Mapping[str, Counts], period: Period, narrowing: dict[str, int]
) -> Line:
    claim, touch = (
        _kept(rows.get(milestone, Counts()), period, {"milestone": milestone.value, **narrowing})
        for milestone in (Milestone.CLAIM, Milestone.FIRST_TOUCH)
    )
    return Line(label, claim, touch)


def _kept(counts: Counts, period: Period, narrowing: dict[str, Any]) -> Kept:
    def number(value: int, **more: Any) -> Number:
        url = behind(Show.PROMISED, period, **narrowing, **more)
        return Number(value, url, counts.kept + counts.late)

    return Kept(
        number(counts.kept, kept="yes"),
        number(counts.late, kept="no"),
        number(counts.done, done=1),
        counts.median,
        counts.p90,
    )


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
