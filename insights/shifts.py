"""How many reps are on shift, hour by hour: the hours of their teams and the people in them.

A rep of two teams stands half in each: nobody can be in two places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from accounts.models import Role, User
from handoff.business_time import ALWAYS, WorkWeek, between
from handoff.models import CalendarVersion

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Member:
    """A rep with `share` in a team; `week` are hours of their own or the team's, `away` the absences."""

    share: float
    week: WorkWeek
    away: tuple[tuple[datetime, datetime], ...] = ()

    def is_away(self, at: datetime) -> bool:
        return any(begin <= at < end for begin, end in self.away)


@dataclass(frozen=True)
class Crew:
    """The reps of a team; `week` is by what its promises are reckoned."""

    team_id: int
    week: WorkWeek
    members: tuple[Member, ...]

    @property
    def people(self) -> float:
        return sum(member.share for member in self.members)


def crews(team_ids: Iterable[int]) -> list[Crew]:
    """A crew for each of these teams, in the order of their ids; four queries however many there are."""
    ids = sorted(set(team_ids))
    of_teams, own = _weeks()
    reps = User.objects.filter(role=Role.SDR, is_active=True, teams__in=ids).distinct()
    reps = reps.prefetch_related("teams", "absences").order_by("pk")
    usual = of_teams.get(None, ALWAYS)
    members: dict[int, list[Member]] = {team_id: [] for team_id in ids}
    for rep in reps:
        mine = [team.pk for team in rep.teams.all()]
        for team_id in set(mine) & set(ids):
            week = own.get(rep.pk) or of_teams.get(team_id, usual)
            members[team_id].append(Member(1 / len(mine), week, _away(rep)))
    return [Crew(pk, of_teams.get(pk, usual), tuple(members[pk])) for pk in ids]


def _weeks() -> tuple[dict[int | None, WorkWeek], dict[int, WorkWeek]]:
    """The hours of each team, with those of everybody under None; and those that reps have of their own."""
    newest = CalendarVersion.objects.order_by("calendar_id", "-number").distinct("calendar_id")
    of_teams: dict[int | None, WorkWeek] = {}
    own: dict[int, WorkWeek] = {}
    for version in newest.select_related("calendar"):
        week = WorkWeek.from_json(version.week)
        if version.calendar.user_id:
            own[version.calendar.user_id] = week
        else:
            of_teams[version.calendar.team_id] = week
    return of_teams, own


def _away(rep: User) -> tuple[tuple[datetime, datetime], ...]:
    """Absences as spans of time: whole days of the rep's own zone, the last one included."""
    zone, day = ZoneInfo(rep.time_zone), timedelta(days=1)
    return tuple(
        (
            datetime.combine(one.first_day, time(), zone),
            datetime.combine(one.last_day + day, time(), zone),
        )
        for one in rep.absences.all()
    )


def hours_covered(crew: Crew, begin: datetime, hours: int) -> list[float]:
    """Hours of work that the crew has in each of so many hours since `begin`."""
    edges = [begin + HOUR * number for number in range(hours + 1)]
    worked = {week: _worked(week, edges) for week in {member.week for member in crew.members}}
    covered = [0.0] * hours
    for member in crew.members:
        for number, part in enumerate(worked[member.week]):
            if part and not member.is_away(edges[number]):
                covered[number] += member.share * part
    return covered


def _worked(week: WorkWeek, edges: Sequence[datetime]) -> list[float]:
    """How much of each hour is worked in this week."""
    return [between(week, a, b) / 3600 for a, b in pairwise(edges)]
