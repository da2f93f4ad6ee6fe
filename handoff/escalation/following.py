"""Follows alarms: tells, moves and posts what the chain says, and counts whom it told, also where that is nobody."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from handoff.chains import Do
from handoff.channels import Event, post
from handoff.escalation import moving, telling
from handoff.escalation.due import Due, Key, due_of
from handoff.models import Channel
from handoff.notifications import tell


def escalate(alarms: Iterable[dict[str, Any]], *, at: datetime) -> None:
    """Each step acts once: notes and posts are rows with a name of their own, and a lead moves only while it is
    where the step found it."""
    alarms = list(alarms)
    due = [step for step in due_of(alarms, at=at) if step.stands]
    told: Counter[Key] = Counter()
    moved = moving.move([step for step in due if step.step.do in moving.MOVES], at=at)
    told.update(moved)
    # Where nobody could be found to move it to, the managers hear of it.
    notes = telling.notes(due, not_moved=_not_moved(due, moved))
    told.update(key for key, _note in notes)
    told.update(_post([step for step in due if step.step.do == Do.POST], at=at))
    tell([note for _key, note in notes], at=at)
    _count(alarms, told)


def _not_moved(due: Iterable[Due], moved: Iterable[Key]) -> set[Key]:
    reached = set(moved)
    return {step.key for step in due if step.step.do == Do.REASSIGN and step.key not in reached}


def _post(due: Sequence[Due], *, at: datetime) -> list[Key]:
    """Posts to the channels that steps name; those that are switched off get nothing."""
    wanted = {step.step.to for step in due if step.step.to}
    on = set(Channel.objects.filter(pk__in=wanted, is_on=True).values_list("pk", flat=True))
    reached = [step for step in due if step.step.to in on]
    post([_event(step) for step in reached], at=at)
    return [step.key for step in reached]


def _event(due: Due) -> Event:
    timer, handoff, owner = due.timer, due.handoff, due.handoff.owner
    data = {
        "handoff": str(handoff.public_id),
        "milestone": timer.milestone,
        "due_at": timer.due_at.isoformat() if timer.due_at else None,
        "is_late": not due.step.is_before,
        "owner": {"id": str(owner.public_id), "name": owner.name} if owner else None,
    }
    about = f"{due.about}:{due.key[1]}:{due.step.to}"
    return Event(
        "timer.escalated", about, lead_id=handoff.lead_id, team_id=handoff.team_id, data=data,
        channels=[due.step.to] if due.step.to else (),
    )  # fmt: skip


def _count(alarms: Iterable[dict[str, Any]], told: Counter[Key]) -> None:
    """Writes on each event how many were reached."""
    keys = {(a["timer"], a["alarm"], a["generation"], a.get("step", 0)) for a in alarms}
    rows = [(*key, told[key]) for key in sorted(keys)]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE handoff_slaevent e SET told = t.told
                 FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[])
                      AS t(timer_id, kind, generation, step, told)
                WHERE (e.timer_id, e.kind, e.generation, e.step)
                    = (t.timer_id, t.kind, t.generation, t.step)""",
            [list(column) for column in zip(*rows, strict=True)],
        )
