"""Moving deadlines instead of waiting for them, and running several people at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import TypeVar

from django.db import connection
from django.db.models import F

from handoff import ledger, timers
from handoff.models import Handoff, Segment, SlaAlarm, SlaTimer
from leadhub import pipeline

T = TypeVar("T")


def earlier(handoff: Handoff, by: timedelta) -> None:
    """Shifts a handoff and its clocks into the past, as if `by` had gone by since."""
    Handoff.objects.filter(pk=handoff.pk).update(
        opened_at=F("opened_at") - by,
        claimed_at=F("claimed_at") - by,
        next_due_at=F("next_due_at") - by,
    )
    SlaTimer.objects.filter(handoff=handoff).update(
        started_at=F("started_at") - by, due_at=F("due_at") - by,
        running_since=F("running_since") - by, closed_at=F("closed_at") - by,
    )  # fmt: skip
    SlaAlarm.objects.filter(timer__handoff=handoff).update(fire_at=F("fire_at") - by)
    _ledger_earlier(handoff, by)
    handoff.refresh_from_db()


def _ledger_earlier(handoff: Handoff, by: timedelta) -> None:
    """Segments are never changed: others take their place."""
    chain = list(ledger.standing([handoff.pk]))
    ids = [segment.pk for segment in chain]
    Segment.objects.filter(pk__in=ids).update(replaced_at=F("known_at"))
    previous = None
    for segment in chain:
        segment.pk, segment.previous = None, previous
        segment.started_at -= by
        segment.ended_at = segment.ended_at and segment.ended_at - by
        segment.save(force_insert=True)
        previous = segment


def ring_all() -> None:
    """Sweeps until nothing is due, and follows what rang."""
    while timers.ring():
        pass
    pipeline.drain()


def clock_of(handoff: Handoff, milestone: str = "claim", cycle: int = 1) -> SlaTimer:
    return SlaTimer.objects.get(handoff=handoff, milestone=milestone, cycle=cycle)


def at_once(*deeds: Callable[[], T]) -> list[T]:
    """Runs deeds in threads that start together, each with a connection of its own."""
    gate = Barrier(len(deeds))

    def run(deed: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(run, deed) for deed in deeds]]


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def seconds_between(start: datetime | None, end: datetime | None) -> float:
    assert start is not None and end is not None
    return (end - start).total_seconds()
