"""Writes down what other systems are to be told: an event once, and a delivery for each channel that wants it."""

import json
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from handoff.channels.kinds import KINDS


@dataclass(frozen=True)
class Event:
    """`about` names what happened: one with the same name is told once. `data` are ids and figures and no words of
    a lead. `channels` are ids of channels that get it whatever they chose; without them it goes to those that chose
    its kind, and its team or every team."""

    kind: str
    about: str
    lead_id: int | None = None
    team_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    channels: Collection[int] = ()
    # When it happened, where that is not when it is posted.
    happened_at: datetime | None = None


# An event nobody wants leaves no row.
_POST = """
    WITH told AS (
        SELECT * FROM jsonb_to_recordset(%(events)s::jsonb) AS t(
            public_id uuid, kind text, about text, lead_id bigint, team_id bigint, data jsonb,
            at timestamptz, channels bigint[])),
         wanted AS (
        SELECT t.about, c.id AS channel_id FROM told t JOIN handoff_channel c ON c.is_on AND (
               c.id = ANY(t.channels)
               -- Who is told of decisions hears of those undone.
               OR cardinality(t.channels) = 0
                  AND (t.kind = ANY(c.kinds) OR t.kind = 'handoff.undone' AND 'handoff.disposed' = ANY(c.kinds))
                  AND (c.team_id IS NULL OR c.team_id = t.team_id))),
         made AS (
        INSERT INTO handoff_outgoingevent (public_id, kind, about, lead_id, team_id, data, at)
        SELECT public_id, kind, about, lead_id, team_id, data, at FROM told
         WHERE about IN (SELECT about FROM wanted) ORDER BY about
        ON CONFLICT (about) DO NOTHING RETURNING id, about)
    INSERT INTO handoff_delivery (event_id, channel_id, state, attempts, next_at, created_at, error)
    SELECT made.id, wanted.channel_id, 'pending', 0, %(at)s, %(at)s, ''
      FROM made JOIN wanted USING (about) ORDER BY made.id, wanted.channel_id
    RETURNING id"""


def post(events: Iterable[Event], *, at: datetime) -> list[int]:
    """Writes the events not posted before, in the caller's transaction; gives the ids of their deliveries. Channels
    that are switched off get nothing. Raises KeyError for a kind that is not in kinds.KINDS."""
    rows = {event.about: _row(event, at) for event in events if KINDS[event.kind]}
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_POST, {"events": json.dumps(list(rows.values())), "at": at})
        return [row[0] for row in cursor.fetchall()]


def _row(event: Event, at: datetime) -> dict[str, Any]:
    return {
        "public_id": str(uuid.uuid4()),
        "kind": event.kind,
        "about": event.about[:80],
        "lead_id": event.lead_id,
        "team_id": event.team_id,
        "data": dict(event.data),
        "at": (event.happened_at or at).isoformat(),
        "channels": list(event.channels),
    }
