"""Who claimed how much, how long it lay in whose hands, and how much of it was in time.

Nobody is charged for a promise that was broken before the lead came to them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, Count, When

from accounts.models import User
from handoff.models import Skip
from insights import deeds, facts, promises
from insights.deeds import Deed
from insights.numbers import Number, Show, behind
from insights.sla.asking import Ask, Rate
from insights.sla.handling import HELD

# What counts is the time in the own hands of the one who touched the lead, not in a colleague's before.
STATEMENT = f"""
WITH p AS ({{promised}}),
     held AS (SELECT p.who, p.is_kept, sum(s.working_s) AS seconds
                FROM p LEFT JOIN handoff_segment s ON p.milestone = 'first_touch' AND s.user_id = p.who AND {HELD}
               WHERE p.who IS NOT NULL GROUP BY p.id, p.who, p.is_kept)
SELECT who, count(*) FILTER (WHERE is_kept), count(*) FILTER (WHERE NOT is_kept),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
  FROM held GROUP BY ROLLUP (who)"""


@dataclass(frozen=True)
class Person:
    """`user` is None for all of them together; `median` is seconds in the own hands until the first touch, `why` the
    reason most often given for passing a lead by."""

    user: User | None
    deeds: dict[str, Number]
    skips: Number
    rate: Rate
    median: float | None
    why: str = ""


@dataclass(frozen=True)
class People:
    """Everybody who claimed or was promised for, the best hit rate first, small samples last."""

    rows: list[Person]
    total: Person


def people(ask: Ask) -> People | None:
    """None where nobody has done anything yet."""
    whose = (ask.user, ask.period, ask.team)
    counted, kept = deeds.by_person(*whose), _kept(ask)
    skips = _skips(ask)
    users = User.objects.in_bulk({pk for pk in [*counted, *kept, *skips] if pk})
    if not users:
        return None
    rows = [
        Person(
            user, _deeds(ask, counted.get(pk, {}), person=pk),
            _skipped(ask, skips.get(pk), person=pk), *_rate(ask, kept, pk, person=pk),
            why=_why(skips.get(pk)),
        )
        for pk, user in users.items()
    ]  # fmt: skip
    rows.sort(
        key=lambda one: (one.rate.kept.is_few, -(one.rate.kept.percent or 0), -one.rate.all.value)
    )
    everybody = sum(counted.values(), Counter())
    passed = sum(skips.values(), Counter())
    total = Person(
        None,
        _deeds(ask, everybody, anybody=1),
        _skipped(ask, passed),
        *_rate(ask, kept, None, anybody=1),
    )
    return People(rows, total)


def _kept(ask: Ask) -> dict[int | None, tuple[Any, ...]]:
    found = ask.promised().filter(facts.CHARGED)
    promised = found.values(
        "id", "handoff_id", "milestone", "closed_at", who=promises.WHO,
        is_kept=Case(When(facts.KEPT, then=True), default=False),
    )  # fmt: skip
    sql, parameters = promised.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(promised=sql), parameters)
        return {who: tuple(counts) for who, *counts in cursor.fetchall()}


def _rate(
    ask: Ask, kept: dict[int | None, tuple[Any, ...]], pk: int | None, **narrowed: Any
) -> tuple[Rate, float | None]:
    in_time, late, median = kept.get(pk, (0, 0, None))
    return ask.kept(in_time, late, charged=1, **narrowed), median


def _deeds(ask: Ask, counts: Mapping[str, int], **narrowed: Any) -> dict[str, Number]:
    return {
        deed.value: Number(
            counts.get(deed, 0),
            behind(Show.DEEDS, ask.period, deed=deed.value, **ask.narrowing, **narrowed),
        )
        for deed in Deed
    }


def _skips(ask: Ask) -> dict[int, Counter[str]]:
    """How often each person passed leads by, by reason."""
    counts: dict[int, Counter[str]] = {}
    rows = facts.skipped(ask.user, ask.period, ask.team).values_list("by", "reason")
    for by, reason, count in rows.annotate(n=Count("pk")).order_by():
        counts.setdefault(by, Counter())[reason] = count
    return counts


def _skipped(ask: Ask, skips: Counter[str] | None, **narrowed: Any) -> Number:
    url = behind(Show.SKIPPED, ask.period, **ask.narrowing, **narrowed)
    return Number(skips.total() if skips else 0, url)


def _why(skips: Counter[str] | None) -> str:
    most = skips.most_common(1) if skips else []
    return str(Skip.Reason(most[0][0]).label) if most else ""
