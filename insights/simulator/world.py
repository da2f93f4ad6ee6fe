"""The past as arrays: for each team its hours, those on shift, and the leads that came to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from handoff.business_time import WorkWeek, between
from insights.shifts import HOUR, Crew, hours_covered
from insights.simulator.came import FOREVER, Array, Came, Flags, Numbers, Past
from insights.simulator.room import NEVER, serve, shifts

# So long after the end of the window work goes on, for what came last.
AFTER = timedelta(days=14)
GRID = timedelta(minutes=5)


class Clock:
    """Working seconds since the window began, looked up at any second of it and of the `hours` after."""

    def __init__(self, week: WorkWeek, begin: datetime, hours: int) -> None:
        steps = hours * int(HOUR / GRID) + 1
        edges = [begin + GRID * number for number in range(steps)]
        self.worked = np.cumsum([0.0, *(between(week, a, b) for a, b in pairwise(edges))])

    def __call__(self, seconds: Array) -> Array:
        """The grid is even, so the place is reckoned and not looked for; what lies beyond it counts as its end."""
        last = len(self.worked) - 1
        exact = np.clip(np.divide(seconds, GRID.total_seconds()), 0, last)
        before = np.minimum(exact.astype(np.int64), last - 1)
        grown = self.worked[before + 1] - self.worked[before]
        return np.asarray(self.worked[before] + (exact - before) * grown)


@dataclass(frozen=True)
class Arrivals:
    """Leads in the order in which they come: their places, the seconds, and these on the clocks of their promises."""

    place: Numbers
    second: Numbers
    begin: Array


@dataclass
class Team:
    """A team and its leads; nobody on shift means that nothing is known of turns."""

    people: float
    cover: list[float]
    clock: Clock
    came: Came

    def since(self, seconds: Array | Numbers | float, wall: Flags) -> Array:
        """Seconds of each lead's promise since the window began."""
        given = np.asarray(seconds, float)
        return np.where(wall, given, self.clock(given))

    def arrivals(self, line: int, today: int) -> Arrivals:
        """Who reaches the line. Who was handed over by the line of today came when it did, with a lower line too."""
        climb = self.came.climb
        at = climb.reach(line, always=line <= today)
        return Arrivals(climb.place[at], climb.second[at], self._begins[at])

    @cached_property
    def _begins(self) -> Array:
        """On the clock of its promise, when each step was made."""
        climb = self.came.climb
        return self.since(climb.second, self.came.by_the_wall[climb.place])

    def turns(self, seconds: Numbers, *, staff: float, handling: int) -> Array:
        """When it is each lead's turn; FOREVER where it never is. `seconds` rise."""
        if not any(self.cover):
            return seconds.astype(float)
        begun = serve(seconds, shifts(self.cover, factor=staff), handling).begun
        return np.where(begun >= NEVER, FOREVER, begun)

    @cached_property
    def budget(self) -> Array:
        """Seconds promised; a lead that was never handed over is promised what most were."""
        known, counts = np.unique(self.came.budget[self.came.budget > 0], return_counts=True)
        usual = known[counts.argmax()] if len(known) else 0.0
        return np.where(self.came.budget > 0, self.came.budget, usual)


@dataclass
class World:
    """`mondays` are seconds of the window at which a backlog is looked at, `hours` the hour on the clock of each of
    its hours."""

    past: Past
    teams: list[Team]
    mondays: list[float]
    hours: list[int]

    @property
    def seconds(self) -> float:
        return (self.past.end - self.past.begin).total_seconds()

    @property
    def people(self) -> float:
        return sum(team.people for team in self.teams)


_clock = lru_cache(maxsize=32)(Clock)


def world(past: Past, crews: Sequence[Crew]) -> World:
    """The past with those who are on shift in it."""
    length = int((past.end + AFTER - past.begin) / HOUR) + 1
    local = [(past.begin + HOUR * n).astimezone(past.begin.tzinfo) for n in range(length)]
    seen = range(int((past.end - past.begin) / HOUR))
    # Whole days, so that the next look finds the clocks of this one.
    days = (past.end + AFTER - past.begin).days + 1
    teams = [
        Team(
            crew.people, hours_covered(crew, past.begin, length), _clock(crew.week, past.begin, 24 * days),
            past.came.where(past.came.team == crew.team_id),
        )
        for crew in crews
    ]  # fmt: skip
    mondays = [n * 3600.0 for n in seen if (local[n].weekday(), local[n].hour) == (0, 9)]
    return World(past, teams, mondays, [moment.hour for moment in local])
