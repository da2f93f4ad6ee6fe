"""Clocks: started, stopped, continued, and swept. A set of handoffs at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection

from handoff.models import Handoff, SlaAlarm, SlaEvent, SlaTimer
from handoff.promises import Promise, Promises, promise_of
from leads import journal

State = SlaTimer.State
Milestone = SlaTimer.Milestone


def start(handoffs: Sequence[Handoff], *, at: datetime) -> None:
    """Starts the clocks that the policies promise for these handoffs, with a warning and a breach alarm each."""
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


def stop(handoff_ids: Sequence[int], milestone: str, *, at: datetime) -> None:
    """The promise was kept at `at` (which may lie in the past): met if not after the deadline.

    Too late is a breach, told once even if no sweeper saw it; a breach that the evidence disproves is
    annulled, and nothing is deleted. The caller holds the leads' locks."""
    timers = (
        SlaTimer.objects.select_for_update(of=("self",))
        .filter(handoff_id__in=handoff_ids, milestone=milestone, closed_at=None)
        .select_related("policy_version", "calendar_version", "handoff")
        .order_by("id")
    )
    for timer in timers:
        _close(timer, at=at)
    refresh_due(handoff_ids)


def _close(timer: SlaTimer, *, at: datetime) -> None:
    in_time = timer.due_at is None or at <= timer.due_at
    if in_time and timer.state == State.BREACHED:
        _note(timer, SlaEvent.Kind.ANNULLED, at=at)
    if not in_time and timer.state != State.BREACHED and _note(timer, SlaEvent.Kind.BREACH, at=at):
        _ring(timer, SlaEvent.Kind.BREACH, at=at)
    state = State.MET if in_time else State.BREACHED
    due_at = timer.due_at or at
    SlaTimer.objects.filter(pk=timer.pk).update(
        state=state, closed_at=at, running_since=None, due_at=due_at,
        consumed_s=_consumed(timer, at),
    )  # fmt: skip
    timer.alarms.filter(state=SlaAlarm.State.PENDING).update(state=SlaAlarm.State.CANCELLED)


def _consumed(timer: SlaTimer, at: datetime) -> int:
    if timer.running_since is None:
        return timer.consumed_s
    return timer.consumed_s + promise_of(timer).elapsed(timer.running_since, at)


def _note(timer: SlaTimer, kind: str, *, at: datetime) -> bool:
    """Writes the event unless it stands already; says whether it was new."""
    made = SlaEvent.objects.get_or_create(
        timer=timer, kind=kind, generation=timer.generation,
        defaults={"due_at": timer.due_at or at, "fired_at": at},
    )  # fmt: skip
    return made[1]


def _ring(timer: SlaTimer, kind: str, *, at: datetime) -> None:
    data = {"timer": timer.pk, "alarm": kind, "generation": timer.generation}
    journal.write("timer.rang", [timer.handoff.lead_id], at=at, data=data)


def resume_claim(handoff: Handoff, *, at: datetime) -> None:
    """A released lead is unclaimed again: its claim clock goes on with the time it had left."""
    last = (
        SlaTimer.objects.filter(handoff=handoff, milestone=Milestone.CLAIM)
        .select_related("policy_version", "calendar_version").order_by("-cycle").first()
    )  # fmt: skip
    if last is None:
        return
    promise = promise_of(last)
    timer = _timer(
        handoff, promise, at=at, cycle=last.cycle + 1,
        consumed_s=min(last.consumed_s, last.budget_s),
    )  # fmt: skip
    timer.save()
    _set_alarms([(timer, promise)], at=at)
    refresh_due([handoff.pk])


def cancel(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """The handoff ended: open clocks stop without verdict; what was breached stays breached."""
    timers = SlaTimer.objects.filter(handoff_id__in=handoff_ids, closed_at=None)
    SlaAlarm.objects.filter(timer__in=timers, state=SlaAlarm.State.PENDING).update(
        state=SlaAlarm.State.CANCELLED
    )
    timers.filter(state=State.RUNNING).update(state=State.CANCELLED, closed_at=at)
    timers.filter(state=State.BREACHED).update(closed_at=at)
    refresh_due(handoff_ids)


def refresh_due(handoff_ids: Sequence[int]) -> None:
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

    Any number of sweepers may run; each alarm fires once. Returns how many fired."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH due AS MATERIALIZED (
                   SELECT a.id, a.timer_id, a.kind, a.generation FROM handoff_slaalarm a
                    WHERE a.state = 'pending' AND a.fire_at <= app_now() - %s
                    ORDER BY a.fire_at LIMIT %s FOR UPDATE SKIP LOCKED),
               fired AS (UPDATE handoff_slaalarm a SET state = 'fired' FROM due WHERE a.id = due.id),
               late AS (UPDATE handoff_slatimer t SET state = 'breached' FROM due
                         WHERE t.id = due.timer_id AND due.kind = 'breach' AND t.state = 'running'
                           AND t.generation = due.generation),
               noted AS (INSERT INTO handoff_slaevent (timer_id, kind, generation, due_at, fired_at)
                         SELECT t.id, due.kind, due.generation, t.due_at, app_now()
                           FROM due JOIN handoff_slatimer t ON t.id = due.timer_id
                          WHERE t.closed_at IS NULL AND t.due_at IS NOT NULL
                             ON CONFLICT DO NOTHING
                      RETURNING timer_id, kind, generation)
               INSERT INTO leads_journalentry
                      (lead_id, kind, at, available_at, wakes, data, attempts, error)
               SELECT h.lead_id, 'timer.rang', app_now(), app_now(), false,
                      jsonb_build_object('timer', n.timer_id, 'alarm', n.kind,
                                         'generation', n.generation), 0, ''
                 FROM noted n JOIN handoff_slatimer t ON t.id = n.timer_id
                 JOIN handoff_handoff h ON h.id = t.handoff_id""",
            [GRACE, limit],
        )
        return int(cursor.rowcount)
