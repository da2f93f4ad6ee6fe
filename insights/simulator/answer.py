"""The answer to a setting of the three sliders: what it leads to, beside today, and a sentence."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from insights import periods, shifts
from insights.numbers import FEW
from insights.simulator import candidates, replay
from insights.simulator.replay import Replay, Setting, Tally
from insights.simulator.world import world
from insights.sla.asking import Ask, teams
from insights.sla.handling import Handling, handling

DAYS = 60
# The cut-offs that the curves have points for lie so far around today's.
REACH, STEP = 30, 5
MOST_REPS = 3
LEAST_MINUTES, MOST_TARGET = 1, 4


@dataclass(frozen=True)
class Choice:
    """Where the sliders stand: a score, people on shift, minutes to the first touch."""

    line: int
    reps: float
    minutes: int


@dataclass(frozen=True)
class Answer:
    """`usual` is the choice that changes nothing; `curve` has a tally for each of its cut-offs."""

    usual: Choice
    choice: Choice
    replay: Replay
    measured: Handling
    observed: Tally
    again: Tally
    chosen: Tally
    curve: dict[int, Tally]
    targets: list[int]
    goal: int

    @property
    def is_usual(self) -> bool:
        return self.choice == self.usual

    @property
    def is_few(self) -> bool:
        return self.observed.judged < FEW

    @cached_property
    def best(self) -> int | None:
        """The lowest cut-off of the curve that keeps the goal."""
        return min(
            (line for line, one in self.curve.items() if (one.compliance or 0) >= self.goal),
            default=None,
        )


class Simulator:
    """What the sliders can be set to, and what that leads to."""

    def __init__(self, ask: Ask) -> None:
        period = periods.latest(DAYS, at=ask.at, here=ask.period.zone)
        self.ask = Ask(ask.user, period, ask.at, team=ask.team)
        past = candidates.past(ask.user, team=ask.team, period=period, at=ask.at)
        mine = [ask.team] if ask.team else [team.pk for team in teams(ask.user)]
        self.world = world(past, shifts.crews(mine))
        self.measured = handling(self.ask)
        budgets = Counter(past.came.budget[past.came.budget > 0].astype(int).tolist())
        self.targets = sorted(budgets)
        self.target = budgets.most_common(1)[0][0] if budgets else 3600
        self.usual = Choice(past.line, round(2 * self.world.people) / 2, max(1, self.target // 60))

    @cached_property
    def replay(self) -> Replay:
        return replay.calibrated(self.world, self.measured.seconds)

    @property
    def lines(self) -> range:
        """The cut-offs that can be chosen."""
        return range(max(1, self.usual.line - candidates.BELOW), self.usual.line + REACH + 1)

    def answer(self, choice: Choice) -> Answer:
        usual = self.usual
        staff = choice.reps / usual.reps if usual.reps else 1.0
        target = choice.minutes / usual.minutes

        def run(line: int) -> Tally:
            return self.replay.run(Setting(line, staff, target))

        points = {*range(usual.line % STEP, self.lines.stop, STEP)} & {*self.lines}
        return Answer(
            usual, choice, self.replay, self.measured, self.replay.observed,
            self.replay.run(Setting(usual.line)), run(choice.line),
            {line: run(line) for line in sorted(points | {choice.line})}, self.targets,
            self.ask.goal,
        )  # fmt: skip


def columns(answer: Answer, value: str, url: Any) -> list[dict[str, Any]]:
    """A point of a curve for each cut-off; each opens it."""
    return [
        {
            "label": str(line),
            "value": round(getattr(tally, value) or 0, 1),
            "tone": "human" if line == answer.choice.line else "system",
            "url": url(line),
        }
        for line, tally in answer.curve.items()
    ]


def hours(answer: Answer) -> list[dict[str, Any]]:
    """Percent missed by hour of arrival, with today as its outline."""
    return [
        {
            "label": f"{hour:02}",
            "value": round(answer.chosen.breached(hour) or 0),
            "before": round(answer.again.breached(hour) or 0),
            "tone": "warn",
        }
        for hour in range(24)
    ]
