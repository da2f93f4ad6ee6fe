"""What befalls clocks when processes stop, machines disagree about the time, or somebody writes nonsense."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts import clock
from accounts.models import User
from handoff import timers
from handoff.business_time import WorkWeek, add, is_open, next_closing, next_opening
from handoff.examples import moment
from handoff.models import Handoff, Notification, SlaEvent
from handoff.week_json import CalendarError
from leadhub import invariants, pipeline
from leads.models import JournalEntry
from tests import factories
from tests.handoff.moments import clock_of

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


def test_after_an_hour_without_workers_every_alarm_rings_once_late_and_marked_so(
    live_model: object, team: object, sdr: User, manager: User, move_clock: Move
) -> None:
    opened = factories.make_mqls(*[{}] * 5)
    move_clock(timedelta(hours=2))
    while timers.ring(limit=3):
        pipeline.drain()
    events = SlaEvent.objects.filter(timer__milestone="claim")
    assert sorted(events.values_list("kind", flat=True)) == ["breach"] * 5 + ["warn"] * 5
    breaches = events.filter(kind="breach")
    assert all(3500 < event.late_s < 3700 for event in breaches)
    assert all(event.fired_at - event.due_at > timedelta(minutes=58) for event in breaches)
    # What the deadline overtook is not told, although its alarm was followed before the deadline's.
    assert not Notification.objects.filter(kind="warn").exists()
    notes = Notification.objects.filter(user=manager, kind="breach")
    assert notes.count() == 5
    assert all("late." in note.text for note in notes)
    assert JournalEntry.objects.filter(kind="timer.rang").count() == SlaEvent.objects.count()
    while timers.ring():
        pass
    pipeline.drain()
    assert notes.count() == 5
    assert len(opened) == 5
    assert [b.promise for b in invariants.check()] == []


def test_an_alarm_in_time_is_not_called_late(
    handoff: Handoff, manager: User, move_clock: Move
) -> None:
    move_clock(timedelta(minutes=60, seconds=5))
    timers.ring()
    pipeline.drain()
    assert SlaEvent.objects.get(kind="breach").late_s < 60
    assert "late." not in Notification.objects.get(user=manager, kind="breach").text


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_machine_whose_clock_is_wrong_fires_nothing_early_and_nothing_late(
    handoff: Handoff, move_clock: Move, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    wrong = datetime.now(UTC) + timedelta(hours=hours)
    monkeypatch.setattr("time.time", lambda: wrong.timestamp())
    assert timers.ring() == 0
    assert abs(clock.now() - wrong) > timedelta(hours=1)
    move_clock(timedelta(minutes=61))
    while timers.ring():
        pass
    assert clock_of(handoff).state == "breached"
    assert SlaEvent.objects.get(kind="breach").late_s < 120


NIGHTS = {"zone": "Europe/Berlin", "weekly": {"5": [["22:00", "06:00"]]}}


@pytest.mark.parametrize(
    ("evening", "closes", "berlin", "new_york"),
    [
        # The clock is set back at three: the shift lasts nine hours.
        (datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC),
         "Sun 06:00", "Sun 01:00"),
        # It is set forward at two: the shift lasts seven; New York has changed three weeks before.
        (datetime(2026, 3, 28, 21, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC),
         "Sun 06:00", "Sun 00:00"),
    ],
)  # fmt: skip
def test_a_shift_over_the_night_of_a_clock_change_is_shown_right_in_two_zones(
    evening: datetime, closes: datetime, berlin: str, new_york: str
) -> None:
    week = WorkWeek.from_json(NIGHTS)
    assert is_open(week, evening)
    assert not is_open(week, evening - timedelta(seconds=1))
    assert next_opening(week, evening - timedelta(hours=3)) == evening
    assert next_closing(week, evening) == closes
    assert moment(closes, "Europe/Berlin") == berlin
    assert moment(closes, "America/New_York") == new_york
    due = add(week, evening, 5 * 3600)
    assert moment(due, "Europe/Berlin") == ("Sun 02:00" if closes.month == 10 else "Sun 04:00")
    assert moment(due, "America/New_York") == ("Sat 21:00" if closes.month == 10 else "Sat 22:00")


@pytest.mark.parametrize(
    ("week", "reason"),
    [
        ({"zone": "UTC", "weekly": {}}, "at least one day"),
        ({"zone": "UTC", "weekly": {"0": []}}, "at least one day"),
        ({"zone": "UTC", "weekly": {"0": [["17:00", "09:00"]]}}, "wrong way round"),
        ({"zone": "UTC", "weekly": {"0": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "overlap"),
        ({"zone": "UTC", "weekly": {"0": [["22:00", "06:00"]], "1": [["05:00", "09:00"]]}}, "overlap"),
        ({"zone": "UTC", "weekly": {"0": [["09:00", "17:00"]]}, "holidays": ["9999-12-31"]}, "not a day"),
        ({"zone": "UTC", "weekly": {"0": [["09:00", "17:00"]]},
          "holidays": [(datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=7 * n)).date().isoformat()
                       for n in range(200)]}, "730 days"),
    ],
)  # fmt: skip
def test_hours_that_give_no_time_are_refused_and_never_walked_for_ever(
    week: dict[str, object], reason: str
) -> None:
    with pytest.raises(CalendarError, match=reason):
        WorkWeek.from_json(week, at=datetime(2026, 1, 1, tzinfo=UTC))


def test_seven_hundred_and_thirty_holidays_are_a_week_like_any_other() -> None:
    first = datetime(2030, 1, 1, tzinfo=UTC)
    days = [(first + timedelta(days=n)).date().isoformat() for n in range(730)]
    week = WorkWeek.from_json({**factories.ALWAYS, "holidays": days})
    assert add(week, datetime(2029, 12, 31, 23, tzinfo=UTC), 3600) == first
    with pytest.raises(CalendarError, match="730 days"):
        add(week, first, 1)
