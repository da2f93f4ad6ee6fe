"""Clocks: started, stopped, continued, and swept. A set of handoffs at a time."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from handoff.models import Handoff, SlaAlarm, SlaEvent, SlaTimer
from handoff.promises import Promise, Promises, promise_of
from leads import journal

State = SlaTimer.State
Milestone = SlaTimer.Milestone


def start(handoffs: Sequence[Handoff], *, at: datetime) -> None:
    """Starts the clocks that the policies promise for these handoffs, each with its two alarms."""
    promises = Promises()
    started = [
        (_timer(handoff, promise, at=at), promise)
        for handoff in handoffs
        for promise in promises.of(team_id=handoff.team_id, band=handoff.band)
    ]
    SlaTimer.objects.bulk_create([timer for timer, _promise in started])
    _set_alarms(started, at=at)
    refresh_due([handoff.pk for handoff in handoffs])


def _timer(
    handoff: Handoff, promise: Promise, *, at: datetime, cycle: int = 1, consumed_s: int = 0
) -> SlaTimer:
    left = max(0, promise.seconds - consumed_s)
    return SlaTimer(
        handoff=handoff, milestone=promise.milestone, cycle=cycle, budget_s=promise.seconds,
        policy_version_id=promise.policy_version_id, consumed_s=consumed_s,
        calendar_version_id=promise.calendar_version_id,
        started_at=at, running_since=at, due_at=promise.due(at, seconds=left),
    )  # fmt: skip


def _set_alarms(started: Iterable[tuple[SlaTimer, Promise]], *, at: datetime) -> None:
    alarms = []
    for timer, promise in started:
        assert timer.due_at is not None
        warn_at = timer.due_at - (timer.due_at - at) * (100 - promise.warn_percent) / 100
        moments = ((SlaAlarm.Kind.WARN, warn_at), (SlaAlarm.Kind.BREACH, timer.due_at))
        alarms += [
            SlaAlarm(timer=timer, kind=kind, generation=timer.generation, fire_at=moment)
            for kind, moment in moments
        ]
    SlaAlarm.objects.bulk_create(alarms)


def stop(
    handoff_ids: Sequence[int], milestone: str, *, at: datetime, known_at: datetime | None = None
) -> None:
    """What was promised was done at `at`: met if not after the deadline.

    `at` may lie before `known_at`, when we learnt of it, and even before the clock was closed: the
    earliest evidence decides. Too late is a breach, told once even if no sweeper saw it; a breach
    that the evidence disproves is annulled, and nothing is deleted. The caller holds the leads."""
    open_or_later = Q(closed_at=None) | Q(closed_at__gt=at)
    for timer in _held(open_or_later, handoff_id__in=handoff_ids, milestone=milestone):
        _close(timer, at=at, known_at=known_at or at)
    refresh_due(handoff_ids)


def _held(*conditions: Q, **more: Any) -> QuerySet[SlaTimer]:
    return (
        SlaTimer.objects.select_for_update(of=("self",), no_key=True)
        .filter(*conditions, **more)
        .select_related("policy_version", "calendar_version", "handoff").order_by("id")
    )  # fmt: skip


def _close(timer: SlaTimer, *, at: datetime, known_at: datetime) -> None:
    in_time = timer.due_at is None or at <= timer.due_at
    if in_time and timer.state == State.BREACHED:
        _tell(timer, SlaEvent.Kind.ANNULLED, at=known_at)
    if not in_time and timer.state != State.BREACHED:
        _tell(timer, SlaEvent.Kind.BREACH, at=known_at)
    _end(timer, State.MET if in_time else State.BREACHED, at=at)


def _end(timer: SlaTimer, state: str, *, at: datetime) -> None:
    SlaTimer.objects.filter(pk=timer.pk).update(
        state=state, closed_at=at, running_since=None, due_at=timer.due_at or at,
        consumed_s=_consumed(timer, at),
    )  # fmt: skip
    timer.alarms.filter(state=SlaAlarm.State.PENDING).update(state=SlaAlarm.State.CANCELLED)


def _consumed(timer: SlaTimer, at: datetime) -> int:
    if timer.state == State.PAUSED:
        return timer.consumed_s
    if timer.running_since is None:
        # Closed before: earlier evidence shortens the one stretch that it ran.
        return promise_of(timer).elapsed(timer.started_at, at)
    return timer.consumed_s + promise_of(timer).elapsed(timer.running_since, at)


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
    of_them = _held(handoff_id__in=handoff_ids, milestone=Milestone.CLAIM)
    last = {timer.handoff_id: timer for timer in of_them.order_by("handoff_id", "cycle")}.values()
    broken = [timer.pk for timer in last if timer.state == State.BREACHED]
    SlaTimer.objects.filter(pk__in=broken).update(closed_at=None, running_since=at)
    started = [_next_cycle(timer, at=at) for timer in last if timer.pk not in broken]
    SlaTimer.objects.bulk_create([timer for timer, _promise in started])
    _set_alarms(started, at=at)
    refresh_due(handoff_ids)


def _next_cycle(last: SlaTimer, *, at: datetime) -> tuple[SlaTimer, Promise]:
    promise = promise_of(last)
    consumed_s = min(last.consumed_s, last.budget_s)
    cycle = last.cycle + 1
    return _timer(last.handoff, promise, at=at, cycle=cycle, consumed_s=consumed_s), promise


def cancel(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """The handoff ended: open clocks stop without verdict. One whose deadline had passed is a breach,
    even if no sweeper saw it."""
    for timer in _held(handoff_id__in=handoff_ids, closed_at=None):
        if timer.due_at is not None and timer.due_at < at:
            _close(timer, at=at, known_at=at)
        else:
            _end(timer, State.CANCELLED, at=at)
    refresh_due(handoff_ids)


def refresh_due(handoff_ids: Collection[int]) -> None:
    """Keeps the deadline that the queue is ordered by: the earliest one still open."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE handoff_handoff h SET next_due_at = (
                   SELECT min(t.due_at) FROM handoff_slatimer t
                    WHERE t.handoff_id = h.id AND t.closed_at IS NULL)
                WHERE h.id = ANY(%s)""",
            [list(handoff_ids)],
        )


# A touch that was accepted before the deadline may still be committing.
GRACE = timedelta(seconds=1)


def ring(limit: int = 200) -> int:
    """Fires due alarms: state, event and journal entry in one statement, so in one commit.

    Any number of sweepers may run; each alarm fires once. An alarm whose clock somebody is just
    stopping is left for the next look, so that neither waits for the other. Returns how many fired."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH due AS MATERIALIZED (
                   SELECT a.id, a.kind, a.generation, t.id AS timer_id, t.due_at, t.milestone, h.lead_id
                     FROM handoff_slaalarm a
                     JOIN handoff_slatimer t ON t.id = a.timer_id
                     JOIN handoff_handoff h ON h.id = t.handoff_id
                    WHERE a.state = 'pending' AND a.fire_at <= app_now() - %s::interval
                      AND t.closed_at IS NULL AND t.due_at IS NOT NULL
                    ORDER BY a.fire_at LIMIT %s FOR NO KEY UPDATE OF a, t SKIP LOCKED),
               fired AS (UPDATE handoff_slaalarm a SET state = 'fired'
                           FROM due WHERE a.id = due.id),
               late AS (UPDATE handoff_slatimer t SET state = 'breached' FROM due
                         WHERE t.id = due.timer_id AND due.kind = 'breach'
                           AND t.state = 'running' AND t.generation = due.generation),
               noted AS (INSERT INTO handoff_slaevent (timer_id, kind, generation, due_at, fired_at)
                         SELECT timer_id, kind, generation, due_at, app_now() FROM due
                             ON CONFLICT DO NOTHING
                      RETURNING timer_id, kind, generation)
               INSERT INTO leads_journalentry
                      (lead_id, kind, at, available_at, wakes, data, attempts, error)
               SELECT due.lead_id, 'timer.rang', app_now(), app_now(), false,
                      jsonb_build_object('timer', timer_id, 'alarm', kind, 'milestone', milestone,
                                         'generation', generation), 0, ''
                 FROM noted JOIN due USING (timer_id, kind, generation)""",
            [str(GRACE), limit],
        )
        return int(cursor.rowcount)
