"""The promise of a next touch: each touch keeps it, and makes the next one until the lead is decided."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from handoff import timers
from handoff.models import Handoff, SlaTimer, Touch
from handoff.promises import Promise, Promises, promise_of

FOLLOW_UP = SlaTimer.Milestone.FOLLOW_UP


def touched(handoff: Handoff, *, at: datetime, by: User | None, known_at: datetime) -> None:
    """The lead was touched by somebody at `at`, as we know since `known_at`: the cycle that held this moment ends
    there, and a cycle begins that lasts to the next touch, or runs. The caller holds the lead."""
    cycles = list(timers.held(handoff_id=handoff.pk, milestone=FOLLOW_UP))
    around = next((cycle for cycle in cycles if _holds(cycle, at)), None)
    after = min((c for c in cycles if c.started_at > at), key=lambda c: c.started_at, default=None)
    then = around.closed_by_id if around else _toucher(handoff, after)
    if around is not None:
        until, undecided = around.closed_at, around.state == SlaTimer.State.CANCELLED
        timers.close(around, at=at, by_id=by.pk if by else None, known_at=known_at)
    else:
        until, undecided = after.started_at if after else handoff.disposed_at, after is None
    like = around or after
    promise = promise_of(like) if until and like else _promise(handoff)
    if promise is not None and (until is None or until > at):
        cycle = timers.fresh(handoff, promise, at=at, cycle=_next_number(cycles))
        timers.begin([(cycle, promise)], at=at)
        if until is not None:
            _close_again(cycle, until, by_id=then, undecided=undecided, known_at=known_at)
    timers.refresh_due([handoff.pk])


def _holds(cycle: SlaTimer, at: datetime) -> bool:
    return cycle.started_at <= at and (cycle.closed_at is None or cycle.closed_at > at)


def _toucher(handoff: Handoff, after: SlaTimer | None) -> int | None:
    """Whose touch began a cycle."""
    if after is None:
        return None
    then = handoff.touches.filter(occurred_at=after.started_at, automatic=False)
    return then.exclude(kind=Touch.Kind.NOTE).order_by("pk").values_list("by", flat=True).first()


def _next_number(cycles: Sequence[SlaTimer]) -> int:
    return max((cycle.cycle for cycle in cycles), default=0) + 1


def _promise(handoff: Handoff) -> Promise | None:
    """A cycle is a clock that starts: it follows the policy as it stands."""
    promised = Promises([handoff.lead_id]).of(handoff)
    return next((one for one in promised if one.milestone == FOLLOW_UP), None)


def _close_again(
    cycle: SlaTimer, until: datetime, *, by_id: int | None, undecided: bool, known_at: datetime
) -> None:
    """Ends a cycle that lies in the past, as its neighbour ended before we knew of this touch."""
    assert cycle.due_at is not None
    if undecided and cycle.due_at >= until:
        timers.end([(cycle, SlaTimer.State.CANCELLED)], at=until)
    else:
        timers.close(cycle, at=until, by_id=by_id, known_at=known_at)
