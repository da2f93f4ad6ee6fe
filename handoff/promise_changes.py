"""A new version for clocks that run already: what it would do to them, and doing it in pieces.

What a clock has used stays used; from the last moment it began to run it is counted anew. Who would be late by the
change alone is marked so and rings nobody: nobody missed anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from handoff import alarms, timers
from handoff.models import (
    CalendarVersion,
    PromiseChange,
    SlaPolicyVersion,
    SlaTimer,
)
from handoff.promises import Promise, newest_calendars, promise
from handoff.shortening import CHANGED
from handoff.telling_of_changes import tell
from leads import journal, locks

PIECE = 500
# A preview looks at so many clocks one by one.
MOST_LOOKED_AT = 5000
SHOWN = 8
State = SlaTimer.State


@dataclass(frozen=True)
class Moved:
    """A clock and its deadline by the new version; None where it rests."""

    timer: SlaTimer
    due_at: datetime | None
    is_broken: bool


@dataclass(frozen=True)
class Preview:
    """What a change would do to the clocks that run: numbers, and some of those it would break."""

    running: int
    looked_at: int
    earlier: int
    later: int
    broken: int
    shown: list[Moved]


Version = SlaPolicyVersion | CalendarVersion


def running(version: Version) -> QuerySet[SlaTimer]:
    """Clocks that run or rest by another version of the same policy or hours. Broken ones stay as they are."""
    found = SlaTimer.objects.filter(closed_at=None, state__in=[State.RUNNING, State.PAUSED])
    if isinstance(version, SlaPolicyVersion):
        found = found.filter(policy_version__policy=version.policy_id)
        return found.exclude(policy_version=version.pk) if version.pk else found
    found = found.filter(calendar_version__calendar=version.calendar_id)
    return found.exclude(calendar_version=version.pk) if version.pk else found


def preview(version: Version, *, at: datetime) -> Preview:
    """What the version, written or not, would do to the clocks that run."""
    found = running(version)
    looked = found.select_related("handoff__lead", "policy_version", "calendar_version")
    moves = _moves(list(looked.order_by("due_at", "pk")[:MOST_LOOKED_AT]), version, at)
    due = [(move, move.timer.due_at, move.due_at) for move, _promise in moves]
    return Preview(
        running=found.count(),
        looked_at=min(found.count(), MOST_LOOKED_AT),
        earlier=sum(1 for _m, was, now in due if was and now and now < was),
        later=sum(1 for _m, was, now in due if was and now and now > was),
        broken=sum(1 for move, _promise in moves if move.is_broken),
        shown=[move for move, _promise in moves if move.is_broken][:SHOWN],
    )


def _moves(
    found: Sequence[SlaTimer], version: Version, at: datetime
) -> list[tuple[Moved, Promise]]:
    """The clocks whose deadline or time changes, each with its promise by the version."""
    teams = {timer.handoff.team_id for timer in found}
    calendars = newest_calendars(teams) if isinstance(version, SlaPolicyVersion) else {}
    moves = []
    # Who is late already was late by the promise that stood: that is not undone.
    for timer in (timer for timer in found if timer.due_at is None or timer.due_at >= at):
        if isinstance(version, SlaPolicyVersion):
            calendar = timer.calendar_version or calendars.get(timer.handoff.team_id)
            target = version.targets.get(timer.milestone)
            new = promise(timer.milestone, target, version, calendar) if target else None
        else:
            target = timer.policy_version.targets[timer.milestone]
            new = promise(timer.milestone, target, timer.policy_version, version)
        if new is not None:
            moves.append((_moved(timer, new, at), new))
    return moves


def _moved(timer: SlaTimer, new: Promise, at: datetime) -> Moved:
    left = new.budget(timer.started_at) - timer.consumed_s
    if timer.running_since is None:
        # One that rests has no deadline, unless it used more before than it has at all now.
        return Moved(timer, None if left >= 0 else at, left < 0)
    due = new.due(timer.running_since, seconds=max(0, left))
    return Moved(timer, due, due < at)


def ask(version: Version, *, by: User, at: datetime) -> PromiseChange:
    """Running clocks shall follow the version; a worker does it piece by piece."""
    if isinstance(version, SlaPolicyVersion):
        return PromiseChange.objects.create(policy_version=version, asked_at=at, by=by)
    return PromiseChange.objects.create(calendar_version=version, asked_at=at, by=by)


def advance(at: datetime) -> bool:
    """Works off one piece of a change; false when none waits. The last piece tells what became of them."""
    with transaction.atomic():
        waiting = PromiseChange.objects.filter(done_at=None).select_related(
            "policy_version__policy", "calendar_version__calendar"
        )
        change = waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
        if change is None:
            return False
        version = change.policy_version or change.calendar_version
        assert version is not None
        ids = running(version).filter(pk__gt=change.reached).order_by("pk")
        piece = list(ids.values_list("pk", "handoff__lead_id")[:PIECE])
        if not piece:
            PromiseChange.objects.filter(pk=change.pk).update(done_at=at)
            tell(change, at=at)
            return True
        locks.hold({lead_id for _pk, lead_id in piece})
        held = timers.held(
            pk__in=[pk for pk, _lead in piece], state__in=[State.RUNNING, State.PAUSED]
        )
        moves = _moves(list(held), version, at)
        _move(moves, at=at)
        change.reached = piece[-1][0]
        change.moved += len(moves)
        change.broken += sum(move.is_broken for move, _promise in moves)
        change.save(update_fields=["reached", "moved", "broken"])
    return True


def _move(moves: Sequence[tuple[Moved, Promise]], *, at: datetime) -> None:
    """Gives clocks that are held their new deadlines, and writes down the old beside the new."""
    entries = []
    for move, new in moves:
        timer, was = move.timer, move.timer.due_at
        timer.policy_version_id = new.policy_version_id
        timer.calendar_version_id = new.calendar_version_id
        timer.budget_s = new.budget(timer.started_at)
        if timer.running_since is not None and timer.running_since <= at:
            timer.consumed_s += new.elapsed(timer.running_since, at)
            timer.running_since = at
        timer.due_at = move.due_at
        timer.generation += 1
        if move.is_broken:
            timer.state, timer.cause = State.BREACHED, SlaTimer.Cause.CHANGE
        entries.append((timer, was))
    changed = [timer for timer, _was in entries]
    SlaTimer.objects.bulk_update(changed, [*CHANGED, "state", "cause"])
    alarms.silence([timer.pk for timer in changed])
    runs = [(move.timer, new) for move, new in moves if move.timer.state == State.RUNNING]
    alarms.set_alarms(runs, at=at)
    timers.refresh_due([timer.handoff_id for timer in changed])
    journal.write_each(
        "timer.moved",
        [(timer.handoff.lead_id, _story(timer, was)) for timer, was in entries],
        at=at,
    )


def _story(timer: SlaTimer, was: datetime | None) -> dict[str, object]:
    return {
        "timer": timer.pk, "milestone": timer.milestone, "generation": timer.generation,
        "from": was.isoformat() if was else "", "to": timer.due_at.isoformat() if timer.due_at else "",
        "result": "broken" if timer.cause else "moved",
    }  # fmt: skip
