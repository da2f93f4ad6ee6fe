"""What came in the last weeks, and what would have come with a lower line: a few questions to the database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.db.models import Count, F, FilteredRelation, Q

from accounts.models import User
from handoff.models import Handoff, SlaTimer
from insights import facts, periods
from insights.figures import DECIDED
from insights.periods import Period
from leads.models import Crossing, LeadScore, ScoreHistory
from leads.stages import Stage
from scoring.live import live_model

# So many points below the line are looked at.
BELOW = 30
Step = tuple[int, int]
# A lead that moves since rules or files changed is no arrival: such a change hands nobody over by itself.
NO_ARRIVALS = (Crossing.Cause.PUBLISH, Crossing.Cause.IMPORT)

# Each time a lead reached a score that it had not had since the window began.
RECORDS = """
SELECT lead_id, at, total FROM (
    SELECT lead_id, at, id, total, coalesce(first_value(was) OVER w, 0) AS before,
           max(total) OVER (PARTITION BY lead_id ORDER BY at, id
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS best
      FROM ({history}) AS h WINDOW w AS (PARTITION BY lead_id ORDER BY at, id)) AS r
 WHERE total > greatest(before, coalesce(best, 0)) ORDER BY lead_id, at, id"""


@dataclass(frozen=True)
class Came:
    """A lead that was handed over, or would be with a lower line.

    `steps` are (second, score) as it rose, `took` working seconds to the first touch or None for none, `budget` the
    seconds promised; `judged` says whether the promise stood until the touch or the deadline. `chance` is how likely
    sales accepts such a lead. For one that was never handed over these are None, False and a guess."""

    lead: int
    team: int | None
    steps: tuple[Step, ...]
    chance: float = 0.0
    took: int | None = None
    budget: int | None = None
    by_the_wall: bool = False
    judged: bool = False
    handed: bool = True
    # The second at which it was decided, None while it is open.
    gone: int | None = None


@dataclass(frozen=True)
class Past:
    """`line` is the score at which leads are handed over now; the window begins at `begin`."""

    begin: datetime
    end: datetime
    line: int
    came: list[Came]


def past(user: User, *, team: int | None, period: Period, at: datetime) -> Past:
    """The leads of the period that `user` may count; of one team, or of all."""
    line = _line()
    rises = _rises(period, line - BELOW)
    came = list(_handed(user, team, period, line, rises))
    chance = _chances(user, team, at)
    came = [replace(one, chance=chance(one.steps[0][1])) for one in came]
    teams = [one.team for one in came]
    for lead, rise in rises.items():
        # Shared out among the teams as those were that came.
        steps = tuple(step for step in rise if line - BELOW <= step[1] < line)
        if steps and teams:
            of = teams[lead % len(teams)]
            came.append(Came(lead, of, steps, chance(steps[0][1]), handed=False))
    return Past(period.begin, min(period.end, at), line, came)


def _line() -> int:
    model = live_model()
    bands = model.definition.bands if model else ()
    return min(
        (band.start for band in bands if band.start is not None and band.effect.hands_over),
        default=0,
    )


def _handed(
    user: User, team: int | None, period: Period, line: int, rises: dict[int, list[Step]]
) -> Iterable[Came]:
    """Those that were handed over; what is read of them is taken out of `rises`."""
    first = FilteredRelation(
        "timers", condition=Q(timers__milestone=SlaTimer.Milestone.FIRST_TOUCH, timers__cycle=1)
    )
    found = facts.handed(user, period).alias(t=first)
    if team is not None:
        found = found.filter(team=team)
    rows = found.values_list(
        "lead", "team", "opened_at", "crossing__total", "first_touch_at", "t__budget_s", "t__consumed_s",
        "t__closed_at", "t__state", "t__calendar_version", "disposed_at",
    )  # fmt: skip
    for lead, of, opened, total, touched, budget, consumed, closed, state, calendar, gone in rows:
        begin = _second(period, opened)
        rise = rises.get(lead, [])
        later = [step for step in rise if step[0] > begin and step[1] > max(total, line)]
        yield Came(
            lead, of, ((begin, max(total, line)), *later),
            took=consumed if touched and closed else None, budget=budget,
            by_the_wall=calendar is None, judged=budget is not None and state != "cancelled",
            gone=_second(period, gone) if gone else None,
        )  # fmt: skip


def _rises(period: Period, near: int) -> dict[int, list[Step]]:
    """How the leads rose, from a score of `near` on, that were handed over in the period or came near the line and
    were not. What lies wholly below is no record up there, whatever it was: it is not even read."""
    handed = Handoff.objects.filter(opened_at__gte=period.begin, opened_at__lt=period.end)
    free = LeadScore.objects.filter(stage=Stage.LEAD, flag="")
    # In one question: of two, each is gone through again and again once it is too large for PostgreSQL to hash.
    either = handed.values("lead").union(free.values("lead"), all=True)
    history = (
        ScoreHistory.objects.filter(at__gte=period.begin, at__lt=period.end)
        .filter(Q(total__gte=near) | Q(was__gte=near))
        .filter(lead__in=either)
        .exclude(cause__in=NO_ARRIVALS).order_by().values("lead_id", "at", "id", "total", "was")
    )  # fmt: skip
    sql, parameters = history.query.sql_with_params()
    rises: dict[int, list[Step]] = {}
    with connection.cursor() as cursor:
        cursor.execute(RECORDS.format(history=sql), parameters)
        for lead, moment, total in cursor.fetchall():
            rises.setdefault(lead, []).append((_second(period, moment), total))
    return rises


def _second(period: Period, moment: datetime) -> int:
    return int((moment - period.begin).total_seconds())


def _chances(user: User, team: int | None, at: datetime) -> Callable[[int], float]:
    """How likely sales accepts a lead of this score, by what it decided in half a year, ten points at a time.

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

    def chance(score: int) -> float:
        if not rows:
            return usual
        yes, n = rows.get(min(max(score // 10, min(rows)), max(rows)), (0, 0))
        return (yes + 2 * usual) / (n + 2)

    return chance
