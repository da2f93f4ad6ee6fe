"""In whose hands promises lay: what the ledger holds of them, in groups and by holder, in two statements."""

from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from handoff import ledger
from handoff.business_time import open_spans
from handoff.models import SlaTimer
from handoff.models.handoffs import OPEN_STATES

DAY = timedelta(days=1)


@dataclass
class Split:
    """Working seconds in whose hands: of ours (system), of nobody yet (unclaimed), of a person, of the prospect. Each
    holder's own hours count, and the system's round the clock."""

    system: int = 0
    unclaimed: int = 0
    human: int = 0
    prospect: int = 0

    @property
    def total(self) -> int:
        return self.system + self.unclaimed + self.human + self.prospect


FIELDS = {"system": "system", "queue": "unclaimed", "person": "human", "prospect": "prospect"}


@dataclass
class Group:
    """`n` promises, `late` of them; `held` is the time of those that were asked for."""

    n: int = 0
    late: int = 0
    held: Split = field(default_factory=Split)

    def put(self, holder: str | None, working: int, late: int, n: int) -> None:
        """Adds what one holder had, None where nobody had anything."""
        self.late += late
        self.n += n
        if holder:
            setattr(self.held, FIELDS[holder], working)


def in_groups(
    promises: QuerySet[SlaTimer],
    *,
    at: datetime,
    by: Mapping[str, Combinable],
    late: Q,
    only_late: bool = False,
) -> dict[str, dict[Any, Group]]:
    """The promises grouped in each of several ways, by name and key. Time counts from the lead's act until the promise
    was kept, or its clock stopped, or `at`; of all of them, or only of those that `late` holds for."""
    until: Any = Coalesce(F("closed_at"), Value(at))
    if only_late:
        until = Case(When(late, then=until))
    is_late = Case(When(late, then=1), default=0)
    asked = promises.order_by().values_list(*by.values(), "handoff", until, is_late)
    return dict(zip(by, _groups(asked, len(by), at=at), strict=True))


def _groups(asked: QuerySet[Any], ways: int, *, at: datetime) -> list[dict[Any, Group]]:
    """The rows `asked` grouped by each of their first columns."""
    sql, parameters = asked.query.sql_with_params()
    keys = [f"key{place}" for place in range(ways)]
    hours = _hours(at)
    statement = STATEMENT.format(
        asked=sql, keys=", ".join(keys), hours=", ".join([ROW] * len(hours)),
        grouping=", ".join(f"grouping({key})" for key in keys),
        sets=", ".join(f"({key}, holder)" for key in keys),
    )  # fmt: skip
    calendars = [value for row in hours for value in row]
    found: list[dict[Any, Group]] = [{} for _key in keys]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*calendars, _second(at), *parameters])
        for *row, holder, working, late, n in cursor.fetchall():
            place = row.index(0)
            group = found[place].setdefault(row[ways + place], Group())
            group.put(holder, int(working or 0), int(late or 0), int(n))
    return found


ROW = "(%s::bigint, %s::bigint, %s::bigint[], %s::bigint[], %s::bigint[])"
# As a float, which is much less work than the exact number that extract() makes.
START = "floor(date_part('epoch', s.started_at))::bigint"
# Working seconds of the calendar up to the start: it rises by a second a second in a span, and rests at its end.
WORKED = f"""coalesce(least({START} + h.shifts[width_bucket({START}, h.opens)],
                                             h.rests[width_bucket({START}, h.opens)]), 0)"""
# Each chain has one first segment, with which its row is counted. The few combinations of keys first, in a form that
# PostgreSQL can share out among processes, and out of them each key by itself.
STATEMENT = f"""
WITH hours (id, now, opens, shifts, rests) AS (VALUES {{hours}})
SELECT {{grouping}}, {{keys}}, holder, sum(working), sum(late), sum(every)
  FROM (SELECT {{keys}}, s.holder,
               sum(CASE WHEN s.ended_at IS NOT NULL THEN s.working_s
                        WHEN s.calendar_version_id IS NULL THEN greatest(0, %s - {START})
                        ELSE h.now - {WORKED} END) AS working,
               sum(a.late) FILTER (WHERE s.previous_id IS NULL) AS late,
               count(*) FILTER (WHERE s.previous_id IS NULL) AS every
          FROM ({{asked}}) a ({{keys}}, handoff_id, until, late)
          LEFT JOIN handoff_segment s ON s.handoff_id = a.handoff_id AND s.replaced_at IS NULL
                                     AND s.started_at < a.until
          LEFT JOIN hours h ON h.id = s.calendar_version_id AND s.ended_at IS NULL
         GROUP BY {{keys}}, s.holder) cells
 GROUP BY GROUPING SETS ({{sets}})"""


def _hours(at: datetime) -> list[tuple[Any, ...]]:
    """The open spans of each calendar by which a segment may still run, since the oldest open handoff.

    Of any handoff: to find out which of them are asked for would cost as much as the sums. Hours that were replaced
    before it was opened are nobody's any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH open AS (SELECT min(opened_at) AS since FROM handoff_handoff WHERE state = ANY(%s))
               SELECT v.id, v.week, open.since FROM open JOIN handoff_calendarversion v ON NOT EXISTS (
                      SELECT 1 FROM handoff_calendarversion later
                       WHERE later.calendar_id = v.calendar_id AND later.number > v.number
                         AND later.created_at <= open.since)
                WHERE open.since < %s""",
            [list(OPEN_STATES), at],
        )
        found = cursor.fetchall()
    # One row that fits nothing, so that there are VALUES.
    return [(0, 0, [0], [0], [0])] + [_row(pk, week, since, at) for pk, week, since in found]


def _row(pk: int, week: str, since: datetime, at: datetime) -> tuple[Any, ...]:
    """What a calendar has worked by `at`, and by any second before."""
    # Whole days, so that the next look need not reckon again.
    opens, shifts, rests = _axis(week, _midnight(since), _midnight(at) + DAY)
    now, span = _second(at), bisect(opens, _second(at)) - 1
    worked = min(now + shifts[span], rests[span]) if span >= 0 else 0
    return pk, worked, opens, shifts, rests


@lru_cache(maxsize=512)
def _axis(week: str, since: datetime, until: datetime) -> tuple[list[int], ...]:
    """The spans of a week: the second at which each opens, how far what was worked lags behind the clock in it, and
    what was worked when it closes."""
    spans = open_spans(ledger.week_of(week), since, until)
    opens = [_second(start) for start, _end in spans]
    rests = list(accumulate(_second(end) - _second(start) for start, end in spans))
    shifts = [worked - start for worked, start in zip([0, *rests], opens, strict=False)]
    return opens, shifts, rests


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
