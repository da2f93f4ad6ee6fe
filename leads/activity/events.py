"""What visitors did: batches of events in the Segment shape, each counted once.

`record` takes a batch of parsed items and does its work in a fixed number of statements, in one
transaction: keys, visitors, people, stitching, dictionary, events, and one wake-up a lead."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import prepared
from leads import journal
from leads.activity import identifying, trust_sql
from leads.activity.items import Item as Item
from leads.activity.signatures import numbers
from leads.identity import aliasing, holding, stitching
from leads.identity.joining import Joined, Policy, Result
from leads.models import HUMANS, Event, EventKey


@dataclass(frozen=True)
class Recorded:
    """`conflicts` are the items whose message id was given to something else before."""

    accepted: int
    duplicates: int
    conflicts: Sequence[Item] = ()
    # Those of the items that were stored now.
    fresh: Sequence[Item] = ()


# Kinds of events after which nothing is sent, and the reason on the suppression list.
LEAVING = {"unsubscribe": "unsubscribed", "bounce": "bounced"}
# How the tracker tells that somebody wants to be followed no more.
WITHDRAWN = "$consent_withdrawn"


def record(
    items: Sequence[Item], *, sender: str, policy: Policy, source: str, at: datetime
) -> Recorded:
    """Stores the items not seen before from `sender` (the scope of message ids)."""
    with transaction.atomic():
        keyed, conflicts = _not_seen(items, sender=sender, at=at)
        fresh = [item for item, _event_id in keyed]
        trails = {trail for item in fresh for trail in item.trails}
        visitors = stitching.visitors(trails - {""}, at=at)
        joined = identifying.join(fresh, visitors, policy=policy, source=source, at=at)
        aliases = {item.previous_id: item.user_id or item.anonymous_id for item in fresh}
        aliased = aliasing.alias(aliases, at=at)
        stitched = aliased | stitching.stitch(
            {visitors[trail]: lead.lead_id for item, lead in joined for trail in item.trails}, at=at
        )
        acted = _store(
            [(item, event_id) for item, event_id in keyed if event_id is not None], visitors, at=at
        )
        _announce(joined, stitched | acted, at=at)
        tell_who_left(
            [
                number
                for item, number in keyed
                if number and item.look and item.look.kind in LEAVING
            ],
            at=at,
        )
        _tell_who_withdrew(
            [
                number
                for item, number in keyed
                if number and item.look and item.look.name == WITHDRAWN
            ],
            source=source,
            at=at,
        )
    seen = len(items) - len(fresh) - len(conflicts)
    return Recorded(accepted=len(fresh), duplicates=seen, conflicts=conflicts, fresh=fresh)


def _not_seen(
    items: Sequence[Item], *, sender: str, at: datetime
) -> tuple[list[tuple[Item, int | None]], list[Item]]:
    """Keeps the keys of new items, and gives each that is an event the id it will be stored under; and the
    items that say something else than the first one under their key."""
    by_digest: dict[bytes, Item] = {}
    repeated: list[tuple[bytes, Item]] = []
    for item in items:
        digest = digest_of(sender, item.message_id)
        if by_digest.setdefault(digest, item) is not item:
            repeated.append((digest, item))
    new = keep_keys(by_digest, at=at)
    seen = {digest: item for digest, item in by_digest.items() if digest not in new}
    first = {digest: by_digest[digest].fingerprint for digest in new} | _fingerprints(seen)
    conflicts = [
        item
        for digest, item in [*seen.items(), *repeated]
        if None not in (first.get(digest), item.fingerprint) and first[digest] != item.fingerprint
    ]
    return [(by_digest[digest], event_id) for digest, event_id in new.items()], conflicts


def keep_keys(by_digest: dict[bytes, Item], *, at: datetime) -> dict[bytes, int | None]:
    """The digests that were not there yet, in the order of the items, each with the id of its event."""
    told = [
        (digest.hex(), by_digest[digest].look is not None, by_digest[digest].fingerprint)
        for digest in sorted(by_digest)
    ]
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_eventkey (digest, received_at, event_id, fingerprint)
               SELECT decode(row->>0, 'hex'), %s, CASE WHEN (row->>1)::boolean THEN nextval('leads_event_id_seq') END,
                      (row->>2)::bigint
                 FROM jsonb_array_elements(%s::jsonb) AS row
               ON CONFLICT DO NOTHING RETURNING digest, event_id""",
            [at, json.dumps(told)],
        )
        new = {bytes(digest): event_id for digest, event_id in cursor.fetchall()}
    return {digest: new[digest] for digest in by_digest if digest in new}


def _fingerprints(digests: Iterable[bytes]) -> dict[bytes, int | None]:
    wanted = list(digests)
    if not wanted:
        return {}
    rows = EventKey.objects.filter(digest__in=wanted).values_list("digest", "fingerprint")
    return {bytes(digest): fingerprint for digest, fingerprint in rows}


def digest_of(sender: str, message_id: str) -> bytes:
    return hashlib.blake2b(f"{sender}\0{message_id}".encode(), digest_size=16).digest()


def _store(
    items: Sequence[tuple[Item, int]], visitors: dict[str, int], *, at: datetime
) -> set[int]:
    """Inserts the events under their ids and the lead that is known by now; says which leads did something."""
    if not items:
        return set()
    looks = numbers({item.look for item, _event_id in items if item.look is not None})
    owners = stitching.leads_of_users({item.user_id for item, _event_id in items if item.user_id})
    rows = []
    for item, _event_id in items:
        assert item.look is not None
        signature, kind = looks[item.look]
        # Nothing happens in the future: a score must not change because a clock was fast.
        occurred_at = min(item.occurred_at or at, at)
        rows.append(
            (
                visitors.get(item.visitor_key), owners.get(item.user_id), occurred_at,
                at, kind, signature, int(item.trust), item.properties,
            )
        )  # fmt: skip
    return insert(rows, keyed=[event_id for _item, event_id in items])


def insert(rows: Sequence[tuple[Any, ...]], *, keyed: Sequence[int] = ()) -> set[int]:
    """Writes event rows (visitor, lead, occurred, received, kind, signature, trust, properties); `keyed`
    are the ids that message keys name already.

    A row without a lead takes its visitor's, and its class is what the kept rules make of it. Returns the leads,
    which may be others than were named where a merge came first; when they were active last is written by who
    follows (last_activity.catch_up)."""
    visitors, leads, *_rest = zip(*rows, strict=True)
    now = holding.hold(set(leads) - {None}, set(visitors) - {None})
    acted = _write(rows, now, keyed or [None] * len(rows))
    strays = acted - set(now.values())
    return (acted - strays) | holding.follow(strays) if strays else acted


def _write(
    rows: Sequence[tuple[Any, ...]], now: Mapping[int, int], keyed: Sequence[int | None]
) -> set[int]:
    """`now` says which lead each is by now. One JSON text is read faster than nine arrays are written."""
    told = [
        (event_id, visitor, now.get(lead, lead), occurred.isoformat(), received.isoformat(), *rest)
        for event_id, (visitor, lead, occurred, received, *rest) in zip(keyed, rows, strict=True)
    ]
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""WITH stored AS (
                   INSERT INTO leads_event (id, keyed, visitor_id, lead_id, occurred_at, received_at, kind,
                                            signature_id, trust, properties, ruled_by, arrived_as)
                   SELECT coalesce(t.keyed, nextval('leads_event_id_seq')), t.keyed IS NOT NULL,
                          t.visitor_id, coalesce(t.lead_id, v.lead_id), t.occurred_at, t.received_at,
                          t.kind, t.signature_id, coalesce(ruled.trust, t.trust), t.properties, ruled.id,
                          CASE WHEN ruled.id IS NOT NULL THEN t.trust END
                     FROM (SELECT (row->>0)::bigint AS keyed, (row->>1)::bigint AS visitor_id,
                                  (row->>2)::bigint AS lead_id, (row->>3)::timestamptz AS occurred_at,
                                  (row->>4)::timestamptz AS received_at, (row->>5)::smallint AS kind,
                                  (row->>6)::bigint AS signature_id, (row->>7)::smallint AS trust,
                                  row->8 AS properties
                             FROM jsonb_array_elements(%s::jsonb) AS row) t
                     LEFT JOIN leads_visitor v ON v.id = t.visitor_id
                     {trust_sql.kept("t", lead="coalesce(t.lead_id, v.lead_id)")}
                RETURNING lead_id, occurred_at, kind, trust),
               {trust_sql.first_use("stored")}
               SELECT DISTINCT lead_id FROM stored WHERE lead_id IS NOT NULL""",
            [json.dumps(told)],
        )
        return {row[0] for row in cursor.fetchall()}


def _announce(joined: list[tuple[Item, Joined]], acted: set[int], *, at: datetime) -> None:
    created = {lead.lead_id for _item, lead in joined if lead.result is Result.CREATED}
    edited = {lead.lead_id for _item, lead in joined if lead.result is Result.UPDATED} - created
    journal.write("lead.captured", sorted(created), at=at)
    journal.write("lead.edited", sorted(edited), at=at)
    journal.wake("lead.active", acted - created, at=at)


def tell_who_left(event_ids: Sequence[int], *, at: datetime) -> None:
    """Tells the pipeline whose mail came back, and who wants none: of these events those that are a lead's and no
    machine's. No statement where there are none."""
    if not event_ids:
        return
    found = Event.objects.filter(pk__in=event_ids, trust__in=HUMANS).exclude(lead=None)
    each = {
        lead_id: {"suppressed": LEAVING[kind]}
        for lead_id, kind in found.order_by("pk").values_list("lead_id", "signature__kind__key")
    }
    journal.write("lead.left", sorted(each), at=at, each=each)


def _tell_who_withdrew(event_ids: Sequence[int], *, source: str, at: datetime) -> None:
    """Tells the pipeline whose leads these events are; a visitor nobody knows has nothing to take back."""
    if not event_ids:
        return
    found = Event.objects.filter(pk__in=event_ids).exclude(lead=None)
    leads = sorted(set(found.values_list("lead_id", flat=True)))
    journal.write("lead.unfollowed", leads, at=at, data={"source": source[:80]})
