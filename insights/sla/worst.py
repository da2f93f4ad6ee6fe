"""Where promises break most: the team, the hour of arrival and the source, each with whose hands the leads were in."""

from dataclasses import dataclass
from functools import reduce
from operator import add, or_
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractHour
from django.utils.translation import gettext as _

from accounts.models import Team
from handoff import splits
from handoff.splits import Split, Time
from insights import facts
from insights.numbers import percent
from insights.sla.asking import Ask, Rate


@dataclass(frozen=True)
class Worst:
    """`what` says of what kind it is; `held` is working time of its late ones until what was promised was done."""

    what: str
    label: str
    rate: Rate
    held: Split

    @property
    def unclaimed(self) -> int:
        return percent(self.held.unclaimed, self.held.total) or 0

    @property
    def human(self) -> int:
        return percent(self.held.human, self.held.total) or 0

    @property
    def why(self) -> str:
        said = {"queue": self.unclaimed, "human": self.human}
        if self.unclaimed >= 50:
            return (
                _("Nobody took them: the late ones lay unclaimed for %(queue)d%% of their time.")
                % said
            )
        if self.human >= 50:
            return _("The late ones were in a rep's hands for %(human)d%% of their time.") % said
        return (
            _("No one holder made them late: %(queue)d%% unclaimed, %(human)d%% with reps.") % said
        )


# Whose they are, when they came and from where: all three counted in one look at the promises.
STATEMENT = """
WITH promised AS MATERIALIZED ({promised})
SELECT grouping(team), grouping(hour), team, hour, source, count(*) FILTER (WHERE is_late), count(*)
  FROM promised GROUP BY GROUPING SETS (team, hour, source)"""


def worst(ask: Ask) -> list[Worst]:
    """Of teams, hours and sources with enough promises the one that keeps the smallest share."""
    teams = dict(Team.objects.values_list("pk", "name"))
    whats = {
        "team": (_("Team"), lambda key: teams.get(key, _("No team"))),
        "hour": (_("Hour of arrival"), "{:02}:00".format),
        "source": (_("Source"), lambda key: key or _("No source")),
    }
    chosen = {name: key for name, rates in _rates(ask).items() if (key := _worst(rates))}
    held = _held(ask, {name: key for name, (key, _rate) in chosen.items()})
    return [
        Worst(what, label(chosen[name][0]), chosen[name][1], held.get(name, Time()).working)
        for name, (what, label) in whats.items()
        if name in chosen
    ]


def _groups(ask: Ask) -> dict[str, Combinable]:
    return {
        "team": F("handoff__team"),
        "hour": ExtractHour("handoff__opened_at", tzinfo=ask.period.zone),
        "source": F("handoff__lead__source"),
    }


def _rates(ask: Ask) -> dict[str, dict[Any, Rate]]:
    """By team, hour and source: how many were kept, by key."""
    late = Case(When(facts.LATE, then=True), default=False)
    promised = ask.promised().order_by().values(**_groups(ask), is_late=late)
    sql, parameters = promised.query.sql_with_params()
    found: dict[str, dict[Any, Rate]] = {"team": {}, "hour": {}, "source": {}}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(promised=sql), parameters)
        for no_team, no_hour, team, hour, source, missed, n in cursor.fetchall():
            name = "team" if not no_team else "hour" if not no_hour else "source"
            key = {"team": team, "hour": hour and int(hour), "source": source}[name]
            narrowed = {name: key or 0 if name == "team" else key}
            found[name][key] = ask.kept(n - missed, missed, **narrowed)
    return found


def _worst(rates: dict[Any, Rate]) -> tuple[Any, Rate] | None:
    """None where no group has enough promises, and where all were kept."""
    judged = [key for key, rate in rates.items() if rate.late.value and not rate.late.is_few]
    key = max(judged, key=lambda key: _badness(rates[key]), default=None)
    return (key, rates[key]) if judged else None


def _badness(rate: Rate) -> tuple[float, int]:
    return rate.late.value / rate.all.value, rate.late.value


def _held(ask: Ask, keys: dict[str, Any]) -> dict[str, Time]:
    """Whose hands the late ones of each of these groups were in, in one question: a promise counts in each group that
    it belongs to, and nobody asks for the others. The question counts each promise once, by the groups it is in."""
    if not keys:
        return {}
    groups = {name: f"of_{name}" for name in keys}
    missed = ask.promised().filter(facts.LATE)
    missed = missed.annotate(
        **{groups[name]: by for name, by in _groups(ask).items() if name in keys}
    )
    within = {
        name: Q(**{f"{groups[name]}__isnull": True} if key is None else {groups[name]: key})
        for name, key in keys.items()
    }
    bits = {name: 1 << place for place, name in enumerate(within)}
    each = [Case(When(one, then=bits[name]), default=0) for name, one in within.items()]
    late = missed.filter(reduce(or_, within.values()))
    found = splits.of_promises(late, at=ask.at, by=reduce(add, each))
    return {
        name: sum((time for of, time in found.items() if of & bit), Time())
        for name, bit in bits.items()
    }
