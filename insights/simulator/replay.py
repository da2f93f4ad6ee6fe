"""The past once more: each lead waits for its turn as the room says, and then as long as it waited on top of that.

What a lead really waited beyond its turn (somebody was at lunch, or took another one first) is kept as its habit: so
nothing changed gives what was observed, and a change moves the turns alone. A lead that was never handed over takes
the habit of one that was."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from insights.simulator.came import FOREVER, Array, Flags
from insights.simulator.room import HOUR
from insights.simulator.world import Arrivals, Team, World

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
    """The world with a handling time in seconds of one rep a lead, and the habits that follow from it; `observed` is
    what really happened, counted in the same way."""

    def __init__(self, world: World, handling: int, observed: Tally | None = None) -> None:
        self.world, self.handling = world, handling
        self.observed = observed or _observed(world)
        self.habits = [self._habits(team) for team in world.teams]
        self._known: dict[Setting, Tally] = {}

    def run(self, setting: Setting) -> Tally:
        """The window with this line, staff and target."""
        if setting not in self._known:
            self._known[setting] = self._run(setting)
        return self._known[setting]

    def _run(self, setting: Setting) -> Tally:
        world = self.world
        tally = _none(world)
        for team, habits in zip(world.teams, self.habits, strict=True):
            coming = team.arrivals(setting.line, world.past.line)
            wait = self._turns_of(team, coming, setting.staff) + habits[coming.place]
            _count(tally, world, team, coming, wait, setting.target)
        return tally

    def _habits(self, team: Team) -> Array:
        """How long each lead waits when it is its turn already."""
        coming = team.arrivals(self.world.past.line, self.world.past.line)
        turns = self._turns_of(team, coming, 1.0)
        came, took = team.came, team.came.took[coming.place]
        habits = np.full(len(came.lead), FOREVER)
        with np.errstate(invalid="ignore"):
            own = np.where(np.isinf(took), FOREVER, np.maximum(0, took - turns))
        habits[coming.place] = own
        if len(pool := own[came.judged[coming.place]]):
            others = ~came.handed
            habits[others] = pool[came.lead[others] % len(pool)]
        return habits

    def _turns_of(self, team: Team, coming: Arrivals, staff: float) -> Array:
        """Seconds of the promise until it is a lead's turn."""
        turns = team.turns(coming.second, staff=staff, handling=self.handling)
        with np.errstate(invalid="ignore"):
            waited = team.since(turns, team.came.by_the_wall[coming.place]) - coming.begin
        return np.where(np.isinf(turns), FOREVER, waited)


def _none(world: World) -> Tally:
    return Tally(world.seconds / DAY, mondays=[0] * len(world.mondays))


def _observed(world: World) -> Tally:
    tally = _none(world)
    for team in world.teams:
        coming = team.arrivals(world.past.line, world.past.line)
        _count(tally, world, team, coming, team.came.took[coming.place], 1.0)
    return tally


def _count(
    tally: Tally, world: World, team: Team, coming: Arrivals, wait: Array, target: float
) -> None:  # fmt: skip
    came, chosen, seconds, begin = team.came, coming.place, coming.second, coming.begin
    tally.came += len(chosen)
    wall, budget = came.by_the_wall[chosen], team.budget[chosen] * target
    last = team.since(world.seconds, wall)
    promised = came.judged[chosen] | ~came.handed[chosen]
    judged: Flags = promised & (budget > 0) & (begin + np.minimum(wait, budget) <= last)
    kept: Flags = wait <= budget
    tally.kept += int((judged & kept).sum())
    tally.late += int((judged & ~kept).sum())
    tally.untouched += float(came.chance[chosen][judged & ~kept].sum())
    of_day = np.array(world.hours)[seconds[judged] // HOUR]
    counted = np.bincount(2 * of_day + kept[judged], minlength=48)
    tally.hours.update({(n // 2, bool(n % 2)): int(count) for n, count in enumerate(counted)})
    end, gone = begin + wait, came.gone[chosen]
    for number, monday in enumerate(world.mondays):
        until = np.searchsorted(seconds, monday, side="right")
        waits = (end[:until] > team.since(monday, wall[:until])) & (gone[:until] > monday)
        tally.mondays[number] += int(waits.sum())


def calibrated(world: World, measured: int) -> Replay:
    """The longest handling time, of the measured one and its halves, that explains how punctual these people were.

    A rep may hold several leads at once: then a touch comes later after its claim than the work for it takes."""
    handling, observed = measured, _observed(world)
    while True:
        replay = Replay(world, handling, observed)
        seen, again = observed.compliance, replay.run(Setting(world.past.line)).compliance
        near = seen is None or again is None or abs(seen - again) <= TOLERANCE
        if near or handling <= LEAST_HANDLING:
            return replay
        handling = max(LEAST_HANDLING, handling // 2)
