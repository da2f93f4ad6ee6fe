"""The cohorts: a row a month or a source, with a rate for each step among those old enough to judge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import DateField, F
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from insights.funnel.ages import Ages
from insights.funnel.steps import CLOCKS, with_steps
from insights.numbers import Number, Show, behind
from insights.periods import Period
from insights.report_card.asking import Ask

BY = ("month", "source")

# One pass over the handoffs. For each step: who is too young for it, who is not, and who of those took it.
STATEMENT = """
WITH handed AS MATERIALIZED ({handed})
SELECT cohort, count(*) AS mqls,
       count(*) FILTER (WHERE is_sql) AS sqls,
       count(dealt_at) AS opportunities,
       count(*) FILTER (WHERE ending = 'won') AS won,
       count(*) FILTER (WHERE began_sql >= %s) AS young_sql,
       count(*) FILTER (WHERE began_sql < %s) AS old_sql,
       count(*) FILTER (WHERE began_sql < %s AND is_sql) AS took_sql,
       count(*) FILTER (WHERE is_sql AND began_opportunity >= %s) AS young_opportunity,
       count(*) FILTER (WHERE is_sql AND began_opportunity < %s) AS old_opportunity,
       count(*) FILTER (WHERE is_sql AND began_opportunity < %s AND dealt_at IS NOT NULL) AS took_opportunity,
       count(*) FILTER (WHERE dealt_at >= %s) AS young_won,
       count(*) FILTER (WHERE dealt_at < %s) AS old_won,
       count(*) FILTER (WHERE dealt_at < %s AND ending = 'won') AS took_won,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY began_opportunity - began_sql) FILTER (WHERE is_sql) AS median
  FROM handed
 GROUP BY GROUPING SETS ((cohort), ())
 ORDER BY grouping(cohort), cohort"""


@dataclass(frozen=True)
class Step:
    """Who took the step, of those old enough (`taken.whole`), and who is too young to say."""

    taken: Number
    judged: Number
    young: Number


@dataclass(frozen=True)
class Cohort:
    label: str
    mqls: Number
    sqls: Number
    opportunities: Number
    won: Number
    steps: dict[str, Step]
    median: timedelta | None


@dataclass(frozen=True)
class Funnel:
    rows: list[Cohort]
    total: Cohort


def funnel(ask: Ask, ages: Ages, by: str) -> Funnel | None:
    """Cohorts by month, the newest first, or by source, the largest first; None where nobody was handed over."""
    found = _counted(ask, ages, by)
    if not found:
        return None
    *each, whole = found
    of_cohort = _of_month if by == "month" else _of_source
    rows = [_cohort(ask, ages, counts, *of_cohort(ask, counts["cohort"])) for counts in each]
    rows = rows[::-1] if by == "month" else sorted(rows, key=lambda row: -row.mqls.value)
    return Funnel(rows, _cohort(ask, ages, whole, _("All"), ask.period, {}))


def _counted(ask: Ask, ages: Ages, by: str) -> list[dict[str, Any]]:
    zone = ask.period.zone
    cohort: Any = F("source")
    if by == "month":
        cohort = TruncMonth("opened_at", tzinfo=zone, output_field=DateField())
    asked = with_steps(ask.handed()).order_by().values(
        "dealt_at", "ending", cohort=cohort, began_sql=F("opened_at"), began_opportunity=F("disposed_at"),
        of_state=F("state"),
    )  # fmt: skip
    sql, parameters = asked.query.sql_with_params()
    flagged = f"SELECT told.*, told.of_state = 'accepted' AS is_sql FROM ({sql}) told"
    cuts = [ages[step].since for step in CLOCKS for _three in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(handed=flagged), [*parameters, *cuts])
        names = [column.name for column in cursor.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return rows if rows and rows[-1]["mqls"] else []


def _of_month(ask: Ask, midnight: datetime) -> tuple[str, Period, dict[str, Any]]:
    """The part of the month that lies in the period."""
    first = midnight.date()
    following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = min(following - timedelta(days=1), ask.period.last)
    part = Period(max(first, ask.period.first), last, ask.period.zone)
    return date_format(first, "F Y"), part, {}


def _of_source(ask: Ask, source: str) -> tuple[str, Period, dict[str, Any]]:
    return source or _("No source"), ask.period, {"source": source}


def _cohort(
    ask: Ask, ages: Ages, counts: Mapping[str, Any], label: str, period: Period, narrowed: dict[str, Any]
) -> Cohort:  # fmt: skip
    def number(value: int, whole: int = 0, **more: Any) -> Number:
        url = behind(Show.HANDED, period, **{**ask.narrowing, **narrowed}, **more)
        return Number(value, url, whole)

    return Cohort(
        label,
        number(counts["mqls"]),
        number(counts["sqls"], reached="sql"),
        number(counts["opportunities"], reached="opportunity"),
        number(counts["won"], reached="won"),
        {step: _step(step, counts, ages, number) for step in CLOCKS},
        counts["median"],
    )


def _step(step: str, counts: Mapping[str, Any], ages: Ages, number: Callable[..., Number]) -> Step:
    since = ages[step].since.isoformat()
    old, young = {"old": step, "since": since}, {"young": step, "since": since}
    judged = counts[f"old_{step}"]
    return Step(
        number(counts[f"took_{step}"], judged, reached=step, **old),
        number(judged, **old),
        number(counts[f"young_{step}"], **young),
    )
