"""The slow truth about working time: walk UTC minute by minute and look at the clock on the wall.

It says nothing about windows whose edge is a wall time that a clock change skips or repeats;
those have tests of their own.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handoff.business_time import WorkWeek

DAY = 86_400
MINUTE = timedelta(minutes=1)
MOST_MINUTES = 60 * 24 * 60


def is_open(week: WorkWeek, moment: datetime) -> bool:
    wall = moment.astimezone(ZoneInfo(week.zone))
    second = wall.hour * 3600 + wall.minute * 60 + wall.second
    return _covers(week, wall.date(), second) or _covers(
        week, wall.date() - timedelta(days=1), second + DAY
    )


def _covers(week: WorkWeek, day: date, second: int) -> bool:
    if day in week.overrides:
        windows = week.overrides[day]
    elif day in week.holidays:
        windows = ()
    else:
        windows = week.weekly.get(day.weekday(), ())
    return any(opening <= second < closing for opening, closing in windows)


def between(week: WorkWeek, start: datetime, end: datetime) -> int:
    minutes = int((end - start) / MINUTE)
    return 60 * sum(is_open(week, start + number * MINUTE) for number in range(minutes))


def add(week: WorkWeek, start: datetime, seconds: int) -> datetime:
    left = seconds // 60
    for number in range(MOST_MINUTES):
        moment = start + number * MINUTE
        if left == 0 and is_open(week, moment):
            return moment
        if left and is_open(week, moment):
            left -= 1
            if left == 0:
                return moment + MINUTE
    raise OverflowError
