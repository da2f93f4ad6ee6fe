"""The journal: whoever changes a lead's fate writes an entry in the same transaction.

An entry is a line of the timeline, and, if its kind is followed, a doorbell for the pipeline."""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F

from accounts import prepared
from accounts.models import User
from leads.models import JournalEntry

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
# When a wake-up may be taken that waits to be let go.
HELD = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """`followed`: the pipeline has steps for it. `wakes`: many waiting entries of a lead are one."""

    followed: bool = False
    wakes: bool = False


KINDS: dict[str, Kind] = {
    "lead.captured": Kind(followed=True),
    "lead.active": Kind(followed=True, wakes=True),
    "lead.edited": Kind(followed=True),
    "lead.imported": Kind(followed=True),
    "lead.ripened": Kind(followed=True),
    "lead.relabelled": Kind(followed=True, wakes=True),
    "lead.warmed": Kind(followed=True),
    "lead.crossed": Kind(followed=True),
    # Its band or its flag changed while somebody may have it in hand.
    "lead.rebanded": Kind(followed=True, wakes=True),
    "lead.overridden": Kind(followed=True),
    "lead.moved": Kind(),
    "lead.restaged": Kind(followed=True),
    "lead.merged": Kind(followed=True),
    "lead.unmerged": Kind(followed=True),
    "lead.noted": Kind(),
    "lead.looked_at": Kind(),
    "lead.proposed": Kind(),
    "lead.asked": Kind(),
    "lead.wrote": Kind(followed=True),
    "lead.mailed": Kind(followed=True),
    "lead.consented": Kind(),
    "lead.withdrew": Kind(),
    "lead.left": Kind(followed=True),
    "lead.unfollowed": Kind(followed=True),
    "lead.suppressed": Kind(followed=True),
    "lead.erased": Kind(),
    "lead.enriched": Kind(followed=True),
    # Of no lead: messages of other systems that are to be understood.
    "hook.received": Kind(followed=True),
    "handoff.opened": Kind(followed=True),
    # Routing keeps it from sales for now: it is nurtured, or asked first.
    "lead.kept_back": Kind(followed=True),
    "handoff.routed": Kind(followed=True),
    "handoff.lapsed": Kind(followed=True),
    "handoff.claimed": Kind(followed=True),
    "handoff.released": Kind(followed=True),
    "handoff.reassigned": Kind(followed=True),
    "handoff.paused": Kind(),
    "handoff.resumed": Kind(),
    "handoff.rose": Kind(followed=True),
    "handoff.cooled": Kind(),
    "handoff.flagged": Kind(followed=True),
    "handoff.withdrawn": Kind(),
    "handoff.touched": Kind(followed=True),
    "handoff.nudged": Kind(),
    "handoff.disposed": Kind(followed=True),
    "handoff.undone": Kind(followed=True),
    "handoff.snoozed": Kind(),
    # Sequences of e-mails: into one, a step of it, out of it.
    "lead.enrolled": Kind(),
    "lead.nurtured": Kind(),
    "lead.unenrolled": Kind(),
    # An accepted lead goes to those who close, or comes back from them.
    "sql.passed": Kind(followed=True),
    "sql.returned": Kind(followed=True),
    "deal.opened": Kind(),
    "deal.changed": Kind(),
    "deal.ended": Kind(followed=True),
    "deal.reopened": Kind(),
    "deal.reviewed": Kind(),
    "lead.reopened": Kind(),
    # The signal came that its recycling named: the rest ends.
    "lead.signalled": Kind(),
    "fact.settled": Kind(followed=True),
    "routing.changed": Kind(),
    "timer.rang": Kind(followed=True),
    "timer.moved": Kind(),
    "card.answered": Kind(followed=True),
    "card.coached": Kind(),
    "frameworks.changed": Kind(),
    "model.proposed": Kind(followed=True),
    "model.approved": Kind(followed=True),
    "model.sent_back": Kind(followed=True),
    "model.published": Kind(),
    "model.arranged": Kind(),
}


@dataclass(frozen=True)
class Entry:
    """A claimed entry as the pipeline's steps see it."""

    id: int
    kind: str
    lead_id: int | None
    at: datetime
    actor_id: int | None
    data: dict[str, Any]
    wakes: bool
    attempts: int


class ClaimLost(Exception):
    """Another worker took over entries whose lease ran out; the work done here is rolled back."""


def write(
    kind: str,
    lead_ids: Iterable[int | None],
    *,
    at: datetime,
    by: User | None = None,
    data: dict[str, Any] | None = None,
    each: dict[int, dict[str, Any]] | None = None,
) -> None:
    """One entry of `kind` a lead, with `data`, or with a lead's own data out of `each`."""
    rows = [
        {"lead_id": lead_id, "data": each.get(lead_id, {}) if each and lead_id else data or {}}
        for lead_id in lead_ids
    ]
    if not rows:
        return
    done_at = None if KINDS[kind].followed else at
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_journalentry
                   (lead_id, kind, at, actor_id, data, available_at, done_at, wakes, attempts, error)
               SELECT lead_id, %s::text, %s, %s::bigint, data, %s, %s::timestamptz, false, 0, ''
                 FROM jsonb_to_recordset(%s::jsonb) AS t(lead_id bigint, data jsonb)""",
            [kind, at, by.pk if by else None, at, done_at, json.dumps(rows)],
        )


def write_each(
    kind: str, rows: Sequence[tuple[int, dict[str, Any]]], *, at: datetime, by: User | None = None
) -> None:
    """An entry for each (lead, data), of which a lead may have several."""
    by_turn: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    seen: dict[int, int] = {}
    for lead_id, data in rows:
        seen[lead_id] = seen.get(lead_id, 0) + 1
        by_turn.setdefault(seen[lead_id], []).append((lead_id, data))
    for some in by_turn.values():
        each = dict(some)
        write(kind, each, at=at, by=by, each=each)


def wake(kind: str, lead_ids: Iterable[int], *, at: datetime, held: bool = False) -> None:
    """Asks for a step on these leads; a lead already waiting is not asked twice. `held`: not before
    `let_go`, so that work in many pieces wakes each lead once.

    DO UPDATE and sorted ids: DO NOTHING can lose a wake-up to a claim that commits meanwhile. What waits already is
    held until we are done and not written again."""
    ids = sorted(set(lead_ids))
    if not ids:
        return
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_journalentry
                   (lead_id, kind, at, available_at, wakes, data, attempts, error)
               SELECT lead_id, %s, %s, %s, true, '{}', 0, '' FROM unnest(%s::bigint[]) AS t(lead_id)
               ON CONFLICT (lead_id, kind)
                   WHERE claim_token IS NULL AND done_at IS NULL AND wakes
               DO UPDATE SET available_at = excluded.available_at
                       WHERE leads_journalentry.available_at > excluded.available_at""",
            [kind, at, HELD if held else at, ids],
        )


def let_go(kind: str, *, at: datetime) -> None:
    """Wake-ups of the kind that were held may be taken from now on."""
    held = JournalEntry.objects.filter(kind=kind, wakes=True, claim_token=None, done_at=None)
    held.filter(available_at=HELD).update(available_at=at)


def claim(*, limit: int, token: uuid.UUID) -> list[Entry]:
    """Takes up to `limit` waiting entries under a lease, sorted by lead and id."""
    with prepared.cursor() as cursor:
        # The limit is part of the text: a plan that does not know it reads and sorts all that waits.
        cursor.execute(
            f"""UPDATE leads_journalentry
                  SET claim_token = %s, available_at = app_now() + %s * interval '1 second', attempts = attempts + 1
                WHERE id = ANY(ARRAY(
                      SELECT id FROM leads_journalentry
                       WHERE done_at IS NULL AND parked_at IS NULL AND available_at <= app_now()
                       ORDER BY available_at, id LIMIT {limit:d} FOR UPDATE SKIP LOCKED))
            RETURNING id, kind, lead_id, at, actor_id, data, wakes, attempts""",
            [token, LEASE.total_seconds()],
        )
        rows = cursor.fetchall()
    return sorted((_entry(row) for row in rows), key=lambda e: (e.lead_id or 0, e.id))


def _entry(row: Sequence[Any]) -> Entry:
    number, kind, lead_id, at, actor_id, data, wakes, attempts = row
    # Outside of the ORM Django leaves jsonb as text.
    return Entry(number, kind, lead_id, at, actor_id, json.loads(data), wakes, attempts)


def finish(entries: Sequence[Entry], *, token: uuid.UUID, at: datetime) -> None:
    """Marks claimed entries done, in the transaction of the work. Raises ClaimLost if any was taken over."""
    # A wake-up is no history: what it led to is. Keeping one a page view would be most of the table.
    with prepared.cursor() as cursor:
        cursor.execute(
            """WITH mine AS (SELECT id, wakes FROM leads_journalentry
                              WHERE id = ANY(%(ids)s::bigint[]) AND claim_token = %(token)s AND done_at IS NULL),
                    gone AS (DELETE FROM leads_journalentry e USING mine
                              WHERE e.id = mine.id AND mine.wakes AND e.claim_token = %(token)s RETURNING e.id),
                    done AS (UPDATE leads_journalentry e SET done_at = %(at)s FROM mine
                              WHERE e.id = mine.id AND NOT mine.wakes AND e.claim_token = %(token)s RETURNING e.id)
               SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM done)""",
            {"ids": [entry.id for entry in entries], "token": token, "at": at},
        )
        finished = cursor.fetchone()[0]
    if finished != len(entries):
        raise ClaimLost(f"{len(entries) - finished} of {len(entries)} entries were taken over")


def postpone(entries: Sequence[Entry], *, token: uuid.UUID, until: datetime) -> None:
    """Gives entries back after trouble that was not theirs (a lock, a deadlock)."""
    JournalEntry.objects.filter(id__in=[e.id for e in entries], claim_token=token).update(
        available_at=until, attempts=F("attempts") - 1
    )


def fail(entry: Entry, *, token: uuid.UUID, error: str, at: datetime) -> None:
    """Sets a failing entry back with growing pauses; after five attempts it is parked for a person to see."""
    parked = entry.attempts >= MOST_ATTEMPTS
    JournalEntry.objects.filter(id=entry.id, claim_token=token).update(
        error=error[:2000],
        available_at=at + timedelta(seconds=5 * 4**entry.attempts),
        parked_at=at if parked else None,
    )


def unpark(entry_ids: Iterable[int], *, at: datetime) -> int:
    """Lets parked entries be tried again; says how many."""
    return (
        JournalEntry.objects.filter(id__in=list(entry_ids))
        .exclude(parked_at=None)
        .update(parked_at=None, attempts=0, available_at=at)
    )
