"""Items of event senders, whatever their dialect: understood one by one, judged, stored, counted.

What is refused is kept with its reason, so that a person can see what a sender does wrong."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import prepared
from accounts.models import ApiKey
from accounts.safe_json import Item as JsonItem
from leads.activity import catalogue, detection, events, moments, posthog, segment, visits
from leads.activity.detection import Sending
from leads.activity.segment import NotUnderstood
from leads.identity.joining import Policy
from leads.models import QuarantinedItem

LONGEST_PAYLOAD = 20_000


@dataclass(frozen=True)
class Refusal:
    """`index` is the position in the batch, from 0; `taken` says that the id belongs to another event."""

    index: int
    reason: str
    taken: bool = False


@dataclass(frozen=True)
class Taken:
    accepted: int
    duplicates: int
    refused: Sequence[Refusal]


def take(
    items: Sequence[JsonItem],
    key: ApiKey,
    *,
    at: datetime,
    sending: Sending | None = None,
    sent: Any = None,
) -> Taken:
    """Stores the items that are understood. `sent` is what the batch says about when it was sent.

    Public keys are everybody's: they fill empty fields only, and their clocks are believed for a week."""
    public = key.kind == ApiKey.Kind.PUBLIC
    batch = segment.Batch(
        catalogue=catalogue.read(),
        at=at,
        sent=_sent(sent),
        oldest=moments.OLDEST_OF_BROWSERS if public else moments.OLDEST,
        # A server tells what it saw in its items; what it is itself says nothing about them.
        sending=(public and sending) or Sending(),
    )
    understood, refused = _understood(items, batch, sent)
    done = events.record(
        [item for _index, item in understood],
        sender=f"key:{key.pk}",
        policy=Policy.FILL if public else Policy.OVERWRITE,
        source=key.name,
        at=at,
    )
    visits.note(done.fresh, at=at)
    clashing = {id(item) for item in done.conflicts}
    refused += [_clash(index) for index, item in understood if id(item) in clashing]
    refused.sort(key=lambda refusal: refusal.index)
    _keep_refused(key, items, refused, at)
    _count(key, done, refused, at, machines=_machines([item for _i, item in understood]))
    return Taken(done.accepted, done.duplicates, refused)


def _sent(value: Any) -> datetime | None:
    try:
        return moments.moment(value)
    except moments.BadMoment:
        return None


def _understood(
    items: Sequence[JsonItem], batch: segment.Batch, sent: Any
) -> tuple[list[tuple[int, events.Item]], list[Refusal]]:
    kept: list[tuple[int, events.Item]] = []
    refused: list[Refusal] = []
    for index, item in enumerate(items):
        try:
            if item.error is not None:
                raise NotUnderstood(str(item.error))
            data = item.value
            if posthog.speaks(data):
                data = posthog.as_segment(data, sent=sent)
            kept.append((index, segment.understand(data, batch)))
        except NotUnderstood as error:
            refused.append(Refusal(index, str(error)))
    return kept, refused


def _clash(index: int) -> Refusal:
    return Refusal(index, _("This messageId was given to another event before."), taken=True)


def _machines(items: Sequence[events.Item]) -> int:
    return sum(item.trust != detection.Trust.HUMAN for item in items if item.look is not None)


def _keep_refused(
    key: ApiKey, items: Sequence[JsonItem], refused: Sequence[Refusal], at: datetime
) -> None:
    if not refused:
        return
    QuarantinedItem.objects.bulk_create(
        QuarantinedItem(
            key=key,
            reason=refusal.reason[:300],
            payload=json.dumps(items[refusal.index].value)[:LONGEST_PAYLOAD],
            received_at=at,
        )
        for refusal in refused
    )


def _count(
    key: ApiKey,
    done: events.Recorded,
    refused: Sequence[Refusal],
    at: datetime,
    *,
    machines: int,
) -> None:
    """By itself, after the batch: two batches of a key do not wait for one another because of it."""
    taken = sum(refusal.taken for refusal in refused)
    counts = [done.accepted, done.duplicates, taken, len(refused) - taken, machines]
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_ingestcount AS c
                      (key_id, day, accepted, duplicates, conflicts, refused, machines)
               VALUES (%s, (%s AT TIME ZONE 'UTC')::date, %s, %s, %s, %s, %s)
               ON CONFLICT (key_id, day) DO UPDATE
                  SET accepted = c.accepted + excluded.accepted,
                      duplicates = c.duplicates + excluded.duplicates,
                      conflicts = c.conflicts + excluded.conflicts,
                      refused = c.refused + excluded.refused,
                      machines = c.machines + excluded.machines""",
            [key.pk, at, *counts],
        )
