"""What hours and targets come to, in words: “a lead from Fri 16:30 is due Mon 09:30”."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from handoff.business_time import ALWAYS, WorkWeek, next_closing, next_opening
from handoff.promises import Promise

DAY = timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Example:
    """A lead that comes at `start` and when its deadline is; as words in the zone of the hours."""

    start: datetime
    due: datetime
    zone: str

    @property
    def text(self) -> str:
        said = {"start": moment(self.start, self.zone), "due": moment(self.due, self.zone)}
        return _("A lead from %(start)s is due %(due)s.") % said


def moment(at: datetime, zone: str) -> str:
    """The day and the time on the wall there: “Fri 16:30”; with the date where it is weeks away."""
    return date_format(at.astimezone(ZoneInfo(zone)), "D H:i")


def starts(week: WorkWeek | None, *, at: datetime) -> list[datetime]:
    """Moments of the coming week that show what the hours do: in the morning, half an hour before the week
    closes, and the day after."""
    week = week or ALWAYS
    zone = ZoneInfo(week.zone)
    today = at.astimezone(zone).date()
    monday = datetime.combine(today + timedelta(days=7 - today.weekday()), time(), zone)
    opens = next_opening(week, monday)
    last = _last_closing(week, opens, monday + 7 * DAY)
    if last is None:
        friday = monday + 4 * DAY
        return [
            monday.replace(hour=10),
            friday.replace(hour=16, minute=30),
            friday + timedelta(hours=36),
        ]
    return [opens + HALF_AN_HOUR, last - HALF_AN_HOUR, last + 18 * timedelta(hours=1)]


def _last_closing(week: WorkWeek, opens: datetime, until: datetime) -> datetime | None:
    """The last time that the week closes before `until`; None for one that does not close."""
    last = None
    while opens < until:
        closes = next_closing(week, opens)
        if closes is None:
            break
        last = closes
        opens = next_opening(week, closes)
    return last


def of(promise: Promise, *, at: datetime) -> list[Example]:
    """Two leads and their deadlines by this promise. Raises CalendarError where it cannot be reckoned."""
    zone = promise.week.zone if promise.week else "UTC"
    return [Example(start, promise.due(start), zone) for start in starts(promise.week, at=at)[1:]]


def never_before(first: Promise, second: Promise, *, at: datetime) -> bool:
    """Whether the second promise could ever be due no sooner than the first: else it cannot be kept."""
    moments: Sequence[datetime] = [*starts(first.week, at=at), *starts(second.week, at=at)]
    return any(second.due(start) >= first.due(start) for start in moments)
