"""Takes what is due, under a lease: one message of each lane at a time, so that a slow receiver fills no more than
its own lane. All e-mails are lane 0, each channel is a lane of its own."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from handoff.channels.slack import MOST_LINES
from handoff.models import Channel, Delivery

# Longer than a message may take, and each is claimed when it is about to be sent.
LEASE = timedelta(seconds=90)
MOST_OF_A_DIGEST = 500

_HEADS = """
    WITH lanes AS (
        SELECT 0::bigint AS lane
         UNION ALL
        SELECT id FROM handoff_channel WHERE rests_until IS NULL OR rests_until <= %(at)s),
         due AS (
        SELECT d.id, d.next_at FROM lanes CROSS JOIN LATERAL (
               SELECT id, next_at FROM handoff_delivery
                WHERE state = 'pending' AND next_at <= %(at)s AND coalesce(channel_id, 0) = lanes.lane
                ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) d
         WHERE lanes.lane <> ALL(%(busy)s::bigint[]))
    UPDATE handoff_delivery SET token = gen_random_uuid(), next_at = %(until)s, attempts = attempts + 1
     WHERE id = ANY(ARRAY(SELECT id FROM due ORDER BY next_at, id LIMIT %(free)s))
    RETURNING id"""
# What leaves in the same message: the rest of a digest, and what else waits for the same Slack channel.
_WITH_IT = """
    UPDATE handoff_delivery SET token = %(token)s, next_at = %(until)s, attempts = attempts + 1
     WHERE id = ANY(ARRAY(
           SELECT id FROM handoff_delivery
            WHERE state = 'pending' AND next_at <= %(at)s AND {which} ORDER BY next_at, id
            LIMIT %(most)s FOR UPDATE SKIP LOCKED))"""


@dataclass(frozen=True)
class Parcel:
    """Deliveries that leave as one message, oldest first."""

    token: uuid.UUID
    rows: list[Delivery]

    @property
    def head(self) -> Delivery:
        return self.rows[0]

    @property
    def lane(self) -> int:
        return self.head.channel_id or 0


def claim(*, free: int, busy: Collection[int], at: datetime) -> list[Parcel]:
    """Up to `free` messages, at most one of each lane and none of the `busy` ones."""
    if free < 1:
        return []
    given: dict[str, Any] = {"at": at, "until": at + LEASE, "busy": list(busy), "free": free}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_HEADS, given)
            heads = [row[0] for row in cursor.fetchall()]
        if not heads:
            return []
        for head in Delivery.objects.filter(pk__in=heads).select_related("channel").order_by("pk"):
            _take_with(head, given)
    return [_parcel(pk) for pk in sorted(heads)]


def _take_with(head: Delivery, given: dict[str, Any]) -> None:
    if head.digest:
        which, most = "digest = %(what)s", MOST_OF_A_DIGEST
    elif head.channel and head.channel.kind == Channel.Kind.SLACK:
        which, most = "coalesce(channel_id, 0) = %(what)s", MOST_LINES - 1
    else:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _WITH_IT.format(which=which),
            {**given, "token": head.token, "what": head.digest or head.channel_id, "most": most},
        )


def _parcel(head_id: int) -> Parcel:
    token = Delivery.objects.values_list("token", flat=True).get(pk=head_id)
    assert token is not None
    rows = Delivery.objects.filter(token=token, state=Delivery.State.PENDING).select_related(
        "notification__lead", "notification__user", "event__lead__score", "event__team", "channel",
        "lead",
    )  # fmt: skip
    return Parcel(token, list(rows.order_by("id")))
