"""Reads the dates of other systems. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CLOCK = re.compile(
    r"[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?(?:\s*(?:utc|gmt|z))?$",
    re.IGNORECASE,
)
PARTS = re.compile(r"(\w+)[\s/.,-]+(\w+)[\s/.,-]+(\w+)")
NUMBERS = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}\b")
FIRST_YEAR = 1970


def moment(text: str, *, day_first: bool, zone: tzinfo) -> datetime:
    """The moment that a cell names; in `zone` where it names none itself. Raises ValueError.

    2026-03-31, 31.03.2026, 31 Mar 2026 and March 31, 2026 need no help; 03/04/2026 needs `day_first`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _written_out(text, day_first)
    if found.year < FIRST_YEAR:
        raise ValueError(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _written_out(text: str, day_first: bool) -> datetime:
    clock = CLOCK.search(text)
    day = text[: clock.start()] if clock else text
    parts = PARTS.fullmatch(day.strip())
    if parts is None:
        raise ValueError(text)
    found = datetime(*_year_month_day(list(parts.groups()), day_first or "." in day))  # noqa: DTZ001
    return found + _since_midnight(clock) if clock else found


def _year_month_day(parts: list[str], day_first: bool) -> tuple[int, int, int]:
    named = next((n for n, part in enumerate(parts) if part.isalpha()), None)
    if named is not None:
        month = MONTHS.index(parts.pop(named)[:3].lower()) + 1
        day, year = sorted(parts, key=len)
    elif len(parts[0]) == 4:
        year, day = parts[0], parts[2]
        month = int(parts[1])
    else:
        first, second, year = parts
        day, month = (first, int(second)) if day_first else (second, int(first))
    return int(year) + (2000 if len(year) == 2 else 0), month, int(day)


def _since_midnight(clock: re.Match[str]) -> timedelta:
    hour, minute, second, half = clock.groups()
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    if hours > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise ValueError(clock.group())
    return timedelta(hours=hours, minutes=int(minute), seconds=int(second or 0))


def day_comes_first(examples: Iterable[str]) -> bool:
    """Whether 03/04/2026 is in April, told by dates that can be read in one way only; True if none tells."""
    pairs = [found.groups() for text in examples if (found := NUMBERS.match(text.strip()))]
    return not any(int(second) > 12 for _first, second in pairs)
