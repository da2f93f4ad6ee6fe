"""Who works now, and why not: switched off, absent, or outside their hours."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import prepared
from handoff.business_time import ALWAYS, WorkWeek, is_open, next_closing, next_opening
from handoff.ledger import week_of


class State(StrEnum):
    WORKS = "works"
    OFF = "off"
    ABSENT = "absent"
    GONE = "gone"


@dataclass(frozen=True)
class Availability:
    """`said` is why, in words: "works until 17:00", "absent until 3 Dec". `returns` is when somebody who does
    not work now works again by their hours; None for one who works, and for one who is gone."""

    user_id: int
    state: State
    said: str
    returns: datetime | None = None

    @property
    def works(self) -> bool:
        return self.state is State.WORKS


@dataclass(frozen=True)
class Standing:
    """What is known of a person: `away_until` is the last day of an absence that runs."""

    user_id: int
    is_active: bool
    time_zone: str
    away_until: date | None
    team_ids: tuple[int, ...] = ()


def availability(user_ids: Collection[int], *, at: datetime) -> dict[int, Availability]:
    """Whether each of these people works at this moment, by their own hours or those of any of their
    teams; two queries."""
    found = _standings(user_ids, at)
    weeks = weeks_of({team_id for one in found for team_id in one.team_ids}, user_ids)
    return {
        one.user_id: _best(
            [of(one, weeks.of(one.user_id, team), at=at) for team in one.team_ids or (None,)]
        )
        for one in found
    }


def of(standing: Standing, week: WorkWeek | None, *, at: datetime) -> Availability:
    """Where a person stands by these hours; who has none works round the clock."""
    week, user_id = week or ALWAYS, standing.user_id
    if not standing.is_active:
        return Availability(user_id, State.GONE, _("deactivated"))
    if standing.away_until is not None:
        said = _("absent until %(day)s") % {"day": date_format(standing.away_until, "j M")}
        return Availability(user_id, State.ABSENT, said, next_opening(week, _day_after(standing)))
    if is_open(week, at):
        closes = next_closing(week, at)
        until = {"time": _local(closes, standing, "H:i")} if closes else None
        said = _("works until %(time)s") % until if until else _("works now")
        return Availability(user_id, State.WORKS, said)
    opens = next_opening(week, at)
    said = _("off until %(time)s") % {"time": _local(opens, standing, "D H:i")}
    return Availability(user_id, State.OFF, said, opens)


def _best(each: Collection[Availability]) -> Availability:
    """Of what the hours of several teams say: who works in one of them works."""
    return min(each, key=lambda one: (not one.works, one.returns is None, one.returns or NEVER))


NEVER = datetime.max.replace(tzinfo=ZoneInfo("UTC"))


def _day_after(standing: Standing) -> datetime:
    assert standing.away_until is not None
    day = standing.away_until + timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(standing.time_zone))


def _local(moment: datetime, standing: Standing, shape: str) -> str:
    return date_format(moment.astimezone(ZoneInfo(standing.time_zone)), shape)


# The last day of an absence that covers today; both read u (accounts_user) and %(at)s.
AWAY_UNTIL = """(SELECT max(a.last_day) FROM handoff_absence a WHERE a.user_id = u.id
    AND (%(at)s AT TIME ZONE u.time_zone)::date BETWEEN a.first_day AND a.last_day)"""


def _standings(user_ids: Collection[int], at: datetime) -> list[Standing]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT u.id, u.is_active, u.time_zone, {AWAY_UNTIL},
                       ARRAY(SELECT team_id FROM accounts_user_teams m WHERE m.user_id = u.id ORDER BY 1)
                  FROM accounts_user u WHERE u.id = ANY(%(ids)s)""",
            {"at": at, "ids": list(user_ids)},
        )
        return [
            Standing(pk, active, zone, away, tuple(teams))
            for pk, active, zone, away, teams in cursor.fetchall()
        ]


@dataclass(frozen=True)
class Weeks:
    """The newest hours of some teams and people, and those for all."""

    teams: dict[int, WorkWeek]
    people: dict[int, WorkWeek]
    all: WorkWeek | None = None

    def of(self, user_id: int, team_id: int | None) -> WorkWeek | None:
        """Somebody's own hours, else those of the team, else those for all."""
        return self.people.get(user_id) or self.teams.get(team_id or 0) or self.all


def weeks_of(team_ids: Collection[int], user_ids: Collection[int]) -> Weeks:
    """The hours of these, in one query."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (c.id) c.team_id, c.user_id, v.week
                 FROM handoff_calendar c JOIN handoff_calendarversion v ON v.calendar_id = c.id
                WHERE c.team_id = ANY(%s::bigint[]) OR c.user_id = ANY(%s::bigint[])
                   OR c.team_id IS NULL AND c.user_id IS NULL
                ORDER BY c.id, v.number DESC""",
            [list(team_ids), list(user_ids)],
        )
        rows = [(team, user, week_of(week)) for team, user, week in cursor.fetchall()]
    return Weeks(
        {team: week for team, _user, week in rows if team},
        {user: week for _team, user, week in rows if user},
        next((week for team, user, week in rows if not team and not user), None),
    )
