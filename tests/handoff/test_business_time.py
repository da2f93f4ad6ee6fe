import os
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.business_time import (
    ALWAYS,
    WorkWeek,
    add,
    between,
    is_open,
    next_opening,
)
from handoff.week_json import CalendarError, Window
from tests.handoff import minute_oracle

HOUR = 3600
DAY = 24 * HOUR
LONG = bool(os.environ.get("LEADHUB_LONG"))

CLOCK_CHANGES = {
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Europe/London": [date(2026, 3, 29), date(2026, 10, 25)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "America/Santiago": [date(2026, 4, 5), date(2026, 9, 6)],
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 30)],
    "Asia/Kathmandu": [date(2026, 6, 1)],
    "America/Sao_Paulo": [date(2018, 11, 4), date(2018, 2, 18)],
    "Asia/Beirut": [date(2026, 3, 29), date(2026, 10, 25)],
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],
}
SCHEDULES: dict[str, dict[int, tuple[Window, ...]]] = {
    "office": dict.fromkeys(range(5), ((9 * HOUR, 17 * HOUR),)),
    "lunch break": dict.fromkeys(range(5), ((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))),
    "every day": dict.fromkeys(range(7), ((9 * HOUR, 17 * HOUR),)),
    "nights": dict.fromkeys(range(7), ((22 * HOUR, 30 * HOUR),)),
    "round the clock": dict.fromkeys(range(7), ((0, 24 * HOUR),)),
}
OFFICE = WorkWeek("Europe/Berlin", SCHEDULES["office"])


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))  # type: ignore[arg-type, misc]


# --- against the oracle -------------------------------------------------------------------


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("zone", CLOCK_CHANGES)
def test_it_agrees_with_a_walk_minute_by_minute_around_clock_changes(
    zone: str, schedule: str
) -> None:
    chance = random.Random(f"{zone} {schedule}")
    for change in CLOCK_CHANGES[zone]:
        for round_ in range(40 if LONG else 3):
            near = {change + timedelta(days=chance.choice([-1, 1, 2]))}
            holidays = frozenset(near if round_ % 3 == 2 else ())
            week = WorkWeek(zone, SCHEDULES[schedule], holidays)
            midnight = datetime.combine(change, datetime.min.time(), UTC)
            start = midnight + timedelta(minutes=chance.randrange(-2 * 1440, 2 * 1440))
            end = start + timedelta(minutes=chance.randrange(1, 3 * 1440))
            seconds = 60 * chance.randrange(0, 20 * 60)
            assert between(week, start, end) == minute_oracle.between(week, start, end)
            assert add(week, start, seconds) == minute_oracle.add(week, start, seconds)
            assert is_open(week, start) == minute_oracle.is_open(week, start)


# --- laws ---------------------------------------------------------------------------------

moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001
    datetime(2029, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
amounts = st.integers(0, 200 * HOUR)


@st.composite
def weeks(draw: st.DrawFn) -> WorkWeek:
    edges = st.lists(st.integers(0, 4 * 24), min_size=2, max_size=6, unique=True)
    weekly = {}
    for weekday in draw(st.sets(st.integers(0, 6), min_size=2)):
        quarters = sorted(draw(edges))
        pairs = zip(quarters[::2], quarters[1::2], strict=False)
        weekly[weekday] = tuple((opening * 900, closing * 900) for opening, closing in pairs)
    holidays = draw(st.frozensets(st.dates(date(2025, 1, 1), date(2026, 1, 1)), max_size=10))
    return WorkWeek(draw(st.sampled_from(sorted(CLOCK_CHANGES))), weekly, holidays)


@given(weeks(), moments, amounts)
@settings(max_examples=1000 if LONG else 100, deadline=None)
def test_what_was_added_lies_between(week: WorkWeek, start: datetime, seconds: int) -> None:
    try:
        due = add(week, start, seconds)
    except CalendarError:
        return
    assert between(week, start, due) == seconds
    assert between(week, start, due - timedelta(seconds=1)) == max(seconds - 1, 0)


@given(weeks(), moments, st.integers(0, 30 * HOUR), st.integers(0, 30 * HOUR))
@settings(max_examples=1000 if LONG else 100, deadline=None)
def test_more_time_is_never_due_earlier(
    week: WorkWeek, start: datetime, less: int, more: int
) -> None:
    less, more = sorted((less, more))
    try:
        assert add(week, start, less) <= add(week, start, more)
    except CalendarError:
        return


@given(weeks(), moments, moments, moments)
@settings(max_examples=1000 if LONG else 100, deadline=None)
def test_parts_make_the_whole(
    week: WorkWeek, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    parts = between(week, first, middle) + between(week, middle, last)
    assert parts == between(week, first, last)
    assert between(week, last, first) == 0


@given(moments, amounts)
def test_round_the_clock_is_elapsed_time(start: datetime, seconds: int) -> None:
    due = start.replace(microsecond=0) + timedelta(seconds=seconds)
    assert add(ALWAYS, start, seconds) == due
    assert between(ALWAYS, start, due) == seconds


@given(weeks(), moments)
@settings(deadline=None)
def test_the_same_moment_in_another_zone_gives_the_same_due_time(
    week: WorkWeek, start: datetime
) -> None:
    local = start.astimezone(ZoneInfo("Australia/Lord_Howe"))
    assert add(week, start, HOUR) == add(week, local, HOUR)
    assert next_opening(week, start) == next_opening(week, local)


# --- by name ------------------------------------------------------------------------------


def test_an_hour_on_friday_at_half_past_four_ends_on_monday_at_half_past_nine() -> None:
    assert add(OFFICE, berlin(2026, 11, 20, 16, 30), HOUR) == berlin(2026, 11, 23, 9, 30)


def test_time_that_ends_with_the_day_is_due_that_day() -> None:
    assert add(OFFICE, berlin(2026, 11, 20, 16), HOUR) == berlin(2026, 11, 20, 17)


def test_the_closing_moment_is_closed_and_the_opening_moment_open() -> None:
    assert is_open(OFFICE, berlin(2026, 11, 20, 9))
    assert not is_open(OFFICE, berlin(2026, 11, 20, 17))
    assert next_opening(OFFICE, berlin(2026, 11, 20, 17)) == berlin(2026, 11, 23, 9)
    assert next_opening(OFFICE, berlin(2026, 11, 20, 10)) == berlin(2026, 11, 20, 10)


def test_an_override_opens_a_holiday() -> None:
    christmas = date(2026, 12, 25)
    closed = WorkWeek("Europe/Berlin", SCHEDULES["office"], frozenset({christmas}))
    opened = WorkWeek(
        closed.zone, closed.weekly, closed.holidays, {christmas: ((10 * HOUR, 12 * HOUR),)}
    )
    day = berlin(2026, 12, 25), berlin(2026, 12, 26)
    assert between(closed, *day) == 0
    assert between(opened, *day) == 2 * HOUR


def test_a_night_shift_belongs_to_the_day_it_begins() -> None:
    nights = WorkWeek("UTC", {0: ((22 * HOUR, 30 * HOUR),)}, frozenset({date(2026, 11, 24)}))
    tuesday = datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert is_open(nights, tuesday)
    assert not is_open(nights, tuesday + timedelta(hours=1))


def test_a_night_shift_lasts_an_hour_longer_when_the_clock_is_set_back() -> None:
    nights = WorkWeek("Europe/Berlin", {5: ((22 * HOUR, 30 * HOUR),)})
    assert between(nights, berlin(2026, 10, 24), berlin(2026, 10, 26)) == 9 * HOUR
    assert between(nights, berlin(2026, 3, 28), berlin(2026, 3, 30)) == 7 * HOUR


def test_an_edge_in_the_repeated_hour_is_its_first_occurrence() -> None:
    early = WorkWeek("Europe/Berlin", {6: ((0, 2 * HOUR + 1800),)})
    late = WorkWeek("Europe/Berlin", {6: ((2 * HOUR + 1800, 4 * HOUR),)})
    sunday = berlin(2026, 10, 25), berlin(2026, 10, 26)
    assert between(early, *sunday) == 2 * HOUR + 1800
    assert between(late, *sunday) == 2 * HOUR + 1800


def test_an_edge_in_the_skipped_hour_is_moved_by_the_clock_change() -> None:
    sunday = berlin(2026, 3, 29), berlin(2026, 3, 30)
    late = WorkWeek("Europe/Berlin", {6: ((2 * HOUR + 1800, 5 * HOUR),)})
    inside = WorkWeek("Europe/Berlin", {6: ((2 * HOUR, 2 * HOUR + 1800),)})
    gone = WorkWeek("Europe/Berlin", {6: ((2 * HOUR + 1800, 3 * HOUR),)})
    assert between(late, *sunday) == HOUR + 1800
    assert between(inside, *sunday) == 1800
    assert between(gone, *sunday) == 0


def test_a_day_that_a_country_skipped_is_not_counted_twice() -> None:
    samoa = WorkWeek("Pacific/Apia", SCHEDULES["every day"])
    week = datetime(2011, 12, 27, 12, tzinfo=UTC), datetime(2012, 1, 3, 12, tzinfo=UTC)
    assert between(samoa, *week) == minute_oracle.between(samoa, *week)


def test_clocks_set_back_across_midnight_keep_every_minute_of_the_day_before() -> None:
    newfoundland = WorkWeek("America/St_Johns", SCHEDULES["round the clock"])
    for quarter in range(8):
        moment = datetime(2009, 11, 1, 1, 45, tzinfo=UTC) + quarter * timedelta(minutes=15)
        assert add(newfoundland, moment, HOUR) == moment + timedelta(hours=1)
        assert between(newfoundland, moment, moment + timedelta(days=40)) == 40 * DAY


# --- bounds -------------------------------------------------------------------------------


def test_a_week_that_never_opens_is_an_error_and_not_an_endless_walk() -> None:
    with pytest.raises(CalendarError, match="730 days"):
        add(WorkWeek("UTC", {}), datetime(2026, 1, 1, tzinfo=UTC), 1)


def test_more_time_than_the_horizon_holds_is_an_error() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert add(ALWAYS, start, 730 * DAY) == start + timedelta(days=730)
    with pytest.raises(CalendarError):
        add(ALWAYS, start, 730 * DAY + 1)


@pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
def test_moments_far_away_are_refused(year: int) -> None:
    with pytest.raises(CalendarError, match="1970 to 2199"):
        add(ALWAYS, datetime(year, 6, 1, tzinfo=UTC), 1)


def test_the_last_days_that_can_be_told_do_not_overflow() -> None:
    last = datetime(2199, 12, 31, tzinfo=UTC)
    assert is_open(ALWAYS, last)
    assert between(ALWAYS, datetime(1970, 1, 1, tzinfo=UTC), last) == int(last.timestamp())


def test_a_moment_without_a_zone_and_a_negative_time_are_mistakes_of_ours() -> None:
    with pytest.raises(ValueError, match="zone"):
        between(ALWAYS, datetime(2026, 1, 1), datetime(2026, 1, 2))  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        add(ALWAYS, datetime(2026, 1, 1, tzinfo=UTC), -1)
