"""How many reps are on shift, hour by hour: the hours of their teams and the people in them.

A rep of two teams stands half in each: nobody can be in two places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Count

from accounts.models import Role, User
from handoff.business_time import ALWAYS, WorkWeek, between
from handoff.models import CalendarVersion

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Crew:
    """The reps of a team who share its hours; `people` may be a fraction."""

    team_id: int
    people: float
    week: WorkWeek


def crews(team_ids: Iterable[int]) -> list[Crew]:
    """A crew for each of these teams, in the order of their ids; three queries however many there are."""
    ids = sorted(set(team_ids))
    weeks = weeks_of(ids)
    people = dict.fromkeys(ids, 0.0)
    reps = User.objects.filter(role=Role.SDR, is_active=True, teams__in=ids)
    each = User.teams.through._default_manager.filter(team_id__in=ids)
    shares = dict(
        User.objects.filter(pk__in=reps).annotate(n=Count("teams")).values_list("pk", "n")
    )
    for user_id, team_id in each.filter(user_id__in=shares).values_list("user_id", "team_id"):
        people[team_id] += 1 / shares[user_id]
    return [Crew(team_id, people[team_id], weeks[team_id]) for team_id in ids]


def weeks_of(team_ids: Sequence[int]) -> dict[int, WorkWeek]:
    """The hours of each team; those of everybody, else round the clock, for one that has none."""
    of_teams = CalendarVersion.objects.filter(calendar__user=None)
    newest = of_teams.order_by("calendar_id", "-number").distinct("calendar_id")
    found = {
        version.calendar.team_id: WorkWeek.from_json(version.week)
        for version in newest.select_related("calendar")
    }
    usual = found.get(None, ALWAYS)
    return {team_id: found.get(team_id, usual) for team_id in team_ids}


def hours_covered(crew: Crew, begin: datetime, hours: int) -> list[float]:
    """Hours of work that the crew has in each of so many hours since `begin`."""
    edges = [begin + HOUR * number for number in range(hours + 1)]
    worked = [between(crew.week, begin, edge) for edge in edges]
    return [crew.people * (after - before) / 3600 for before, after in pairwise(worked)]
