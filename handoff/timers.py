"""Clocks: started, stopped, continued, and swept. A set of handoffs at a time."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from handoff import chains
from handoff.models import Handoff, SlaAlarm, SlaEvent, SlaTimer
from handoff.promises import Promise, Promises, promise_of
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
    set_alarms(started, at=at)


def fresh(handoff: Handoff, promise: Promise, *, at: datetime, cycle: int = 1) -> SlaTimer:
    """A clock that starts now with all of its time, not written yet."""
    return SlaTimer(
        handoff=handoff, milestone=promise.milestone, cycle=cycle, budget_s=promise.budget(at),
        policy_version_id=promise.policy_version_id,
        calendar_version_id=promise.calendar_version_id,
        started_at=at, running_since=at, due_at=promise.due(at),
    )  # fmt: skip


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


def stop(
    handoff_ids: Sequence[int], milestone: str, *, at: datetime, known_at: datetime | None = None
) -> None:
    """What was promised was done at `at`: met if not after the deadline.

    `at` may lie before `known_at`, when we learnt of it, and even before the clock was closed: the
    earliest evidence decides. Too late is a breach, told once even if no sweeper saw it; a breach
    that the evidence disproves is annulled, and nothing is deleted. The caller holds the leads."""
    open_or_later = Q(closed_at=None) | Q(closed_at__gt=at)
    for timer in held(open_or_later, handoff_id__in=handoff_ids, milestone=milestone):
        close(timer, at=at, known_at=known_at or at)
    refresh_due(handoff_ids)


def held(*conditions: Q, **more: Any) -> QuerySet[SlaTimer]:
    """Clocks under their locks, with all that reckoning with them needs. The caller holds the leads."""
    return (
        SlaTimer.objects.select_for_update(of=("self",), no_key=True)
        .filter(*conditions, **more)
        .select_related("policy_version", "calendar_version", "handoff").order_by("id")
    )  # fmt: skip


def close(timer: SlaTimer, *, at: datetime, known_at: datetime) -> None:
    """The deed was done at `at`, as we know since `known_at`: the verdict on a clock that is held."""
    in_time = timer.due_at is None or at <= timer.due_at
    if in_time and timer.state == State.BREACHED and not timer.cause:
        _tell(timer, SlaEvent.Kind.ANNULLED, at=known_at)
    if not in_time and timer.state != State.BREACHED:
        _tell(timer, SlaEvent.Kind.BREACH, at=known_at)
    end(timer, State.MET if in_time else State.BREACHED, at=at)


def end(timer: SlaTimer, state: str, *, at: datetime) -> None:
    SlaTimer.objects.filter(pk=timer.pk).update(
        state=state, closed_at=at, running_since=None, due_at=timer.due_at or at,
        consumed_s=consumed(timer, at), cause="" if state == State.MET else timer.cause,
    )  # fmt: skip
    silence([timer.pk])


def silence(timer_ids: Sequence[int]) -> None:
    """Alarms of these clocks that have not rung will not."""
    pending = SlaAlarm.objects.filter(timer__in=timer_ids, state=SlaAlarm.State.PENDING)
    pending.update(state=SlaAlarm.State.CANCELLED)


def consumed(timer: SlaTimer, at: datetime) -> int:
    """How many seconds of its time a clock had used at a moment, also at one before it was closed or rested."""
    promise = promise_of(timer)
    if timer.running_since is not None and timer.running_since <= at:
        return timer.consumed_s + promise.elapsed(timer.running_since, at)
    if timer.state == State.PAUSED and not timer.handoff.pauses.filter(started_at__gt=at).exists():
        return timer.consumed_s
    rests = timer.handoff.pauses.filter(started_at__lt=at, ended_at__gt=timer.started_at)
    rested = sum(
        promise.elapsed(max(rest.started_at, timer.started_at), min(rest.ended_at or at, at))
        for rest in rests
    )
    return max(0, promise.elapsed(timer.started_at, at) - rested)


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
    SlaTimer.objects.filter(pk__in=broken).update(closed_at=None, running_since=at)
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
    for timer in held(handoff_id__in=handoff_ids, closed_at=None):
        if timer.due_at is not None and timer.due_at < at:
            close(timer, at=at, known_at=at)
        else:
            end(timer, State.CANCELLED, at=at)
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
GRACE = timedelta(seconds=2)


def ring(limit: int = 200) -> int:
    """Fires due alarms: state, event and journal entry in one statement, so in one commit.

    Any number of sweepers may run; each alarm fires once. An alarm whose clock somebody is just
    stopping is left for the next look, so that neither waits for the other. What could not ring in time,
    since everything was down, rings now and says by how many seconds it is late. Returns how many fired."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH due AS MATERIALIZED (
                   SELECT a.id, a.kind, a.step, a.generation, a.fire_at, t.id AS timer_id, t.due_at, t.milestone,
                          h.lead_id, extract(epoch FROM app_now() - a.fire_at - %s::interval)::int AS late_s
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
                 FROM noted JOIN due USING (timer_id, kind, step, generation) ORDER BY fire_at, id""",
            [str(GRACE), str(GRACE), limit],
        )
        return int(cursor.rowcount)
