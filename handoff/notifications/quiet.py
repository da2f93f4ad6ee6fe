"""Quiet hours: when they end. Pure; local only at the edges, in the zone of the person."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Quiet:
    """From `starts` to `ends` each day, over midnight where `ends` is the earlier one; and all day on `days`, 0 for
    Monday."""

    zone: str
    starts: time | None = None
    ends: time | None = None
    days: frozenset[int] = frozenset()


ALWAYS_TOLD = Quiet("UTC")
# A week of quiet days at most, one after the other.
MOST_STRETCHES = 16


def ends_at(quiet: Quiet, at: datetime) -> datetime:
    """The end of the quiet hours that hold at `at`, in UTC; `at` itself where none do. Stretches that touch are one."""
    moment = at
    for _stretch in range(MOST_STRETCHES):
        end = _end(quiet, moment)
        if end is None:
            break
        moment = end
    return moment


def _end(quiet: Quiet, at: datetime) -> datetime | None:
    zone = ZoneInfo(quiet.zone)
    local = at.astimezone(zone)
    if local.weekday() in quiet.days:
        return _moment(local + timedelta(days=1), time(0), zone, after=at)
    if quiet.starts is None or quiet.ends is None:
        return None
    now, starts, ends = local.time(), quiet.starts, quiet.ends
    if starts < ends:
        return _moment(local, ends, zone, after=at) if starts <= now < ends else None
    if now >= starts:
        return _moment(local + timedelta(days=1), ends, zone, after=at)
    return _moment(local, ends, zone, after=at) if now < ends else None


def _moment(day: datetime, wall: time, zone: ZoneInfo, *, after: datetime) -> datetime:
    """What the clock on the wall says, in UTC; where it says it twice, the first that comes `after`."""
    first, second = (
        datetime.combine(day.date(), wall, tzinfo=zone).replace(fold=fold).astimezone(UTC)
        for fold in (0, 1)
    )
    return first if first > after else max(second, after + timedelta(minutes=1))
