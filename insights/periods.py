"""Spans of whole days, cut at the midnights of the organisation's time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import organisation

DAY = timedelta(days=1)
LENGTHS = (7, 30, 90, 120)
USUAL_LENGTH = 30
EARLIEST = date(2000, 1, 1)
MOST_DAYS = 1100
# Longer periods are counted by week: a column stays wide enough to be hit, a table short enough to be read.
MOST_DAYS_EACH = 31


@dataclass(frozen=True)
class Period:
    """From the first day through the last, both included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(0), tzinfo=self.zone)

    @property
    def end(self) -> datetime:
        """The midnight after the last day: no longer part of the period."""
        return datetime.combine(self.last + DAY, time(0), tzinfo=self.zone)

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def query(self) -> dict[str, str]:
        """The period as parameters of a URL."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    @property
    def label(self) -> str:
        if self.first == self.last:
            return date_format(self.last, "j M Y")
        start = "j M" if self.first.year == self.last.year else "j M Y"
        text = _("%(first)s to %(last)s")
        days = {"first": date_format(self.first, start), "last": date_format(self.last, "j M Y")}
        return text % days

    @property
    def short_label(self) -> str:
        """The label of a column: the day, or the day a week begins."""
        return date_format(self.first, "j M")

    def before(self) -> "Period":
        """As many days just before."""
        return Period(self.first - timedelta(days=self.length), self.first - DAY, self.zone)

    def days(self) -> Iterator["Period"]:
        for number in range(self.length):
            day = self.first + timedelta(days=number)
            yield Period(day, day, self.zone)

    def weeks(self) -> Iterator["Period"]:
        """The weeks from Monday to Sunday; the first and the last are cut where the period ends."""
        first = self.first
        while first <= self.last:
            sunday = first + timedelta(days=6 - first.weekday())
            yield Period(first, min(sunday, self.last), self.zone)
            first = sunday + DAY

    def step(self, most: int = MOST_DAYS_EACH) -> str:
        """Whether it is counted by "day" or by "week": by day while there are no more than `most`."""
        return "day" if self.length <= most else "week"

    def steps(self, step: str) -> Iterator["Period"]:
        return self.days() if step == "day" else self.weeks()


def zone() -> ZoneInfo:
    """The organisation's time zone; UTC before it is founded."""
    here = organisation.current()
    return ZoneInfo(here.time_zone if here else "UTC")


def today(at: datetime, here: ZoneInfo) -> date:
    return at.astimezone(here).date()


def latest(days: int, *, at: datetime, here: ZoneInfo) -> Period:
    """The last so many days; the last of them is today."""
    last = today(at, here)
    return Period(last - timedelta(days=days - 1), last, here)
