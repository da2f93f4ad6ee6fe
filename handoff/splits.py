"""Where time went: what the ledger holds, summed by who held it, for any number of promises in two statements."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Value, When
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


@dataclass
class Group:
    """`n` promises; `time` is that of `of` among them."""

    n: int = 0
    of: int = 0
    time: Time = field(default_factory=Time)

    def put(self, holder: str | None, working: int, wall: int, of: int, n: int) -> None:
        """Adds what one holder had, None where nobody had anything."""
        self.of += of
        self.n += n
        if holder:
            setattr(self.time.working, FIELDS[holder], working)
            setattr(self.time.wall, FIELDS[holder], wall)


def of_promises(
    promises: QuerySet[SlaTimer], *, at: datetime, by: Combinable | str = "pk"
) -> dict[Any, Time]:
    """From the lead's act until each promise was kept, or its clock stopped, or `at`; summed by a column or
    expression of the promises, as F("handoff__team") or Trunc("due_at", "day")."""
    until = Coalesce(F("closed_at"), Value(at))
    return _times(promises.order_by().values_list(_key(by), "handoff", until), at=at)


def of_handoffs(
    handoffs: QuerySet[Handoff], *, at: datetime, by: Combinable | str = "pk"
) -> dict[Any, Time]:
    """From the lead's act to the first touch, or without one to the decision, or to `at`."""
    touched = Case(When(first_touch_at__isnull=False, then=F("first_touch_at")))
    until = Coalesce(touched, F("disposed_at"), Value(at))
    return _times(handoffs.order_by().values_list(_key(by), "pk", until), at=at)


def in_groups(
    promises: QuerySet[SlaTimer], *, at: datetime, by: Mapping[str, Combinable], of: Q
) -> dict[str, dict[Any, Group]]:
    """The promises grouped in each of several ways, by name and key; the time is that of those which `of` holds for,
    as of_promises counts it."""
    until = Case(When(of, then=Coalesce(F("closed_at"), Value(at))))
    asked = promises.order_by().values_list(*by.values(), "handoff", until)
    return dict(zip(by, _groups(asked, len(by), at=at), strict=True))


def _key(by: Combinable | str) -> Combinable:
    return F(by) if isinstance(by, str) else by


def _times(asked: QuerySet[Any], *, at: datetime) -> dict[Any, Time]:
    (groups,) = _groups(asked, 1, at=at)
    return {key: group.time for key, group in groups.items()}


def _groups(asked: QuerySet[Any], ways: int, *, at: datetime) -> list[dict[Any, Group]]:
    """The rows `asked` grouped by each of their first columns; the handoff follows, and until when its time counts."""
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
        cursor.execute(statement, [*calendars, *parameters, _second(at)])
        for *row, holder, working, wall, of, n in cursor.fetchall():
            place = row.index(0)
            group = found[place].setdefault(row[ways + place], Group())
            group.put(holder, int(working or 0), int(wall or 0), int(of), int(n))
    return found


ROW = "(%s::bigint, %s::bigint[], %s::bigint[], %s::bigint[])"
# Working seconds of the calendar up to a moment: the spans before the one that holds it, and part of that.
WORKED = """coalesce(h.before[width_bucket({0}, h.opens)]
                      + least({0}, h.closes[width_bucket({0}, h.opens)])
                      - h.opens[width_bucket({0}, h.opens)], 0)"""
# Each chain has one first segment, with which its row is counted. The few combinations of keys first, in a form that
# PostgreSQL can share out among processes, and out of them each key by itself.
STATEMENT = f"""
WITH hours (id, opens, closes, before) AS (VALUES {{hours}})
SELECT {{grouping}}, {{keys}}, holder, sum(working), sum(wall), sum(timed), sum(every)
  FROM (SELECT {{keys}}, s.holder,
               sum(CASE WHEN s.ended_at IS NOT NULL THEN s.working_s
                        WHEN s.calendar_version_id IS NULL THEN greatest(0, n.now - e.start)
                        ELSE {WORKED.format("n.now")} - {WORKED.format("e.start")} END) AS working,
               sum(greatest(0, coalesce(floor(extract(epoch FROM s.ended_at))::bigint, n.now) - e.start)) AS wall,
               count(a.until) FILTER (WHERE s.previous_id IS NULL) AS timed,
               count(*) FILTER (WHERE s.previous_id IS NULL) AS every
          FROM ({{asked}}) a ({{keys}}, handoff_id, until)
          LEFT JOIN handoff_segment s ON s.handoff_id = a.handoff_id AND s.replaced_at IS NULL
                                     AND s.started_at < a.until
         CROSS JOIN LATERAL (SELECT floor(extract(epoch FROM s.started_at))::bigint AS start) e
         CROSS JOIN (SELECT %s::bigint AS now) n
          LEFT JOIN hours h ON h.id = s.calendar_version_id
         GROUP BY {{keys}}, s.holder) cells
 GROUP BY GROUPING SETS ({{sets}})"""


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
