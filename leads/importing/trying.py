"""A try: what an import would do to each row, found without writing a lead.

Rows that are leads are looked up by their keys, so that the counts hold for files of any size. All other rows are
settled and rolled back, piece by piece."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from leads import fields
from leads.fields import LeadField
from leads.identity.joining import Key, Person, get
from leads.importing import leases, people, starting
from leads.importing.mapping import plan_of
from leads.importing.rows import Reader
from leads.importing.settled import Line, Result, Settled, Settler, piece_of
from leads.models import ContactKey, Import, ImportTried, Lead, What

PIECE = 2_000
# Reasons that are shown; the rest of them is one number.
MOST_REASONS = 20
# Rejected lines that are shown with their place in the file; the whole of them is a file after the run.
MOST_LINES = 20
# A row that would join the lead of a row above.
REPEATED = "repeated"


def try_piece(imported: Import, settle: Settler, *, at: datetime) -> None:
    """Tries the next rows of a claimed import. Raises LeaseLost."""
    lines = list(
        imported.lines.filter(row__gte=imported.next_row).order_by("row")
        .values_list("row", "cells", "result", "reason", "line")[: piece_of(imported, PIECE)]
    )  # fmt: skip
    fresh = [(row, cells) for row, cells, result, *_more in lines if not result]
    unread = [
        Settled(row, result, reason) for row, _cells, result, reason, _line in lines if result
    ]
    with transaction.atomic():
        leases.hold(imported)
        if imported.what == What.LEADS:
            settled = _foresee(imported, fresh, at)
        else:
            with transaction.atomic():
                settled = settle(imported, fresh, at=at)
                transaction.set_rollback(True)
        last = lines[-1][0]
        places = {row: line for row, *_more, line in lines}
        tried = _tally(imported.tried or {}, [*unread, *settled], places)
        if last < imported.rows:
            leases.commit(imported, until=None, tried=tried, next_row=last + 1)
            return
        ImportTried.objects.filter(imported=imported).delete()
        state = Import.State.STAGED
        leases.commit(imported, until=None, tried=tried, next_row=1, state=state)


def _tally(
    tried: dict[str, Any], settled: Sequence[Settled], places: Mapping[int, int]
) -> dict[str, Any]:
    """`places` are the lines of the file by row."""
    counts = Counter(tried.get("counts", {})) + Counter(one.result for one in settled)
    reasons = Counter(tried.get("reasons", {}))
    rejected = [one for one in settled if one.result == Result.REJECTED]
    reasons.update(one.reason for one in rejected)
    lines = [[places[one.row], one.reason] for one in sorted(rejected, key=lambda one: one.row)]
    remarked = sum(bool(one.reason) and one.result != Result.REJECTED for one in settled)
    return {
        "counts": dict(counts),
        "reasons": dict(reasons.most_common(MOST_REASONS * 10)),
        "remarked": tried.get("remarked", 0) + remarked,
        "lines": [*tried.get("lines", []), *lines][:MOST_LINES],
    }


def _foresee(imported: Import, lines: Sequence[Line], at: datetime) -> list[Settled]:
    reader = _reader(imported, at)
    rejected, read = people.read(reader, lines)
    owners = _owners([person for _settled, person in read])
    leads = Lead.objects.in_bulk(sorted(set(owners.values())))
    digests = {key: _digest(key) for _settled, person in read for key in person.all_keys()}
    seen = _seen(imported, set(digests.values()))
    settled = []
    for told, person in read:
        keys = person.all_keys()
        lead_id = next((owners[key] for key in keys if key in owners), None)
        if lead_id is not None:
            changes = _changes(leads[lead_id], person) or any(key not in owners for key in keys)
            result = str(Result.UPDATED if changes else Result.UNCHANGED)
        else:
            result = REPEATED if any(digests[key] in seen for key in keys) else str(Result.CREATED)
            seen.update(digests[key] for key in keys)
        settled.append(replace(told, result=result))
    _remember(imported, seen)
    return rejected + settled


def _reader(imported: Import, at: datetime) -> Reader:
    """Reads rows as the import would, with the fields that it would declare."""
    plan, catalogue = plan_of(imported), fields.catalogue()
    columns, labels = starting.new_fields(plan.columns, imported.header, catalogue)
    new = {
        f"custom.{key}": LeadField(f"custom.{key}", label, fields.LONGEST_TEXT, str)
        for key, label in labels.items()
    }
    zone = ZoneInfo(imported.by.time_zone)
    return Reader(
        replace(plan, columns=columns), imported.header, fields=catalogue | new, zone=zone, at=at
    )


def _owners(some: Sequence[Person]) -> dict[Key, int]:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for person in some:
        for kind, value in person.all_keys():
            by_kind[kind].add(value)
    return {
        (kind, value): lead_id
        for kind, values in by_kind.items()
        for value, lead_id in ContactKey.objects.filter(
            kind=kind, value__in=sorted(values)
        ).values_list("value", "lead_id")
    }


def _changes(lead: Lead, person: Person) -> bool:
    return any(get(lead, key) != value for key, value in person.values.items())


def _digest(key: Key) -> bytes:
    return hashlib.blake2b("\0".join(key).encode(), digest_size=16).digest()


def _seen(imported: Import, digests: set[bytes]) -> set[bytes]:
    """Those of the keys that a row of an earlier piece has."""
    rows = ImportTried.objects.filter(imported=imported, key__in=sorted(digests))
    return {bytes(key) for key in rows.values_list("key", flat=True)}


def _remember(imported: Import, digests: set[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_importtried (imported_id, key) SELECT %s, k FROM unnest(%s::bytea[]) AS t(k)
               ON CONFLICT DO NOTHING""",
            [imported.pk, sorted(digests)],
        )
