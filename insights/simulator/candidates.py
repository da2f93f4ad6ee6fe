"""What came in the last weeks, and what would have come with a lower line: a few questions to the database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Expression,
    F,
    FilteredRelation,
    Func,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from handoff.models import Handoff, SlaTimer
from insights import facts, periods
from insights.figures import DECIDED
from insights.periods import Period
from insights.simulator import rising
from insights.simulator.came import FOREVER, Array, Came, Numbers, Past, Steps, firsts, in_order
from leads.models import Crossing, LeadScore, ScoreHistory
from leads.stages import Stage
from scoring.impact.vectors.copying import whole_columns
from scoring.live import live_model

# So many points below the line are looked at.
BELOW = 30
# A lead that moves since rules or files changed is no arrival: such a change hands nobody over by itself.
NO_ARRIVALS = (Crossing.Cause.PUBLISH, Crossing.Cause.IMPORT)


class Second(Func):
    """A moment in whole seconds since the beginning; 0 for none."""

    template = "coalesce(floor(date_part('epoch', %(expressions)s))::bigint, 0)"
    output_field = BigIntegerField()


def past(user: User, *, team: int | None, period: Period, at: datetime) -> Past:
    """The leads of the period that `user` may count; of one team, or of all."""
    line = _line()
    handed = _handed(user, team, period, line)
    rises = _rises(period, line - BELOW)
    came = rising.beyond(handed, rises)
    if len(handed):
        came = came.and_also(rising.near(rises, line, taken=_taken(period), teams=handed.team))
    # By the score with which each of them came.
    chance = _chances(user, team, at)(came.steps.total[firsts(came.steps.place)])
    return Past(period.begin, min(period.end, at), line, replace(came, chance=chance))


def _line() -> int:
    model = live_model()
    bands = model.definition.bands if model else ()
    return min(
        (band.start for band in bands if band.start is not None and band.effect.hands_over),
        default=0,
    )


def _read(rows: QuerySet[Any], **named: Expression | F) -> list[Numbers]:
    """Whole numbers, a column each."""
    sql, parameters = rows.order_by().values(**named).query.sql_with_params()
    return whole_columns(sql, parameters, list(named))


def _flag(**held: Any) -> Case:
    return Case(When(**held, then=1), default=0)


def _handed(user: User, team: int | None, period: Period, line: int) -> Came:
    """Those that were handed over, each with the one step by which it came."""
    first = FilteredRelation(
        "timers", condition=Q(timers__milestone=SlaTimer.Milestone.FIRST_TOUCH, timers__cycle=1)
    )
    found = facts.handed(user, period).alias(t=first)
    if team is not None:
        found = found.filter(team=team)
    promised = Q(t__isnull=False) & ~Q(t__state=SlaTimer.State.CANCELLED)
    touched = Q(first_touch_at__isnull=False, t__closed_at__isnull=False)
    rows = _read(
        found, of_lead=F("lead"), of_team=Coalesce("team", Value(0)), second=Second("opened_at"),
        total=F("crossing__total"), took=Case(When(touched, then=F("t__consumed_s")), default=-1),
        budget=Coalesce("t__budget_s", Value(0)), wall=_flag(t__calendar_version=None),
        judged=Case(When(promised, then=1), default=0), gone=Second("disposed_at"),
    )  # fmt: skip
    # PostgreSQL hands them back in any order, and the same look shall give the same answer.
    order = np.lexsort((rows[0], rows[2]))
    lead, of, opened, total, took, budget, wall, judged, gone = (column[order] for column in rows)
    begin, size = _begin(period), len(lead)
    return Came(
        lead=lead, team=of, handed=np.ones(size, bool), by_the_wall=wall > 0, judged=judged > 0,
        took=np.where(took < 0, FOREVER, took), gone=np.where(gone > 0, gone - begin, FOREVER),
        budget=budget.astype(float), chance=np.zeros(size),
        steps=Steps(np.arange(size), opened - begin, np.maximum(total, line)),
    )  # fmt: skip


def _rises(period: Period, near: int) -> Steps:
    """Each rise to a score of `near` or more, of everybody, which is less work than to ask whose it was; `place` is the
    id of the lead here."""
    rose = ScoreHistory.objects.filter(
        Q(was=None) | Q(total__gt=F("was")),
        at__gte=period.begin,
        at__lt=period.end,
        total__gte=near,
    ).exclude(cause__in=NO_ARRIVALS)
    lead, second, total = _read(rose, of_lead=F("lead"), second=Second("at"), reached=F("total"))
    return in_order(lead, second - _begin(period), total)


def _taken(period: Period) -> Numbers:
    """The leads that do not wait to be handed over, or were in the period, by any team."""
    handed = Handoff.objects.filter(opened_at__gte=period.begin, opened_at__lt=period.end)
    beyond = LeadScore.objects.exclude(stage=Stage.LEAD, flag="")
    return np.concatenate([*_read(handed, of_lead=F("lead")), *_read(beyond, of_lead=F("lead"))])


def _begin(period: Period) -> int:
    return int(period.begin.timestamp())


def _chances(user: User, team: int | None, at: datetime) -> Callable[[Numbers], Array]:
    """How likely sales accepts a lead of each score, by what it decided in half a year, ten points at a time.

    Below the lowest that it ever decided on, a lead counts like the lowest: nobody knows better."""
    found = facts.handed(user, periods.latest(180, at=at, here=periods.zone()))
    found = found.filter(state__in=DECIDED)
    if team is not None:
        found = found.filter(team=team)
    tens = found.values_list(F("crossing__total") / 10)
    accepted = Count("pk", filter=Q(state=Handoff.State.ACCEPTED))
    rows = {ten: (yes, n) for ten, yes, n in tens.annotate(yes=accepted, n=Count("pk")).order_by()}
    whole = sum(n for _yes, n in rows.values())
    usual = sum(yes for yes, _n in rows.values()) / whole if whole else 0.0
    lowest, highest = min(rows, default=0), max(rows, default=0)
    of_tens = [rows.get(ten, (0, 0)) for ten in range(lowest, highest + 1)]
    chances = np.array([(yes + 2 * usual) / (n + 2) for yes, n in of_tens])
    return lambda scores: chances[np.clip(scores // 10, lowest, highest) - lowest]
