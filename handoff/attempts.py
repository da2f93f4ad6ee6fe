"""What can become of an attempt, and when it is made again. Pure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

# The schedule of https://www.standardwebhooks.com: ten attempts in about three days.
PAUSES = [
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
]  # fmt: skip
JITTER = 0.2
LONGEST_WAIT = timedelta(hours=24)


class Result(StrEnum):
    """LATER is tried again; FAILED is not; GONE is not, and switches the channel off."""

    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    GONE = "gone"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Outcome:
    """`wait` is what the other side asked for."""

    result: Result
    error: str = ""
    status: int | None = None
    wait: timedelta | None = None


def pause(attempts: int, wait: timedelta | None = None) -> timedelta | None:
    """How long to wait after so many attempts, give or take a fifth; None when it has been tried enough."""
    if attempts > len(PAUSES):
        return None
    usual = PAUSES[attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)
    return max(usual, min(wait, LONGEST_WAIT)) if wait else usual


def asked_for(headers: Mapping[str, str], at: datetime) -> timedelta | None:
    """What Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3); None for nothing that can be read."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        return min(max(until - at, timedelta(0)), LONGEST_WAIT)
    except (TypeError, ValueError, OverflowError):
        return None
