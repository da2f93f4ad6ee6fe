"""Quiet hours end, and not before they should."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.notifications.quiet import Quiet, ends_at

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ZONES = [
    "UTC",
    "Europe/Lisbon",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
]
HOURS = st.one_of(
    st.none(), st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1])
)


@settings(max_examples=150)
@given(
    zone=st.sampled_from(ZONES),
    hours=HOURS,
    days=st.frozensets(st.integers(0, 6), max_size=6),
    at=st.integers(0, 365 * 86400).map(lambda seconds: NOON + timedelta(seconds=seconds)),
)
def test_quiet_hours_end_and_not_before_they_should(
    zone: str, hours: tuple[time, time] | None, days: frozenset[int], at: datetime
) -> None:
    starts, ends = hours or (None, None)
    quiet = Quiet(zone, starts, ends, days)
    end = ends_at(quiet, at)
    assert at <= end <= at + timedelta(days=9)
    assert ends_at(quiet, end) == end
    moment = at
    while moment < end:
        assert ends_at(quiet, moment) == end
        moment += timedelta(hours=5, minutes=7)


def test_quiet_hours_over_a_night_of_another_time_end_by_the_clock_on_the_wall() -> None:
    quiet = Quiet("Europe/Lisbon", time(22), time(7))
    for night in (date(2026, 3, 28), date(2026, 10, 24)):
        at = datetime.combine(night, time(23), tzinfo=ZoneInfo("Europe/Lisbon"))
        end = ends_at(quiet, at).astimezone(ZoneInfo("Europe/Lisbon"))
        assert (end.date(), end.time()) == (night + timedelta(days=1), time(7))
