"""Hours and targets changed for clocks that run: what they used stays used, and no storm breaks loose."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from handoff import claims, pauses, promise_changes, promise_versions, sla, timers, touches
from handoff.business_time import WorkWeek
from handoff.models import (
    Handoff,
    Notification,
    SlaAlarm,
    SlaEvent,
    SlaPolicy,
    SlaPolicyVersion,
    SlaTimer,
)
from leadhub import invariants, pipeline
from leads.models import JournalEntry
from tests import factories
from tests.handoff.moments import clock_of, minutes, seconds_between

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


def change(minutes: int, by: User) -> SlaPolicyVersion:
    """A new version of the only policy, applied to what runs."""
    targets = {name: {"minutes": minutes, "clock": "business"} for name in ("claim", "first_touch")}
    version = promise_versions.set_targets(
        SlaPolicy.objects.get(), targets, warn_percent=75, at=factories.now()
    )
    promise_changes.ask(version, by=by, at=factories.now())
    work_off()
    return version


def work_off() -> None:
    while promise_changes.advance(factories.now()):
        pass
    pipeline.drain()


def test_what_was_used_stays_used(handoff: Handoff, manager: User, move_clock: Move) -> None:
    move_clock(minutes(20))
    started = clock_of(handoff).started_at
    version = change(30, manager)
    timer = clock_of(handoff)
    assert seconds_between(started, timer.due_at) == pytest.approx(1800, abs=2)
    assert (timer.policy_version, timer.state, timer.generation) == (version, "running", 2)
    assert set(SlaAlarm.objects.filter(timer=timer, state="pending").values_list("kind")) == {
        ("warn",),
        ("breach",),
    }
    handoff.refresh_from_db()
    assert handoff.next_due_at == timer.due_at


def test_who_is_late_by_the_change_alone_is_marked_and_rings_nobody(
    handoff: Handoff, manager: User, move_clock: Move
) -> None:
    move_clock(minutes(20))
    was = clock_of(handoff).due_at
    change(10, manager)
    timer = clock_of(handoff)
    assert (timer.state, timer.cause) == ("breached", "change")
    timers.ring()
    pipeline.drain()
    assert not SlaEvent.objects.exists()
    assert not Notification.objects.filter(kind="breach").exists()
    assert not SlaTimer.objects.filter(sla.late(at=factories.now())).exists()
    told = Notification.objects.get(user=manager, kind="moved")
    assert "2 moved, 2 of them" in told.text
    entry = JournalEntry.objects.filter(kind="timer.moved", data__milestone="claim").get()
    assert was is not None
    assert timer.due_at is not None
    assert (entry.data["from"], entry.data["to"]) == (was.isoformat(), timer.due_at.isoformat())
    assert [b for b in invariants.check() if "deadline" in b.promise or "clock" in b.promise] == []


def test_a_touch_keeps_it_quiet_whatever_the_change_made_of_it(
    handoff: Handoff, manager: User, move_clock: Move
) -> None:
    before = factories.now()
    move_clock(minutes(20))
    change(10, manager)
    touches.log(handoff.lead, kind="call", by=None, at=factories.now(), occurred_at=before)
    timer = clock_of(handoff, "first_touch")
    assert (timer.state, timer.cause) == ("met", "")
    assert not SlaEvent.objects.exists()


def test_without_applying_nothing_moves(handoff: Handoff) -> None:
    before = clock_of(handoff).due_at
    targets = {"claim": {"minutes": 1, "clock": "calendar"}}
    promise_versions.set_targets(
        SlaPolicy.objects.get(), targets, warn_percent=75, at=factories.now()
    )
    work_off()
    assert clock_of(handoff).due_at == before


def test_a_clock_that_rests_gets_the_new_time_when_it_goes_on(
    handoff: Handoff, sdr: User, manager: User, move_clock: Move
) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    move_clock(minutes(60))
    pauses.pause(handoff, reason="Fair", until=None, by=sdr, at=factories.now())
    used = clock_of(handoff, "first_touch").consumed_s
    change(120, manager)
    assert clock_of(handoff, "first_touch").state == "paused"
    resumed = factories.now()
    pauses.resume(handoff, by=sdr, at=resumed)
    due = clock_of(handoff, "first_touch").due_at
    assert seconds_between(resumed, due) == pytest.approx(7200 - used, abs=2)


def test_one_that_rests_and_used_more_than_it_has_now_is_broken_by_the_change(
    handoff: Handoff, sdr: User, manager: User, move_clock: Move
) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    move_clock(minutes(60))
    pauses.pause(handoff, reason="Fair", until=None, by=sdr, at=factories.now())
    change(10, manager)
    timer = clock_of(handoff, "first_touch")
    assert (timer.state, timer.cause, timer.closed_at) == ("breached", "change", None)
    assert pauses.resume(handoff, by=sdr, at=factories.now())
    timers.ring()
    pipeline.drain()
    assert not SlaEvent.objects.filter(timer=timer).exists()
    assert invariants.check() == []


def test_new_hours_can_be_applied_too(handoff: Handoff, manager: User) -> None:
    closed_today = {
        **factories.ALWAYS,
        "overrides": {
            (factories.now() + timedelta(days=day)).date().isoformat(): [] for day in (-1, 0)
        },
    }
    assert handoff.team is not None
    version = promise_versions.set_hours(
        handoff.team, WorkWeek.from_json(closed_today), at=factories.now()
    )
    seen = promise_changes.preview(version, at=factories.now())
    assert (seen.running, seen.later, seen.broken) == (2, 2, 0)
    promise_changes.ask(version, by=manager, at=factories.now())
    work_off()
    due = clock_of(handoff).due_at
    assert due is not None
    assert due.date() > factories.now().date()
    assert clock_of(handoff).calendar_version == version


def test_a_preview_counts_what_would_be_overdue_and_changes_nothing(
    handoff: Handoff, move_clock: Move
) -> None:
    move_clock(minutes(20))
    policy = SlaPolicy.objects.get()
    targets = {"claim": {"minutes": 5, "clock": "business"}}
    seen = promise_changes.preview(
        SlaPolicyVersion(policy=policy, targets=targets, warn_percent=75), at=factories.now()
    )
    assert (seen.running, seen.earlier, seen.broken) == (2, 1, 1)
    assert [move.timer.milestone for move in seen.shown] == ["claim"]
    assert clock_of(handoff).generation == 1


def test_thousands_of_clocks_move_in_pieces_with_one_note(
    handoff: Handoff, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promise_changes, "PIECE", 2)
    for _n in range(3):
        factories.make_mql()
    change(30, manager)
    assert SlaTimer.objects.filter(budget_s=1800, generation=2).count() == 8
    assert Notification.objects.filter(kind="moved").count() == 1
    assert not promise_changes.advance(factories.now())
