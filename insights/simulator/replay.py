"""The past once more: each lead waits for its turn as the room says, and then as long as it waited on top of that.

What a lead really waited beyond its turn (somebody was at lunch, or took another one first) is kept as its habit: so
nothing changed gives what was observed, and a change moves the turns alone. A lead that was never handed over takes
the habit of one that was."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from insights.simulator.room import HOUR
from insights.simulator.world import FOREVER, Array, Flags, Numbers, Team, World

DAY = 86_400
# How far the replay without a change may lie from what was observed, in points.
TOLERANCE = 1.0
LEAST_HANDLING = 60


@dataclass(frozen=True)
class Setting:
    """`line` is the score at which leads are handed over; `staff` and `target` are factors on what there is."""

    line: int
    staff: float = 1.0
    target: float = 1.0


@dataclass
class Tally:
    """What a setting leads to. `hours` holds (kept, late) by hour of arrival; `untouched` are SQLs in late leads."""

    days: float
    came: int = 0
    kept: int = 0
    late: int = 0
    hours: Counter[tuple[int, bool]] = field(default_factory=Counter)
    mondays: list[int] = field(default_factory=list)
    untouched: float = 0.0

    @property
    def a_day(self) -> float:
        return self.came / self.days if self.days else 0.0

    @property
    def judged(self) -> int:
        return self.kept + self.late

    @property
    def compliance(self) -> float | None:
        """Percent of the promises that were kept; None of nothing."""
        return 100 * self.kept / self.judged if self.judged else None

    @property
    def monday(self) -> float:
        """Leads that wait untouched on a Monday at nine, on average."""
        return sum(self.mondays) / len(self.mondays) if self.mondays else 0.0

    def breached(self, hour: int) -> float | None:
        """Percent of the promises to those who came in this hour of the day that were missed."""
        kept, late = self.hours[hour, True], self.hours[hour, False]
        return 100 * late / (kept + late) if kept + late else None


class Replay:
    """The world with a handling time in seconds of one rep a lead, and the habits that follow from it."""

    def __init__(self, world: World, handling: int) -> None:
        self.world, self.handling = world, handling
        self.habits = [self._habits(team) for team in world.teams]

    def run(self, setting: Setting) -> Tally:
        """The window with this line, staff and target."""
        world = self.world
        tally = Tally(world.seconds / DAY, mondays=[0] * len(world.mondays))
        for team, habits in zip(world.teams, self.habits, strict=True):
            chosen, seconds = team.arrivals(setting.line, world.past.line)
            wait = self._turns_of(team, chosen, seconds, setting.staff) + habits[chosen]
            _count(tally, world, team, chosen, seconds, wait, setting.target)
        return tally

    def observed(self) -> Tally:
        """What really happened, counted in the same way."""
        world = self.world
        tally = Tally(world.seconds / DAY, mondays=[0] * len(world.mondays))
        for team in world.teams:
            chosen, seconds = team.arrivals(world.past.line, world.past.line)
            _count(tally, world, team, chosen, seconds, team.took[chosen], 1.0)
        return tally

    def _habits(self, team: Team) -> Array:
        """How long each lead waits when it is its turn already."""
        chosen, seconds = team.arrivals(self.world.past.line, self.world.past.line)
        turns = self._turns_of(team, chosen, seconds, 1.0)
        habits = np.full(len(team.came), FOREVER)
        with np.errstate(invalid="ignore"):
            own = np.where(
                np.isinf(team.took[chosen]), FOREVER, np.maximum(0, team.took[chosen] - turns)
            )
        habits[chosen] = own
        if len(pool := own[team.judged[chosen]]):
            others = ~team.handed
            habits[others] = pool[team.leads[others] % len(pool)]
        return habits

    def _turns_of(self, team: Team, chosen: Numbers, seconds: Numbers, staff: float) -> Array:
        """Seconds of the promise until it is a lead's turn."""
        turns = team.turns(seconds, staff=staff, handling=self.handling)
        wall = team.wall[chosen]
        with np.errstate(invalid="ignore"):
            waited = team.since(turns, wall) - team.since(seconds.astype(float), wall)
        return np.where(np.isinf(turns), FOREVER, waited)


def _count(
    tally: Tally, world: World, team: Team, chosen: Numbers, seconds: Numbers, wait: Array, target: float
) -> None:  # fmt: skip
    tally.came += len(chosen)
    arrived, wall = seconds.astype(float), team.wall[chosen]
    begin, budget = team.since(arrived, wall), team.budget[chosen] * target
    end = team.since(np.full(len(chosen), world.seconds), wall)
    judged: Flags = team.judged[chosen] & (budget > 0) & (begin + np.minimum(wait, budget) <= end)
    kept: Flags = wait <= budget
    tally.kept += int((judged & kept).sum())
    tally.late += int((judged & ~kept).sum())
    tally.untouched += float(team.chance[chosen][judged & ~kept].sum())
    of_day = np.array(world.hours)[seconds[judged] // HOUR]
    for is_kept in (True, False):
        counted = np.bincount(of_day[kept[judged] == is_kept], minlength=24)
        tally.hours.update({(hour, is_kept): int(n) for hour, n in enumerate(counted)})
    for number, monday in enumerate(world.mondays):
        then = team.since(np.full(len(chosen), monday), wall)
        waits = (arrived <= monday) & (begin + wait > then) & (team.gone[chosen] > monday)
        tally.mondays[number] += int(waits.sum())


def calibrated(world: World, measured: int) -> Replay:
    """The longest handling time, of the measured one and its halves, that explains how punctual these people were.

    A rep may hold several leads at once: then a touch comes later after its claim than the work for it takes."""
    handling = measured
    while True:
        replay = Replay(world, handling)
        seen, again = replay.observed().compliance, replay.run(Setting(world.past.line)).compliance
        near = seen is None or again is None or abs(seen - again) <= TOLERANCE
        if near or handling <= LEAST_HANDLING:
            return replay
        handling = max(LEAST_HANDLING, handling // 2)
