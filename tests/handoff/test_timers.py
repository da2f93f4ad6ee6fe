"""Clocks: when they are due, how they end, and that each alarm is told once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Team, User
from handoff import claims, handoffs, timers, touches
from handoff.models import (
    Handoff,
    Notification,
    SlaAlarm,
    SlaEvent,
    SlaPolicy,
    SlaPolicyVersion,
    SlaTimer,
)
from handoff.promises import Promises
from leadhub import pipeline, tasks
from leads import journal
from leads.models import JournalEntry
from tests import factories
from tests.handoff.moments import clock_of, earlier, minutes, ring_all, seconds_between

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]

OFFICE = {
    "zone": "Europe/Berlin",
    "weekly": {str(day): [["09:00", "17:00"]] for day in range(5)},
    "holidays": [],
    "overrides": {},
}


def events(handoff: Handoff) -> list[tuple[str, str]]:
    found = SlaEvent.objects.filter(timer__handoff=handoff).order_by("id")
    return list(found.values_list("timer__milestone", "kind"))


def test_an_hour_from_friday_half_past_four_ends_on_monday_half_past_nine(db: None) -> None:
    team = factories.make_team(minutes=60, week=OFFICE)
    claim, first_touch = Promises().of(Handoff(team=team, band="mql"))
    friday = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    assert claim.milestone == "claim"
    assert claim.due(friday) == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert first_touch.due(friday) == datetime(2026, 11, 23, 11, 30, tzinfo=UTC)


def test_a_promise_in_calendar_time_does_not_wait_for_office_hours(db: None) -> None:
    team = factories.make_team(minutes=60, week=OFFICE)
    version = SlaPolicyVersion.objects.get(policy__team=team)
    version.targets["claim"]["clock"] = "calendar"
    version.save()
    claim, _first_touch = Promises().of(Handoff(team=team, band="mql"))
    night = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert claim.due(night) == night + minutes(60)


def test_the_first_policy_that_fits_applies(team: Team) -> None:
    fast = SlaPolicy.objects.create(name="Hot leads", order=0, band="sales_ready")
    targets = {"claim": {"minutes": 5, "clock": "business"}}
    SlaPolicyVersion.objects.create(
        policy=fast, number=1, targets=targets, created_at=factories.now()
    )
    promises = Promises()
    assert [p.seconds for p in promises.of(Handoff(team=team, band="sales_ready"))] == [300]
    assert [p.seconds for p in promises.of(Handoff(team=team, band="mql"))] == [3600, 14400]
    assert promises.of(Handoff(band="mql")) == []


def test_a_claim_in_time_meets_its_promise_and_rings_nothing(handoff: Handoff, sdr: User) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    timer = clock_of(handoff)
    assert timer.state == "met"
    assert set(timer.alarms.values_list("state", flat=True)) == {"cancelled"}
    assert events(handoff) == []


def test_it_warns_first_and_then_breaches(handoff: Handoff, sdr: User, manager: User) -> None:
    earlier(handoff, minutes(50))
    ring_all()
    assert events(handoff) == [("claim", "warn")]
    assert Notification.objects.get(user=sdr, kind="warn").text.startswith(handoff.lead.name)
    earlier(handoff, minutes(11))
    ring_all()
    assert events(handoff) == [("claim", "warn"), ("claim", "breach")]
    assert clock_of(handoff).state == "breached"
    assert Notification.objects.filter(user=manager, kind="breach").count() == 1


def test_a_warning_that_the_breach_overtook_is_not_sent(handoff: Handoff, sdr: User) -> None:
    earlier(handoff, minutes(62))
    ring_all()
    assert {kind for _milestone, kind in events(handoff)} == {"warn", "breach"}
    assert not Notification.objects.filter(kind="warn").exists()


def test_a_claim_after_the_deadline_is_a_breach_even_if_no_sweeper_saw_it(
    handoff: Handoff, sdr: User
) -> None:
    earlier(handoff, minutes(61))
    claims.take(handoff, by=sdr, at=factories.now())
    ring_all()
    assert events(handoff) == [("claim", "breach")]
    assert clock_of(handoff).state == "breached"
    assert clock_of(handoff).closed_at is not None


def test_a_claim_after_a_told_breach_tells_it_no_second_time(handoff: Handoff, sdr: User) -> None:
    earlier(handoff, minutes(62))
    ring_all()
    claims.take(handoff, by=sdr, at=factories.now())
    ring_all()
    assert [kind for _milestone, kind in events(handoff)].count("breach") == 1


def test_a_release_goes_on_with_the_time_that_was_left(handoff: Handoff, sdr: User) -> None:
    earlier(handoff, minutes(20))
    claims.take(handoff, by=sdr, at=factories.now())
    released = factories.now()
    claims.release(handoff, by=sdr, at=released)
    timer = clock_of(handoff, cycle=2)
    assert timer.state == "running"
    used = clock_of(handoff).consumed_s
    assert 20 * 60 <= used < 22 * 60
    assert seconds_between(released, timer.due_at) == pytest.approx(3600 - used, abs=1)
    handoff.refresh_from_db()
    assert handoff.next_due_at == timer.due_at


def test_the_time_a_rep_holds_a_lead_does_not_count_against_the_queue(
    handoff: Handoff, sdr: User, move_clock: Move
) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    move_clock(timedelta(hours=3))
    released = factories.now()
    claims.release(handoff, by=sdr, at=released)
    left = seconds_between(released, clock_of(handoff, cycle=2).due_at)
    assert left == pytest.approx(3600 - clock_of(handoff).consumed_s, abs=1)
    assert left > 3500


def test_a_released_lead_whose_promise_was_broken_shows_the_old_deadline_and_rings_no_more(
    handoff: Handoff, sdr: User
) -> None:
    earlier(handoff, minutes(62))
    ring_all()
    claims.take(handoff, by=sdr, at=factories.now())
    claims.release(handoff, by=sdr, at=factories.now())
    ring_all()
    handoff.refresh_from_db()
    timer = SlaTimer.objects.get(handoff=handoff, milestone="claim")
    assert (timer.state, timer.closed_at, timer.closed_by) == ("breached", None, None)
    assert handoff.next_due_at == timer.due_at
    assert SlaEvent.objects.filter(kind="breach").count() == 1


def test_an_earlier_touch_logged_later_annuls_the_breach(handoff: Handoff, manager: User) -> None:
    earlier(handoff, minutes(245))
    ring_all()
    assert ("first_touch", "breach") in events(handoff)
    happened = factories.now() - minutes(30)
    touches.log(handoff.lead, kind="call", by=None, at=factories.now(), occurred_at=happened)
    ring_all()
    timer = clock_of(handoff, "first_touch")
    assert (timer.state, timer.closed_at) == ("met", happened)
    assert events(handoff)[-1] == ("first_touch", "annulled")
    assert Notification.objects.filter(user=manager, kind="annulled").count() == 1


def test_the_earliest_touch_decides_even_when_a_late_one_was_logged_first(handoff: Handoff) -> None:
    earlier(handoff, minutes(245))
    now = factories.now()
    touches.log(handoff.lead, kind="call", by=None, at=now)
    assert clock_of(handoff, "first_touch").state == "breached"
    touches.log(handoff.lead, kind="email", by=None, at=now, occurred_at=now - minutes(60))
    assert clock_of(handoff, "first_touch").state == "met"
    handoff.refresh_from_db()
    assert handoff.first_touch_at == now - minutes(60)


def test_a_note_keeps_no_promise(handoff: Handoff) -> None:
    touches.log(handoff.lead, kind="note", note="asked around", by=None, at=factories.now())
    assert clock_of(handoff, "first_touch").state == "running"


def test_a_policy_edited_later_does_not_touch_running_clocks(handoff: Handoff, sdr: User) -> None:
    before = clock_of(handoff).due_at
    policy = SlaPolicy.objects.get()
    SlaPolicyVersion.objects.create(
        policy=policy, number=2, targets={"claim": {"minutes": 1, "clock": "calendar"}},
        created_at=factories.now(),
    )  # fmt: skip
    claims.take(handoff, by=sdr, at=factories.now())
    claims.release(handoff, by=sdr, at=factories.now())
    assert clock_of(handoff).due_at == before
    assert clock_of(handoff, cycle=2).budget_s == 3600
    assert factories.make_mql().timers.get(milestone="claim").budget_s == 60


def test_a_handoff_that_ends_cancels_its_clocks_without_a_verdict(handoff: Handoff) -> None:
    handoffs.close(handoff, state="disqualified", at=factories.now())
    assert set(handoff.timers.values_list("state", flat=True)) == {"cancelled"}
    assert not SlaAlarm.objects.filter(state="pending").exists()
    handoff.refresh_from_db()
    assert handoff.next_due_at is None


def test_a_handoff_that_ends_after_its_deadline_is_a_breach_even_unseen(handoff: Handoff) -> None:
    earlier(handoff, minutes(61))
    handoffs.close(handoff, state="disqualified", at=factories.now())
    states = dict(handoff.timers.values_list("milestone", "state"))
    assert states == {"claim": "breached", "first_touch": "cancelled"}
    assert events(handoff) == [("claim", "breach")]


def test_every_event_has_its_journal_entry(handoff: Handoff, sdr: User) -> None:
    earlier(handoff, minutes(245))
    ring_all()
    claims.take(handoff, by=sdr, at=factories.now())
    touches.log(
        handoff.lead, kind="call", by=sdr, at=factories.now(),
        occurred_at=factories.now() - minutes(200),
    )  # fmt: skip
    written = SlaEvent.objects.values_list("timer_id", "kind", "generation")
    told = [
        (entry.data["timer"], entry.data["alarm"], entry.data["generation"])
        for entry in JournalEntry.objects.filter(kind="timer.rang")
    ]
    assert sorted(told) == sorted(written)
    assert len(told) == 5


def test_an_alarm_never_fires_before_its_time(handoff: Handoff, move_clock: Move) -> None:
    assert timers.ring() == 0
    timer = clock_of(handoff)
    move_clock(timedelta(minutes=58))
    timers.ring()
    assert not SlaEvent.objects.filter(kind="breach").exists()
    move_clock(timedelta(minutes=3))
    timers.ring()
    event = SlaEvent.objects.get(kind="breach")
    assert event.due_at == timer.due_at
    assert event.fired_at > event.due_at


def test_a_deadline_does_not_wait_until_a_whole_batch_of_the_journal_is_followed(
    handoff: Handoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def comes_due(*_batch: object) -> None:
        earlier(handoff, minutes(70))

    def look(*_batch: object) -> None:
        seen.append(clock_of(handoff).state)

    monkeypatch.setitem(pipeline.STEPS, "lead.captured", [comes_due])
    monkeypatch.setitem(pipeline.STEPS, "lead.edited", [look])
    for kind in ("lead.captured", "lead.edited"):
        journal.write(kind, [handoff.lead_id], at=factories.now())
    tasks.beat()
    assert seen == ["breached"]
