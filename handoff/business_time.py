"""Working hours: when a team is open, and how much working time lies between two moments.

A week is written in wall-clock time of one zone. Windows are turned into UTC seconds at their
edges (a wall time that occurs twice means the first, one that a clock change skips means what
it would have been without the change); adding and subtracting is done in UTC seconds only.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import sub
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from handoff.spans import Block, union
from handoff.week_json import (
    DAY,
    CalendarError,
    Window,
    read_holidays,
    read_names,
    read_overrides,
    read_weekly,
    read_zone,
    refuse_overlap,
    windows_as_text,
)

HORIZON_DAYS = 730
BLOCK_DAYS = 28
DRY_RUN_SECONDS = 40 * 3600
DRY_RUN_START = datetime(2026, 1, 5, tzinfo=UTC)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class WorkWeek:
    """The hours of a team: windows by weekday (0 is Monday), in wall time of an IANA zone.

    A window belongs to the day on which it opens and may close up to a day after midnight.
    Overrides beat holidays, holidays beat the weekly hours.
    """

    zone: str
    weekly: Mapping[int, tuple[Window, ...]]
    holidays: frozenset[date] = frozenset()
    overrides: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    # What holidays are called; nothing is reckoned with it.
    names: Mapping[date, str] = field(default_factory=dict, compare=False)
    horizon_days: int = HORIZON_DAYS

    @classmethod
    def from_json(cls, data: object, *, at: datetime = DRY_RUN_START) -> Self:
        """Read the stored or submitted form of a week.

        Raises CalendarError if it is malformed, overlaps itself, or does not give
        40 working hours within the horizon after `at`.
        """
        if not isinstance(data, dict):
            raise CalendarError(_("The working hours are not in the expected form."))
        week = cls(
            zone=read_zone(data.get("zone")),
            weekly=read_weekly(data.get("weekly", {})),
            holidays=read_holidays(data.get("holidays", [])),
            overrides=read_overrides(data.get("overrides", {})),
            names=read_names(data.get("names", {})),
        )
        _refuse_overlapping_overrides(week)
        add(week, at, DRY_RUN_SECONDS)
        return week

    def to_json(self) -> dict[str, Any]:
        """Hand back the form that from_json() reads."""
        return {
            "zone": self.zone,
            "weekly": {
                str(weekday): windows_as_text(day) for weekday, day in sorted(self.weekly.items())
            },
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            **self._named(),
            "overrides": {
                day.isoformat(): windows_as_text(windows)
                for day, windows in sorted(self.overrides.items())
            },
        }

    def _named(self) -> dict[str, dict[str, str]]:
        names = {day.isoformat(): name for day, name in sorted(self.names.items())}
        return {"names": names} if names else {}

    def windows(self, day: date) -> tuple[Window, ...]:
        """The windows that open on this day."""
        if day in self.overrides:
            return self.overrides[day]
        return () if day in self.holidays else self.weekly.get(day.weekday(), ())

    @cached_property
    def _hash(self) -> int:
        weekly = tuple(sorted(self.weekly.items()))
        return hash((self.zone, weekly, self.holidays, tuple(sorted(self.overrides.items()))))

    def __hash__(self) -> int:
        return self._hash


ALWAYS = WorkWeek(zone="UTC", weekly=dict.fromkeys(range(7), ((0, DAY),)))


# --- arithmetic ---------------------------------------------------------------------------


def add(week: WorkWeek, start: datetime, seconds: int) -> datetime:
    """The first moment (UTC) by which `seconds` of working time have passed since `start`.

    With 0 seconds that is the first open moment. Moments count in whole seconds.
    Raises CalendarError if it lies beyond the horizon.
    """
    if seconds < 0:
        raise ValueError("working time to add must not be negative")
    since = _second(start)
    latest = since + week.horizon_days * DAY
    number = _block_number(week, since)
    block = _block(week, number)
    wanted = seconds + block.open_before(since)
    while block.begins <= latest:
        reached = block.moment_after(wanted, since)
        if reached is not None and reached <= latest:
            return EPOCH + timedelta(seconds=reached)
        wanted -= block.open_seconds
        number += 1
        block = _block(week, number)
    raise CalendarError(_too_far(week))


def add_days(week: WorkWeek, start: datetime, days: int) -> datetime:
    """The same time on the wall so many working days later (UTC); a day that closes before ends then.

    Counted from the first open moment. Raises CalendarError if it lies beyond the horizon."""
    zone = ZoneInfo(week.zone)
    local = add(week, start, 0).astimezone(zone)
    day, left = local.date(), days
    while left:
        day += timedelta(days=1)
        if (day - local.date()).days > week.horizon_days:
            raise CalendarError(_too_far(week))
        left -= bool(week.windows(day))
    midnight = datetime.combine(day, time(), zone)
    return add(week, midnight, between(week, midnight, datetime.combine(day, local.time(), zone)))


def between(week: WorkWeek, start: datetime, end: datetime) -> int:
    """Seconds of working time from `start` to `end`; 0 if `end` is not after `start`."""
    since, until = _second(start), _second(end)
    if until <= since:
        return 0
    first, last = _block_number(week, since), _block_number(week, until)
    whole = sum(_block(week, number).open_seconds for number in range(first, last))
    return whole + _block(week, last).open_before(until) - _block(week, first).open_before(since)


def open_spans(week: WorkWeek, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """When the team works between two moments, in order and cut at both; `end` must not be before `start`."""
    since, until = _second(start), _second(end)
    cut = [
        (max(since, opening), min(until, closing))
        for number in range(_block_number(week, since), _block_number(week, until) + 1)
        for opening, closing in zip(
            _block(week, number).opens, _block(week, number).closes, strict=True
        )
    ]
    whole = union([span for span in cut if span[0] < span[1]])
    return [(EPOCH + timedelta(seconds=a), EPOCH + timedelta(seconds=b)) for a, b in whole]


def is_open(week: WorkWeek, at: datetime) -> bool:
    """Whether the team works at this moment; the closing moment itself is closed."""
    return between(week, at, at + SECOND) > 0


def next_opening(week: WorkWeek, at: datetime) -> datetime:
    """The first open moment (UTC), which is `at` itself while open.

    Raises CalendarError if there is none within the horizon.
    """
    return add(week, at, 0)


def next_closing(week: WorkWeek, at: datetime) -> datetime | None:
    """When the team, open at this moment, closes; None while closed, or if that is weeks away."""
    since = _second(at)
    number = _block_number(week, since)
    block = _block(week, number)
    span = bisect_right(block.opens, since) - 1
    if span < 0 or since >= block.closes[span]:
        return None
    closes = block.closes[span]
    if closes == block.ends:
        # A shift that goes on in the next block was cut at its edge.
        block = _block(week, number + 1)
        goes_on = block.opens and block.opens[0] == block.begins
        closes = block.closes[0] if goes_on else closes
    return EPOCH + timedelta(seconds=closes) if closes < block.ends else None


def _refuse_overlapping_overrides(week: WorkWeek) -> None:
    for day in week.overrides:
        for first in (day - timedelta(1), day):
            tomorrow = week.windows(first + timedelta(1))
            refuse_overlap(week.windows(first), tomorrow, first.isoformat())


def _too_far(week: WorkWeek) -> str:
    text = _("These working hours do not give enough working time within %(days)d days.")
    return text % {"days": week.horizon_days}


def _second(moment: datetime) -> int:
    """Whole seconds since 1970, in integers: a float would lose them."""
    if moment.tzinfo is None:
        raise ValueError("working time needs a moment with a zone")
    if not EPOCH <= moment < LATEST:
        raise CalendarError(_("Working time can be told for the years 1970 to 2199 only."))
    return (moment - EPOCH) // SECOND


def _utc_second(zone: ZoneInfo, day: date, second: int) -> int:
    return (datetime.combine(day, time(), zone) + timedelta(seconds=second) - EPOCH) // SECOND


def _block_number(week: WorkWeek, moment: int) -> int:
    local_day = (EPOCH + timedelta(seconds=moment)).astimezone(ZoneInfo(week.zone)).date()
    number = local_day.toordinal() // BLOCK_DAYS
    # Where a clock is set back across midnight, a day begins before the one before it has ended.
    if moment >= _block(week, number).ends:
        return number + 1
    return number if moment >= _block(week, number).begins else number - 1


@lru_cache(maxsize=2048)
def _block(week: WorkWeek, number: int) -> Block:
    """Spell out the block; a window that crosses its edge is cut there, so that blocks add up."""
    zone = ZoneInfo(week.zone)
    first = date.fromordinal(number * BLOCK_DAYS)
    begins, ends = _utc_second(zone, first, 0), _utc_second(zone, first + timedelta(BLOCK_DAYS), 0)
    spans = []
    # The two days before may reach in, and the day after by a clock change.
    for offset in range(-2, BLOCK_DAYS + 1):
        day = first + timedelta(offset)
        for opening, closing in week.windows(day):
            start = max(begins, _utc_second(zone, day, opening))
            end = min(ends, _utc_second(zone, day, closing))
            if start < end:
                spans.append((start, end))
    whole = union(spans)
    opens, closes = tuple(span[0] for span in whole), tuple(span[1] for span in whole)
    before = accumulate(map(sub, closes, opens), initial=0)
    return Block(begins, ends, opens, closes, tuple(before))
