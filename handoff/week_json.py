"""The JSON form of working hours: read with care, since people write it, and written back.

{"zone": "Europe/Berlin", "weekly": {"0": [["09:00", "17:00"]]},
 "holidays": ["2026-12-25"], "overrides": {"2026-12-24": [["09:00", "12:00"]]}}

"22:00" to "06:00" closes on the next day; "00:00" to "24:00" is the whole day.
"""

import re
from collections.abc import Sized
from contextlib import suppress
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

Window = tuple[int, int]  # opening and closing, in seconds after local midnight of the day it opens

DAY = 86_400
# A window over midnight that is longer is one whose two times were swapped.
LONGEST_NIGHT = 14 * 3600
LONGEST_NAME = 80
MOST_WINDOWS_A_DAY = 20
MOST_SPECIAL_DAYS = 2_000
CLOCK_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
ISO_DAY = re.compile(
    r"(19[789]|2[01]\d)\d-\d\d-\d\d", re.ASCII
)  # the years that can be reckoned with


class CalendarError(ValueError):
    """Working hours that cannot be used; the message is a sentence for people."""


def read_zone(value: object) -> str:
    """The name of a known IANA zone, or CalendarError."""
    if not isinstance(value, str) or value not in _known_zones():
        raise CalendarError(_("The time zone %(zone)s is not known.") % {"zone": _shown(value)})
    return value


def read_weekly(value: object) -> dict[int, tuple[Window, ...]]:
    """Windows by weekday, 0 for Monday; at least one in the week, none over another."""
    weekly: dict[int, tuple[Window, ...]] = {}
    for key, windows in _mapping(value).items():
        if key not in tuple("0123456"):
            raise CalendarError(
                _("Weekdays are numbered 0 (Monday) to 6 (Sunday), not %(day)s.")
                % {"day": _shown(key)}
            )
        weekly[int(key)] = _windows(windows)
    if not any(weekly.values()):
        raise CalendarError(_("The week needs working hours on at least one day."))
    for weekday in range(7):
        refuse_overlap(
            weekly.get(weekday, ()), weekly.get((weekday + 1) % 7, ()), _weekday_name(weekday)
        )
    return weekly


def read_holidays(value: object) -> frozenset[date]:
    """Days without working hours."""
    if not isinstance(value, list):
        raise CalendarError(_("The holidays must be a list of days."))
    _refuse_too_many(value)
    return frozenset(_day(text) for text in value)


def read_names(value: object) -> dict[date, str]:
    """What some of the days are called, short enough for a line."""
    return {_day(text): str(name).strip()[:LONGEST_NAME] for text, name in _mapping(value).items()}


def read_overrides(value: object) -> dict[date, tuple[Window, ...]]:
    """Windows of single days, which replace those of the week; none at all closes the day."""
    days = _mapping(value)
    _refuse_too_many(days)
    return {_day(text): _windows(windows) for text, windows in days.items()}


def windows_as_text(windows: tuple[Window, ...]) -> list[list[str]]:
    return [[_clock_text(opening), _clock_text(closing)] for opening, closing in windows]


def refuse_overlap(today: tuple[Window, ...], tomorrow: tuple[Window, ...], name: str) -> None:
    """Raise CalendarError if two windows overlap within a day, or across the midnight after it."""
    later = [(opening + DAY, closing + DAY) for opening, closing in tomorrow]
    for (_opening, closing), (next_opening, _closing) in pairwise([*today, *later]):
        if next_opening < closing:
            raise CalendarError(
                _("Working hours overlap on %(day)s or in the night after it.") % {"day": name}
            )


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _mapping(value: object) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise CalendarError(_("The working hours are not in the expected form."))
    return value


def _refuse_too_many(days: Sized) -> None:
    if len(days) > MOST_SPECIAL_DAYS:
        raise CalendarError(
            _("There can be at most %(most)d special days.") % {"most": MOST_SPECIAL_DAYS}
        )


def _windows(value: object) -> tuple[Window, ...]:
    if not isinstance(value, list) or len(value) > MOST_WINDOWS_A_DAY:
        raise CalendarError(
            _("A day has a list of at most %(most)d windows.") % {"most": MOST_WINDOWS_A_DAY}
        )
    return tuple(sorted(_window(pair) for pair in value))


def _window(pair: object) -> Window:
    if not isinstance(pair, list) or len(pair) != 2:
        raise CalendarError(_('A window has two times, such as "09:00" and "17:00".'))
    opening, closing = _clock_second(pair[0]), _clock_second(pair[1])
    if opening == DAY:
        raise CalendarError(_("A window cannot start at 24:00; write 00:00 on the next day."))
    if opening == closing:
        raise CalendarError(
            _("The window from %(time)s ends where it starts; the whole day is 00:00 to 24:00.")
            % {"time": pair[0]}
        )
    if closing > opening:
        return opening, closing
    if closing and closing + DAY - opening > LONGEST_NIGHT:
        said = {"opening": pair[0], "closing": pair[1], "hours": (closing + DAY - opening) // 3600}
        raise CalendarError(
            _(
                "From %(opening)s over midnight to %(closing)s are %(hours)d hours: are the two times the"
                " wrong way round? A night shift lasts 14 hours at most."
            )
            % said
        )
    return opening, closing + DAY


def _clock_second(text: object) -> int:
    match = CLOCK_TIME.fullmatch(text) if isinstance(text, str) else None
    minutes = int(match[1]) * 60 + int(match[2]) if match else DAY
    if minutes > DAY // 60:
        raise CalendarError(
            _('%(text)s is not a time of day; write it like "09:00".') % {"text": _shown(text)}
        )
    return minutes * 60


def _clock_text(second: int) -> str:
    minutes = (second if second <= DAY else second - DAY) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _day(text: object) -> date:
    # fromisoformat() also reads "20261225" and week numbers, which nobody means here.
    if isinstance(text, str) and ISO_DAY.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise CalendarError(
        _('%(text)s is not a day; write it like "2026-12-25".') % {"text": _shown(text)}
    )


def _weekday_name(weekday: int) -> str:
    return [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ][weekday]


def _shown(value: object) -> str:
    """What was given, short enough for a sentence."""
    text = repr(value)
    return text if len(text) <= 40 else text[:40] + "…"
