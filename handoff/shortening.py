"""A handoff that rose in band gets the promise of the new band where that is the shorter one."""

from collections.abc import Sequence
from datetime import datetime

from handoff import alarms, timers
from handoff.models import Handoff, SlaTimer
from handoff.promises import Promise, Promises

State = SlaTimer.State
Milestone = SlaTimer.Milestone
CHANGED = [
    "policy_version", "calendar_version", "budget_s", "consumed_s", "running_since", "due_at", "generation",
]  # fmt: skip


def shorten(handoffs: Sequence[Handoff], *, at: datetime) -> None:
    """Clocks that would be due later than the promise of today's band, counted from `at`, are due then; what
    is promised only now starts. Broken clocks stay as they are. The caller holds the leads."""
    if not handoffs:
        return
    ids = [handoff.pk for handoff in handoffs]
    promises = Promises([handoff.lead_id for handoff in handoffs])
    clocks: dict[int, list[SlaTimer]] = {pk: [] for pk in ids}
    for timer in timers.held(handoff_id__in=ids):
        clocks[timer.handoff_id].append(timer)
    shorter, new = [], []
    for handoff in handoffs:
        for promise in promises.of(handoff):
            mine = [timer for timer in clocks[handoff.pk] if timer.milestone == promise.milestone]
            shorter += [(timer, promise) for timer in mine if _shorten(timer, promise, at)]
            if not mine and _is_due(handoff, promise.milestone):
                new.append((timers.fresh(handoff, promise, at=at), promise))
    SlaTimer.objects.bulk_update([timer for timer, _promise in shorter], CHANGED)
    alarms.silence([timer.pk for timer, _promise in shorter])
    alarms.set_alarms([pair for pair in shorter if pair[0].state == State.RUNNING], at=at)
    timers.begin(new, at=at)
    timers.refresh_due(ids)


def _is_due(handoff: Handoff, milestone: str) -> bool:
    """Whether this is still to be done, and not only after something else."""
    if milestone == Milestone.CLAIM:
        return handoff.state == Handoff.State.QUEUED
    if milestone == Milestone.FIRST_TOUCH:
        return handoff.first_touch_at is None
    return milestone == Milestone.DISPOSITION


def _shorten(timer: SlaTimer, promise: Promise, at: datetime) -> bool:
    """Gives an open clock the shorter promise, in memory; false where what it has is no longer."""
    if timer.closed_at is not None or timer.state not in (State.RUNNING, State.PAUSED):
        return False
    left, due = promise.budget(at), promise.due(at)
    used = timers.consumed(timer, at)
    if timer.due_at is None and left >= timer.budget_s - used:
        return False
    if timer.due_at is not None and due >= timer.due_at:
        return False
    timer.policy_version_id = promise.policy_version_id
    timer.calendar_version_id = promise.calendar_version_id
    timer.consumed_s, timer.budget_s = used, used + left
    if timer.state == State.RUNNING:
        timer.running_since, timer.due_at = at, due
        timer.generation += 1
    return True
