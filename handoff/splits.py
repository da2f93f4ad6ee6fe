"""Where time went: what the ledger holds, summed by who held it, for any number of promises in two statements."""

from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from handoff import ledger
from handoff.business_time import open_spans
from handoff.models import Handoff, SlaTimer


@dataclass
class Split:
    """Seconds in whose hands: of ours (system), of nobody yet (unclaimed), of a person, of the prospect."""

    system: int = 0
    unclaimed: int = 0
    human: int = 0
    prospect: int = 0

    @property
    def total(self) -> int:
        return self.system + self.unclaimed + self.human + self.prospect

    def __add__(self, other: "Split") -> "Split":
        return Split(
            *(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True))
        )


@dataclass
class Time:
    """`working` counts each holder's own hours, and the system's round the clock; `wall` every second."""

    working: Split = field(default_factory=Split)
    wall: Split = field(default_factory=Split)

    def __add__(self, other: "Time") -> "Time":
        return Time(self.working + other.working, self.wall + other.wall)


FIELDS = {"system": "system", "queue": "unclaimed", "person": "human", "prospect": "prospect"}


def of_promises(
    promises: QuerySet[SlaTimer], *, at: datetime, by: Combinable | str = "pk"
) -> dict[Any, Time]:
    """From the lead's act until each promise was kept, or its clock stopped, or `at`; summed by a column or
    expression of the promises, as F("handoff__team") or Trunc("due_at", "day")."""
    until = Coalesce(F("closed_at"), Value(at))
    return _split(_asked(promises, by).values_list("by", "handoff", until), at=at)


def of_handoffs(
    handoffs: QuerySet[Handoff], *, at: datetime, by: Combinable | str = "pk"
) -> dict[Any, Time]:
    """From the lead's act to the first touch, or without one to the decision, or to `at`."""
    touched = Case(When(first_touch_at__isnull=False, then=F("first_touch_at")))
    until = Coalesce(touched, F("disposed_at"), Value(at))
    return _split(_asked(handoffs, by).values_list("by", "pk", until), at=at)


def _asked(rows: QuerySet[Any], by: Combinable | str) -> QuerySet[Any]:
    return rows.order_by().annotate(by=F(by) if isinstance(by, str) else by)


def _split(asked: QuerySet[Any], *, at: datetime) -> dict[Any, Time]:
    sql, parameters = asked.query.sql_with_params()
    hours = _hours(at)
    found: dict[Any, Time] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH asked (key, handoff_id, until) AS MATERIALIZED ({sql}),
                     hours (id, opens, closes, before) AS (VALUES {", ".join([ROW] * len(hours))})
                SELECT a.key, s.holder,
                       sum(CASE WHEN s.ended_at IS NOT NULL THEN s.working_s
                                WHEN s.calendar_version_id IS NULL THEN greatest(0, n.now - e.start)
                                ELSE {WORKED.format("n.now")} - {WORKED.format("e.start")} END),
                       sum(greatest(0, coalesce(floor(extract(epoch FROM s.ended_at))::bigint, n.now) - e.start))
                  FROM asked a
                  JOIN handoff_segment s ON s.handoff_id = a.handoff_id AND s.replaced_at IS NULL
                                        AND s.started_at < a.until
                  CROSS JOIN LATERAL (SELECT floor(extract(epoch FROM s.started_at))::bigint AS start) e
                  CROSS JOIN (SELECT %s::bigint AS now) n
                  LEFT JOIN hours h ON h.id = s.calendar_version_id
                 GROUP BY a.key, s.holder""",
            [*parameters, *(value for row in hours for value in row), _second(at)],
        )
        for key, holder, working, wall in cursor.fetchall():
            time = found.setdefault(key, Time())
            setattr(time.working, FIELDS[holder], int(working))
            setattr(time.wall, FIELDS[holder], int(wall))
    return found


ROW = "(%s::bigint, %s::bigint[], %s::bigint[], %s::bigint[])"
# Working seconds of the calendar up to a moment: the spans before the one that holds it, and part of that.
WORKED = """coalesce(h.before[width_bucket({0}, h.opens)]
                     + least({0}, h.closes[width_bucket({0}, h.opens)])
                     - h.opens[width_bucket({0}, h.opens)], 0)"""


def _hours(at: datetime) -> list[tuple[Any, ...]]:
    """The open spans of each calendar by which a segment still runs, from the first such segment until `at`.

    Of any handoff: to find out which of them are asked for would cost as much as the sums."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT v.id, v.week, s.since
                 FROM (SELECT calendar_version_id AS id, min(started_at) AS since FROM handoff_segment
                        WHERE ended_at IS NULL AND replaced_at IS NULL AND started_at < %s GROUP BY 1) s
                 JOIN handoff_calendarversion v ON v.id = s.id""",
            [at],
        )
        found = cursor.fetchall()
    # One row that fits nothing, so that there are VALUES.
    return [(0, [0], [0], [0])] + [_axis(pk, week, since, at) for pk, week, since in found]


def _axis(pk: int, week: str, since: datetime, at: datetime) -> tuple[Any, ...]:
    spans = open_spans(ledger.week_of(week), since, at)
    opens, closes = (
        [_second(start) for start, _end in spans],
        [_second(end) for _start, end in spans],
    )
    before, worked = [], 0
    for start, end in zip(opens, closes, strict=True):
        before.append(worked)
        worked += end - start
    return (pk, opens, closes, before)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
