"""When something happened, out of the times that a sender tells. Pure.

The four times: `originalTimestamp` by the sender's clock, `sentAt` by the same clock, `receivedAt` by ours, and
`timestamp`, which is the first one set right. Libraries in browsers call the first one `timestamp` too; some tell
in `waitedMs` only how long the event had waited when it was sent."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

# A browser that was away longer than this is believed no more than this; servers bring their history along.
OLDEST_OF_BROWSERS = timedelta(days=7)
OLDEST = timedelta(days=3 * 365)
MILLISECONDS = 10_000_000_000


class BadMoment(ValueError):
    """A text that is no time."""


def occurred(
    data: Mapping[str, Any], *, at: datetime, sent: datetime | None, oldest: timedelta
) -> datetime | None:
    """The time of an item received `at`, never before `at - oldest` nor after `at`; None if it tells none.

    `sent` is the sentAt of its batch, where the item has none of its own. Raises BadMoment."""
    if data.get("waitedMs") is not None:
        return max(at - _waited(data["waitedMs"]), at - oldest)
    corrected, original = moment(data.get("timestamp")), moment(data.get("originalTimestamp"))
    happened = corrected or original
    if happened is None:
        return None
    # Who tells both has set it right already.
    if corrected is None or original is None:
        sent = moment(data.get("sentAt")) or sent
        happened += _slowness(sent, moment(data.get("receivedAt")) or at)
    return min(max(happened, at - oldest), at)


def _slowness(sent: datetime | None, received: datetime) -> timedelta:
    """How far the sender's clock is behind ours; the way of the message counts as nothing."""
    return received - sent if sent is not None else timedelta(0)


def _waited(value: Any) -> timedelta:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value < MILLISECONDS * 100
    ):
        raise BadMoment(_("Give how long an event waited as milliseconds."))
    return timedelta(milliseconds=value)


def moment(value: Any) -> datetime | None:
    """A time as ISO 8601 with its zone, or as seconds or milliseconds since 1970; None for none. Raises
    BadMoment."""
    if value is None or value == "":
        return None
    found = _from_number(value) if isinstance(value, int | float) else _from_text(value)
    if found is None or found.tzinfo is None or not 1970 <= found.year <= 2200:
        raise BadMoment(_("Give times as 2026-03-31T12:00:00Z."))
    return found


def _from_number(value: float) -> datetime | None:
    seconds = value / 1000 if abs(value) >= MILLISECONDS else value
    if isinstance(value, bool) or not 0 < seconds < MILLISECONDS:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _from_text(value: Any) -> datetime | None:
    try:
        return parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
