from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handoff.business_time import ALWAYS, WorkWeek
from handoff.week_json import CalendarError

HOUR = 3600
GOOD: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "weekly": {"0": [["09:00", "12:30"], ["13:00", "17:00"]], "4": [["22:00", "06:00"]]},
    "holidays": ["2026-12-25"],
    "overrides": {"2026-12-24": [["09:00", "12:00"]], "2026-12-31": []},
}


def given(**changes: object) -> dict[str, object]:
    return {**GOOD, **changes}


def test_it_reads_windows_holidays_and_overrides() -> None:
    week = WorkWeek.from_json(GOOD)
    assert week.weekly[0] == ((9 * HOUR, 12 * HOUR + 1800), (13 * HOUR, 17 * HOUR))
    assert week.weekly[4] == ((22 * HOUR, 30 * HOUR),)
    assert week.holidays == {date(2026, 12, 25)}
    assert week.windows(date(2026, 12, 24)) == ((9 * HOUR, 12 * HOUR),)
    assert week.windows(date(2026, 12, 25)) == ()


def test_it_writes_what_it_read() -> None:
    assert WorkWeek.from_json(GOOD).to_json() == GOOD
    assert WorkWeek.from_json(ALWAYS.to_json()) == ALWAYS
    assert hash(WorkWeek.from_json(ALWAYS.to_json())) == hash(ALWAYS)


def test_midnight_as_an_end_is_the_midnight_to_come() -> None:
    week = WorkWeek.from_json(given(weekly={"0": [["09:00", "00:00"]]}))
    assert week.weekly[0] == ((9 * HOUR, 24 * HOUR),)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "always",
        given(zone=None),
        given(zone="Europe/Atlantis"),
        given(zone="../../etc/passwd"),
        given(zone="Europe"),
        given(zone="UTC\x00"),
        given(weekly={}),
        given(weekly=[]),
        given(weekly={"0": []}),
        given(weekly={"7": [["09:00", "17:00"]]}),
        given(weekly={"mon": [["09:00", "17:00"]]}),
        given(weekly={"0": "09:00-17:00"}),
        given(weekly={"0": [["09:00"]]}),
        given(weekly={"0": [["9:00", "17:00"]]}),
        given(weekly={"0": [["09:00", "24:01"]]}),
        given(weekly={"0": [["24:00", "06:00"]]}),
        given(weekly={"0": [["09:60", "17:00"]]}),
        given(weekly={"0": [["٠٩:00", "17:00"]]}),
        given(weekly={"0": [[9, 17]]}),
        given(weekly={"0": [["09:00", "09:00"]]}),
        given(weekly={"0": [["00:00", "01:00"]] * 21}),
        given(weekly={"0": [["09:00", "17:00"], ["16:00", "18:00"]]}),
        given(weekly={"6": [["22:00", "06:00"]], "0": [["05:00", "12:00"]]}),
        given(holidays="2026-12-25"),
        given(holidays=["25.12.2026"]),
        given(holidays=["20261225"]),
        given(holidays=["2026-02-30"]),
        given(holidays=["0001-01-01"]),
        given(holidays=[20261225]),
        given(holidays=["2026-12-25"] * 2001),
        given(overrides=[]),
        given(overrides={"9999-12-31": []}),
        given(overrides={"2026-11-21": [["05:00", "08:00"]]}),
        given(overrides={"2026-11-22": [["22:00", "10:00"]]}),
    ],
)
def test_it_refuses_hours_that_cannot_be_meant_with_a_sentence(data: object) -> None:
    with pytest.raises(CalendarError) as refused:
        WorkWeek.from_json(data)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 150


def test_it_refuses_a_week_with_hardly_any_hours() -> None:
    with pytest.raises(CalendarError, match="enough working time"):
        WorkWeek.from_json({"zone": "UTC", "weekly": {"0": [["09:00", "09:10"]]}})


def test_it_refuses_two_years_of_holidays_from_the_day_of_saving() -> None:
    first = date(2027, 3, 1)
    holidays = [(first + timedelta(days=number)).isoformat() for number in range(731)]
    saved = datetime(2027, 3, 1, tzinfo=UTC)
    with pytest.raises(CalendarError, match="enough working time"):
        WorkWeek.from_json(given(holidays=holidays, overrides={}), at=saved)
