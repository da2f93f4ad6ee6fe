"""Alarms of clocks: when they warn, break and take the steps of their chain. timers.ring() fires them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from handoff import chains
from handoff.models import SlaAlarm, SlaTimer
from handoff.promises import Promise


def set_alarms(started: Iterable[tuple[SlaTimer, Promise]], *, at: datetime) -> None:
    """Alarms for clocks that run from now on; one whose warning lies behind is not warned of again."""
    alarms = []
    for timer, promise in started:
        assert timer.due_at is not None
        moments: list[tuple[str, int, datetime]] = [(SlaAlarm.Kind.BREACH, 0, timer.due_at)]
        until_warning = timer.budget_s * promise.warn_percent // 100 - timer.consumed_s
        if until_warning > 0 or timer.consumed_s == 0:
            warn_at = promise.due(at, seconds=max(0, until_warning))
            moments.append((SlaAlarm.Kind.WARN, 0, warn_at))
        moments += _steps(timer, promise, at)
        alarms += [
            SlaAlarm(timer=timer, kind=kind, step=step, generation=timer.generation, fire_at=moment)
            for kind, step, moment in moments
        ]
    SlaAlarm.objects.bulk_create(alarms)


def _steps(timer: SlaTimer, promise: Promise, at: datetime) -> list[tuple[str, int, datetime]]:
    """The steps of the chain that have a moment of their own, and it does not lie behind."""
    ahead = [
        (number, step.seconds(timer.budget_s) - timer.consumed_s)
        for number, step in chains.at_own_moments(promise.chain, promise.milestone)
    ]
    return [
        (SlaAlarm.Kind.STEP, number, promise.due(at, seconds=max(0, seconds)))
        for number, seconds in ahead
        if seconds > 0 or timer.consumed_s == 0
    ]


def silence(timer_ids: Sequence[int]) -> None:
    """Alarms of these clocks that have not rung will not."""
    pending = SlaAlarm.objects.filter(timer__in=timer_ids, state=SlaAlarm.State.PENDING)
    pending.update(state=SlaAlarm.State.CANCELLED)
