"""The past as arrays: for each team its hours, those on shift, and the leads that came to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handoff.business_time import WorkWeek, between
from insights.shifts import HOUR, Crew, hours_covered
from insights.simulator.candidates import Came, Past
from insights.simulator.room import NEVER, serve, shifts

# So long after the end of the window work goes on, for what came last.
AFTER = timedelta(days=14)
GRID = timedelta(minutes=5)
# Of whom nobody was ever touched, and of what is promised nothing.
FOREVER = float("inf")

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


class Clock:
    """Working seconds since the window began, looked up at any second of it and of the `hours` after."""

    def __init__(self, week: WorkWeek, begin: datetime, hours: int) -> None:
        steps = hours * int(HOUR / GRID) + 1
        edges = [begin + GRID * number for number in range(steps)]
        self.at = np.arange(steps) * GRID.total_seconds()
        self.worked = np.cumsum([0, *(between(week, a, b) for a, b in pairwise(edges))])

    def __call__(self, seconds: Array) -> Array:
        return np.interp(seconds, self.at, self.worked)


@dataclass
class Team:
    """A team and its leads in the order in which they came; nobody on shift means that nothing is known of turns."""

    people: float
    cover: list[float]
    clock: Clock
    came: list[Came]

    def since(self, seconds: Array, wall: Flags) -> Array:
        """Seconds of each lead's promise since the window began."""
        return np.where(wall, seconds, self.clock(seconds))

    def arrivals(self, line: int, today: int) -> tuple[Numbers, Numbers]:
        """Which leads reach the line, and at which second, in the order of these seconds. Who was handed over by the
        line of today came when it did, with a lower line too."""
        lead, second, total, is_first = self._steps
        reached = total >= line
        if line <= today:
            reached = reached | is_first & self.handed[lead]
        chosen, at = np.unique(lead[reached], return_index=True)
        seconds = second[reached][at]
        order = np.lexsort((chosen, seconds))
        return chosen[order], seconds[order]

    def turns(self, seconds: Numbers, *, staff: float, handling: int) -> Array:
        """When it is each lead's turn; FOREVER where it never is. `seconds` rise."""
        if not any(self.cover):
            return seconds.astype(float)
        begun = serve(seconds.tolist(), shifts(self.cover, factor=staff), handling).begun
        turns = np.array(begun, float)
        turns[turns >= NEVER] = FOREVER
        return turns

    @cached_property
    def _steps(self) -> tuple[Numbers, Numbers, Numbers, Flags]:
        """Of each step of each lead in turn: the place of the lead, the second, the score, whether it is the first."""
        rows = [
            (place, second, total, number == 0)
            for place, one in enumerate(self.came)
            for number, (second, total) in enumerate(one.steps)
        ]
        lead, second, total, first = np.array(rows, np.int64).reshape(-1, 4).T
        return lead, second, total, first.astype(bool)

    @cached_property
    def handed(self) -> Flags:
        return np.array([one.handed for one in self.came], bool)

    @cached_property
    def leads(self) -> Numbers:
        return np.array([one.lead for one in self.came], np.int64)

    @cached_property
    def wall(self) -> Flags:
        return np.array([one.by_the_wall for one in self.came], bool)

    @cached_property
    def took(self) -> Array:
        return np.array([FOREVER if one.took is None else one.took for one in self.came], float)

    @cached_property
    def budget(self) -> Array:
        """Seconds promised; a lead that was never handed over is promised what most were."""
        usual = Counter(one.budget for one in self.came if one.budget).most_common(1)
        least = usual[0][0] if usual else 0
        return np.array([one.budget or least or 0 for one in self.came], float)

    @cached_property
    def judged(self) -> Flags:
        return np.array([one.judged or not one.handed for one in self.came], bool)

    @cached_property
    def chance(self) -> Array:
        return np.array([one.chance for one in self.came], float)

    @cached_property
    def gone(self) -> Array:
        """When it was decided, as a second of the window."""
        return np.array([FOREVER if one.gone is None else one.gone for one in self.came], float)


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
    came = sorted(past.came, key=lambda one: (one.steps[0][0], one.lead))
    teams = [
        Team(
            crew.people, hours_covered(crew, past.begin, length), _clock(crew.week, past.begin, 24 * days),
            [one for one in came if one.team == crew.team_id],
        )
        for crew in crews
    ]  # fmt: skip
    mondays = [n * 3600.0 for n in seen if (local[n].weekday(), local[n].hour) == (0, 9)]
    return World(past, teams, mondays, [moment.hour for moment in local])
