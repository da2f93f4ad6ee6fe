"""What an SLA clock shows at one moment: a state, a text and how much of the ring is left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

SOON_SECONDS = 15 * 60
MINUS = "−"


class Timer(Protocol):
    """What a clock needs to know of a timer."""

    state: str
    due_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class ClockFace:
    """A drawn clock: look is the class suffix, left the rest of the ring in percent."""

    look: str
    text: str
    label: str
    left: int
    ticks: bool


def duration(seconds: int) -> str:
    """Say seconds as 4:09, 2 h 05 m or 3 d 4 h; the sign is dropped."""
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days} d {hour} h"
    if hours:
        return f"{hours} h {minute:02d} m"
    return f"{minute}:{second:02d}"


def face(timer: Timer, at: datetime) -> ClockFace:
    """Return what the clock of this timer shows at a moment."""
    if timer.state == "paused":
        return _paused(getattr(timer, "left_s", None))
    resting = {
        "met": ClockFace("met", _("Met"), _("Met in time"), 100, False),
        "cancelled": ClockFace("cancelled", _("Stopped"), _("Stopped"), 100, False),
    }
    if timer.state in resting:
        return resting[timer.state]
    if timer.due_at is None:
        return ClockFace("cancelled", _("No limit"), _("No limit"), 100, False)
    return _counting(timer, timer.due_at, at)


def _paused(left: int | None) -> ClockFace:
    if left is None:
        return ClockFace("paused", _("Paused"), _("Paused"), 100, False)
    said = _("{time} left").format(time=duration(left))
    return ClockFace("paused", said, _("Paused, {left}").format(left=said), 100, False)


def _counting(timer: Timer, due_at: datetime, at: datetime) -> ClockFace:
    stopped = timer.state == "breached" and timer.closed_at is not None
    moment = timer.closed_at if stopped and timer.closed_at else at
    seconds = round((due_at - moment).total_seconds())
    said = duration(seconds)
    if seconds < 0 or timer.state == "breached":
        return ClockFace("over", MINUS + said, _("{time} late").format(time=said), 100, not stopped)
    look = "soon" if seconds < SOON_SECONDS else "calm"
    return ClockFace(look, said, _("{time} left").format(time=said), _left(timer, seconds), True)


def _left(timer: Timer, seconds: int) -> int:
    if timer.started_at is None or timer.due_at is None:
        return 100
    whole = (timer.due_at - timer.started_at).total_seconds()
    return max(2, min(100, round(100 * seconds / whole))) if whole > 0 else 2
