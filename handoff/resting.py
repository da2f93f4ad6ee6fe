"""Clocks that rest while the prospect is waited for: what was used is kept, and no hold time is ever added."""

from collections.abc import Sequence
from datetime import datetime

from handoff import alarms, ledger, timers
from handoff.models import Pause, SlaTimer
from handoff.promises import promise_of

State = SlaTimer.State


def rest(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """Running clocks stand still; one whose deadline has passed is broken and runs on. The caller holds the
    leads."""
    found = timers.held(handoff_id__in=handoff_ids, state=State.RUNNING, closed_at=None)
    resting = [timer for timer in found if timer.due_at and timer.due_at >= at]
    for timer in resting:
        timer.consumed_s = timers.consumed(timer, at)
        timer.state, timer.running_since, timer.due_at = State.PAUSED, None, None
    SlaTimer.objects.bulk_update(resting, ["consumed_s", "state", "running_since", "due_at"])
    alarms.silence([timer.pk for timer in resting])
    timers.refresh_due(handoff_ids)


def go_on(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """Clocks that rest run again with the time they had left. The caller holds the leads."""
    found = list(timers.held(handoff_id__in=handoff_ids, state=State.PAUSED))
    started = [(timer, promise_of(timer)) for timer in found]
    for timer, promise in started:
        timer.state, timer.running_since = State.RUNNING, at
        timer.generation += 1
        timer.due_at = promise.due(at, seconds=timer.budget_s - timer.consumed_s)
    SlaTimer.objects.bulk_update(found, ["state", "running_since", "due_at", "generation"])
    alarms.set_alarms(started, at=at)
    timers.refresh_due(handoff_ids)


def end(handoff_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Ends the pauses of these handoffs, and their clocks go on; says which handoffs rested. A pause that
    began after `at` stays: what we learn of the time before it changes nothing."""
    open_ones = Pause.objects.filter(handoff__in=handoff_ids, ended_at=None, started_at__lte=at)
    rested = list(open_ones.values_list("handoff_id", flat=True))
    if rested:
        open_ones.update(ended_at=at)
        go_on(rested, at=at)
        ledger.turn(rested, step=ledger.Step.RESUMED, at=at)
    return rested


def close(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """The handoffs ended, and their pauses with them; their clocks are stopped by whoever ends them."""
    Pause.objects.filter(handoff__in=handoff_ids, ended_at=None).update(ended_at=at)
