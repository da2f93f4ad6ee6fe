"""A step of a chain whose moment came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff import chains
from handoff.chains import Do, Step
from handoff.models import Handoff, SlaEvent, SlaTimer

# Of an event: timer, kind, generation, number of the step.
Key = tuple[int, str, int, int]
STEP_OF_ANNULLED = Step(chains.When.DUE, Do.MANAGER)
# These may be told although the deed was done meanwhile: it was done too late.
TELLS = (Do.MANAGER, Do.WARN, Do.POST)


@dataclass(frozen=True)
class Due:
    timer: SlaTimer
    step: Step
    key: Key
    # By how many seconds its alarm rang too late, since everything was down.
    late_s: int = 0
    # Its deadline has passed by now, whether that was told already or not.
    is_overtaken: bool = False

    @property
    def handoff(self) -> Handoff:
        return self.timer.handoff

    @property
    def is_annulled(self) -> bool:
        return self.key[1] == SlaEvent.Kind.ANNULLED

    @property
    def about(self) -> str:
        """So that each is told once, whoever follows the entry how often."""
        timer, _kind, generation, number = self.key
        return f"timer:{timer}:{generation}" + (f":{number}" if number else "")

    @property
    def stands(self) -> bool:
        """Whether the step still makes sense: a warning that the deadline overtook, and what was to bring about
        a deed that is done, do not; nor a step of a deadline that moved since."""
        if self.is_annulled:
            return True
        if self.step.is_before:
            runs = self.timer.state == SlaTimer.State.RUNNING and not self.is_overtaken
            return runs and self._is_of_this_deadline
        if self.timer.closed_at is None:
            return self._is_of_this_deadline
        return self.key[1] == SlaEvent.Kind.BREACH and self.step.do in TELLS

    @property
    def _is_of_this_deadline(self) -> bool:
        return self.key[2] == self.timer.generation


def due_of(alarms: Iterable[dict[str, Any]], *, at: datetime) -> list[Due]:
    """The steps that alarms (timer, alarm, generation, step) set off, with handoff, lead and owner."""
    alarms = list(alarms)
    timers = SlaTimer.objects.select_related(
        "handoff__lead", "handoff__owner", "handoff__offered_to", "policy_version"
    ).in_bulk([alarm["timer"] for alarm in alarms])
    found = []
    for alarm in alarms:
        timer = timers.get(alarm["timer"])
        if timer is not None:
            kind, number = alarm["alarm"], alarm.get("step", 0)
            key = (timer.pk, kind, alarm["generation"], number)
            over = timer.due_at is not None and timer.due_at <= at
            found += [
                Due(timer, step, key, alarm.get("late_s", 0), over)
                for step in _steps(timer, kind, number)
            ]
    return found


def _steps(timer: SlaTimer, kind: str, number: int) -> list[Step]:
    if kind == SlaEvent.Kind.ANNULLED:
        return [STEP_OF_ANNULLED]
    steps = chains.of_json(timer.policy_version.chain)
    return chains.at_alarm(steps, timer.milestone, kind, number)
