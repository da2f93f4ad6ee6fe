"""What became of an attempt is written down by whoever holds its lease; and a channel that fails is left in peace
for a while, and switched off when it fails for days."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Greatest

from handoff.attempts import Outcome, Result, pause
from handoff.channels import switching
from handoff.delivering.claiming import Parcel
from handoff.models import Channel, Delivery

State = Delivery.State
# So many failures in a row, and nobody is asked for a while: a minute, then twice as long each time.
BREAKS_AFTER = 5
LONGEST_REST = timedelta(hours=1)
OFF_AFTER = timedelta(days=5)
TOO_MANY = (429, 503)


def conclude(parcel: Parcel, outcome: Outcome, *, at: datetime) -> None:
    """Writes down what became of a parcel. Who lost the lease meanwhile changes nothing, but a message that was
    taken is sent, whatever somebody decided in between."""
    with transaction.atomic():
        channel = _hold(parcel)
        mine = Delivery.objects.filter(token=parcel.token, pk__in=[row.pk for row in parcel.rows])
        if outcome.result is Result.SENT:
            mine.exclude(state=State.SENT).update(
                state=State.SENT, sent_at=at, status=outcome.status, error="", token=None
            )
        else:
            _failed(parcel, mine.filter(state=State.PENDING), outcome, at)
        if channel is not None and channel.is_on:
            _judge(channel, outcome, at)


def _hold(parcel: Parcel) -> Channel | None:
    """The channel first and then its rows, in whatever order attempts end."""
    if not parcel.head.channel_id:
        return None
    channels = Channel.objects.select_for_update(no_key=True)
    return channels.filter(pk=parcel.head.channel_id).first()


def _failed(parcel: Parcel, mine: QuerySet[Delivery], outcome: Outcome, at: datetime) -> None:
    told: dict[str, Any] = {"status": outcome.status, "error": outcome.error[:500], "token": None}
    if outcome.result is Result.WITHHELD:
        mine.update(state=State.WITHHELD, **told)
        return
    rows = sorted(parcel.rows, key=lambda row: row.attempts)
    for attempts, some in groupby(rows, key=lambda row: row.attempts):
        these = mine.filter(pk__in=[row.pk for row in some])
        later = pause(attempts, outcome.wait) if outcome.result is Result.LATER else None
        if later is None:
            these.update(state=State.FAILED, **told)
        else:
            these.update(next_at=at + later, **told)


def _judge(channel: Channel, outcome: Outcome, at: datetime) -> None:
    if outcome.result is Result.SENT:
        Channel.objects.filter(Q(failures__gt=0) | ~Q(rests_until=None), pk=channel.pk).update(
            failures=0, failing_since=None, rests_until=None
        )
        return
    if outcome.result is Result.GONE:
        switching.switch_off(channel, reason=outcome.error, at=at)
        return
    since = channel.failing_since or at
    if at - since >= OFF_AFTER:
        switching.switch_off(channel, reason=outcome.error, since=since, at=at)
        return
    rest = _rest(channel.failures + 1, outcome, at)
    Channel.objects.filter(pk=channel.pk).update(
        failures=channel.failures + 1,
        failing_since=since,
        # A second call was under way when the first was asked to wait: the longer rest holds.
        rests_until=Greatest(F("rests_until"), Value(rest, DateTimeField())),
    )


def _rest(failures: int, outcome: Outcome, at: datetime) -> datetime | None:
    """Until when nobody calls: as long as was asked for, else longer with each failure after the first five."""
    if outcome.status in TOO_MANY and outcome.wait:
        return at + outcome.wait
    if failures < BREAKS_AFTER:
        return None
    return at + min(timedelta(minutes=2 ** min(failures - BREAKS_AFTER, 10)), LONGEST_REST)
