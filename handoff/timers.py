"""Clocks: started, stopped, continued, and swept. A set of handoffs at a time."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts import prepared
from accounts.models import User
from handoff import alarms
from handoff.models import CalendarVersion, Handoff, SlaAlarm, SlaEvent, SlaTimer
from handoff.promises import Promise, Promises, elapsed, promise_of, week_of
from leads import journal

State = SlaTimer.State
Milestone = SlaTimer.Milestone


# Promised when a handoff is opened; a follow-up is promised by each touch.
AT_OPENING = (Milestone.CLAIM, Milestone.FIRST_TOUCH, Milestone.DISPOSITION)


def start(handoffs: Sequence[Handoff], *, at: datetime) -> None:
    """Starts the clocks that the policies promise for these handoffs, each with its two alarms."""
    promises = Promises([handoff.lead_id for handoff in handoffs])
    begin(
        [
            (fresh(handoff, promise, at=at), promise)
            for handoff in handoffs
            for promise in promises.of(handoff)
            if promise.milestone in AT_OPENING
        ],
        at=at,
    )
    refresh_due([handoff.pk for handoff in handoffs])


def begin(started: Sequence[tuple[SlaTimer, Promise]], *, at: datetime) -> None:
    """Writes clocks that are not written yet, with their alarms."""
    SlaTimer.objects.bulk_create([timer for timer, _promise in started])
    alarms.set_alarms(started, at=at)


def fresh(handoff: Handoff, promise: Promise, *, at: datetime, cycle: int = 1) -> SlaTimer:
    """A clock that starts now with all of its time, not written yet."""
    return SlaTimer(
        handoff=handoff, milestone=promise.milestone, cycle=cycle, budget_s=promise.budget(at),
        policy_version_id=promise.policy_version_id,
        calendar_version_id=promise.calendar_version_id,
        started_at=at, running_since=at, due_at=promise.due(at),
    )  # fmt: skip


def stop(
    handoff_ids: Sequence[int],
    milestone: str,
    *,
    at: datetime,
    by: User | None = None,
    known_at: datetime | None = None,
    due_is_known: bool = False,
) -> None:
    """What was promised was done at `at` by somebody: met if not after the deadline.

    `at` may lie before `known_at`, when we learnt of it, and even before the clock was closed: the
    earliest evidence decides. Too late is a breach, told once even if no sweeper saw it; a breach
    that the evidence disproves is annulled, and nothing is deleted. The caller holds the leads."""
    found = _open_or_later(handoff_ids, milestone, at)
    ended = [(timer, verdict(timer, at=at, known_at=known_at or at)) for timer in found]
    end(ended, at=at, by_id=by.pk if by else None)
    if not due_is_known:
        refresh_due(handoff_ids)


def _open_or_later(handoff_ids: Sequence[int], milestone: str, at: datetime) -> list[SlaTimer]:
    """Under their locks, those that ran at this moment. The promise itself is not asked, only its hours."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT t.id, t.handoff_id, t.milestone, t.generation, t.state, t.cause, t.consumed_s, t.budget_s,
                      t.started_at, t.running_since, t.due_at, t.closed_at, t.calendar_version_id, v.week
                 FROM handoff_slatimer t LEFT JOIN handoff_calendarversion v ON v.id = t.calendar_version_id
                WHERE t.handoff_id = ANY(%s::bigint[]) AND t.milestone = %s
                  AND (t.closed_at IS NULL OR t.closed_at > %s)
                ORDER BY t.id FOR NO KEY UPDATE OF t""",
            [list(handoff_ids), milestone, at],
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [_read(row, week=row.pop("week")) for row in rows]


def _read(row: dict[str, Any], week: str | None) -> SlaTimer:
    timer = SlaTimer(**row)
    hours = CalendarVersion(pk=row["calendar_version_id"], week=json.loads(week)) if week else None
    timer.calendar_version = hours
    return timer


def held(*conditions: Q, **more: Any) -> QuerySet[SlaTimer]:
    """Clocks under their locks, with all that reckoning with them needs. The caller holds the leads."""
    return (
        SlaTimer.objects.select_for_update(of=("self",), no_key=True)
        .filter(*conditions, **more)
        .select_related("policy_version", "calendar_version", "handoff").order_by("id")
    )  # fmt: skip


def close(timer: SlaTimer, *, at: datetime, by_id: int | None, known_at: datetime) -> None:
    """The deed was done at `at`, as we know since `known_at`: the verdict on a clock that is held."""
    end([(timer, verdict(timer, at=at, known_at=known_at))], at=at, by_id=by_id)


def verdict(timer: SlaTimer, *, at: datetime, known_at: datetime) -> str:
    """How a clock ends whose deed was done at `at`; tells of a breach nobody saw, and of one that was none."""
    in_time = timer.due_at is None or at <= timer.due_at
    if in_time and timer.state == State.BREACHED and not timer.cause:
        _tell(timer, SlaEvent.Kind.ANNULLED, at=known_at)
    if not in_time and timer.state != State.BREACHED:
        _tell(timer, SlaEvent.Kind.BREACH, at=known_at)
    return State.MET if in_time else State.BREACHED


def end(ended: Sequence[tuple[SlaTimer, str]], *, at: datetime, by_id: int | None = None) -> None:
    """Closes clocks that are held, each with its state; their alarms are silent from now on. `by_id` is whose deed
    stopped them."""
    if not ended:
        return
    with prepared.cursor() as cursor:
        cursor.execute(
            """WITH ended AS (SELECT * FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(used)s::int[])
                                        AS r(id, state, used)),
               -- By their ids: a guess at how many there are reads all clocks.
               silent AS (UPDATE handoff_slaalarm SET state = 'cancelled'
                           WHERE timer_id = ANY(%(ids)s::bigint[]) AND state = 'pending')
               UPDATE handoff_slatimer t
                  SET state = ended.state, closed_at = %(at)s, closed_by_id = %(by)s, running_since = NULL,
                      due_at = coalesce(t.due_at, %(at)s), consumed_s = ended.used,
                      cause = CASE WHEN ended.state = 'met' THEN '' ELSE t.cause END
                 FROM ended WHERE t.id = ended.id AND t.id = ANY(%(ids)s::bigint[])""",
            {
                "ids": [timer.pk for timer, _state in ended], "states": [str(state) for _timer, state in ended],
                "used": [consumed(timer, at) for timer, _state in ended], "at": at, "by": by_id,
            },
        )  # fmt: skip


def consumed(timer: SlaTimer, at: datetime) -> int:
    """How many seconds of its time a clock had used at a moment, also at one before it was closed or rested."""
    version = timer.calendar_version
    week = week_of(version) if version else None
    if timer.running_since is not None and timer.running_since <= at:
        return timer.consumed_s + elapsed(week, timer.running_since, at)
    if timer.state == State.PAUSED and not timer.handoff.pauses.filter(started_at__gt=at).exists():
        return timer.consumed_s
    rests = timer.handoff.pauses.filter(started_at__lt=at, ended_at__gt=timer.started_at)
    rested = sum(
        elapsed(week, max(rest.started_at, timer.started_at), min(rest.ended_at or at, at))
        for rest in rests
    )
    return max(0, elapsed(week, timer.started_at, at) - rested)


def _tell(timer: SlaTimer, kind: str, *, at: datetime) -> None:
    """Writes the event and its journal entry, unless the event stands already."""
    made = SlaEvent.objects.get_or_create(
        timer=timer, kind=kind, generation=timer.generation,
        defaults={"due_at": timer.due_at or at, "fired_at": at},
    )  # fmt: skip
    if made[1]:
        data = {
            "timer": timer.pk, "alarm": kind, "generation": timer.generation,
            "milestone": timer.milestone,
        }  # fmt: skip
        journal.write("timer.rang", [timer.handoff.lead_id], at=at, data=data)


def resume_claims(handoff_ids: Collection[int], *, at: datetime) -> None:
    """Released leads are unclaimed again: their claim clocks go on with the time they had left.

    A promise that was broken stays broken: its old clock runs on, and nobody is told twice."""
    of_them = held(handoff_id__in=handoff_ids, milestone=Milestone.CLAIM)
    last = {timer.handoff_id: timer for timer in of_them.order_by("handoff_id", "cycle")}.values()
    broken = [timer.pk for timer in last if timer.state == State.BREACHED]
    SlaTimer.objects.filter(pk__in=broken).update(closed_at=None, closed_by=None, running_since=at)
    # The steps after the deadline that had not come yet still come.
    silenced = SlaAlarm.objects.filter(timer__in=broken, state=SlaAlarm.State.CANCELLED)
    silenced.filter(kind=SlaAlarm.Kind.STEP, fire_at__gt=at).update(state=SlaAlarm.State.PENDING)
    started = [_next_cycle(timer, at=at) for timer in last if timer.pk not in broken]
    begin(started, at=at)
    refresh_due(handoff_ids)


def _next_cycle(last: SlaTimer, *, at: datetime) -> tuple[SlaTimer, Promise]:
    promise = promise_of(last)
    used = min(last.consumed_s, last.budget_s)
    timer = SlaTimer(
        handoff=last.handoff, milestone=last.milestone, cycle=last.cycle + 1,
        policy_version_id=last.policy_version_id, calendar_version_id=last.calendar_version_id,
        budget_s=last.budget_s, consumed_s=used, started_at=at, running_since=at,
        due_at=promise.due(at, seconds=last.budget_s - used),
    )  # fmt: skip
    return timer, promise


def cancel(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """The handoff ended: open clocks stop without verdict. One whose deadline had passed is a breach,
    even if no sweeper saw it."""
    found = list(held(handoff_id__in=handoff_ids, closed_at=None))
    late = [timer for timer in found if timer.due_at is not None and timer.due_at < at]
    end(
        [
            (timer, verdict(timer, at=at, known_at=at) if timer in late else State.CANCELLED)
            for timer in found
        ],
        at=at,
    )
    refresh_due(handoff_ids)


def refresh_due(handoff_ids: Collection[int]) -> None:
    """Keeps the deadline that the queue is ordered by: the earliest one still open."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE handoff_handoff h SET next_due_at = d.next
                 FROM (SELECT o.id, (SELECT min(t.due_at) FROM handoff_slatimer t
                                      WHERE t.handoff_id = o.id AND t.closed_at IS NULL) AS next
                         FROM handoff_handoff o WHERE o.id = ANY(%s)) d
                WHERE h.id = d.id AND h.next_due_at IS DISTINCT FROM d.next""",
            [list(handoff_ids)],
        )


# That deadline of a handoff `h` for whoever is about to stop its claim clock.
DUE_UNCLAIMED = """(SELECT min(t.due_at) FROM handoff_slatimer t
                     WHERE t.handoff_id = h.id AND t.closed_at IS NULL AND t.milestone <> 'claim')"""


# A touch that was accepted before the deadline may still be committing.
GRACE = "interval '2 seconds'"


def ring(limit: int = 200) -> int:
    """Fires due alarms: state, event and journal entry in one statement, so in one commit.

    Any number of sweepers may run; each alarm fires once. An alarm whose clock somebody is just
    stopping is left for the next look, so that neither waits for the other. What could not ring in time,
    since everything was down, rings now and says by how many seconds it is late. Returns how many fired."""
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""WITH due AS MATERIALIZED (
                   SELECT a.id, a.kind, a.step, a.generation, a.fire_at, t.id AS timer_id, t.due_at, t.milestone,
                          h.lead_id, extract(epoch FROM app_now() - a.fire_at - {GRACE})::int AS late_s
                     FROM handoff_slaalarm a
                     JOIN handoff_slatimer t ON t.id = a.timer_id
                     JOIN handoff_handoff h ON h.id = t.handoff_id
                    WHERE a.state = 'pending' AND a.fire_at <= app_now() - {GRACE}
                      AND t.closed_at IS NULL AND t.due_at IS NOT NULL
                    ORDER BY a.fire_at LIMIT {limit:d} FOR NO KEY UPDATE OF a, t SKIP LOCKED),
               fired AS (UPDATE handoff_slaalarm a SET state = 'fired'
                           FROM due WHERE a.id = due.id),
               late AS (UPDATE handoff_slatimer t SET state = 'breached' FROM due
                         WHERE t.id = due.timer_id AND due.kind = 'breach'
                           AND t.state = 'running' AND t.generation = due.generation),
               noted AS (INSERT INTO handoff_slaevent
                                (timer_id, kind, step, generation, due_at, fired_at, late_s)
                         SELECT timer_id, kind, step, generation, due_at, app_now(), late_s FROM due
                             ON CONFLICT DO NOTHING
                      RETURNING timer_id, kind, step, generation)
               INSERT INTO leads_journalentry
                      (lead_id, kind, at, available_at, wakes, data, attempts, error)
               SELECT due.lead_id, 'timer.rang', app_now(), app_now(), false,
                      jsonb_build_object('timer', timer_id, 'alarm', kind, 'milestone', milestone,
                                         'step', step, 'generation', generation, 'late_s', late_s), 0, ''
                 FROM noted JOIN due USING (timer_id, kind, step, generation) ORDER BY fire_at, id"""
        )
        return int(cursor.rowcount)
