"""Values that differ from what a lead holds and wait for a person: kept, shown, taken over or dropped.

A way in that may only fill what is empty hands here what it would have overwritten."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from leads import editing, journal
from leads.fields import LeadField
from leads.identity.joining import Joined, get
from leads.models import Lead, LeadScore, Proposal
from leads.timeline import value_text

State = Proposal.State


@dataclass(frozen=True)
class Waiting:
    """A proposal beside what the lead holds at present, as texts; `raw` is the value itself."""

    id: int
    key: str
    label: str
    present: str
    value: str
    raw: Any
    source: str
    at: datetime


def keep(joined: Iterable[Joined], *, source: str, at: datetime) -> None:
    """Keeps what `joining.join` found different, in the transaction of the deed. The same value that waits
    already is told anew, with its new source and time."""
    told = {one.lead_id: one.proposals for one in joined if one.proposals}
    if not told:
        return
    rows = [
        {"lead_id": lead_id, "field": field, "value": value}
        for lead_id, values in sorted(told.items())
        for field, value in sorted(values.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_proposal (lead_id, field, value, source, at, state)
               SELECT lead_id, field, value, %s, %s, 'open'
                 FROM jsonb_to_recordset(%s::jsonb) AS t(lead_id bigint, field text, value jsonb)
               ON CONFLICT (lead_id, field, md5(value::text)) WHERE state = 'open'
               DO UPDATE SET source = excluded.source, at = excluded.at""",
            [source[:120], at, json.dumps(rows)],
        )
    each = {lead_id: {"proposals": values} for lead_id, values in told.items()}
    journal.write("lead.proposed", sorted(told), at=at, each=each)


def waiting(lead: Lead, catalogue: Mapping[str, LeadField]) -> list[Waiting]:
    """What waits for a decision about this lead, newest first; one query. What the lead holds by now is left out."""
    return [
        _shown(lead, row, catalogue[row.field])
        for row in _open(lead)
        if row.field in catalogue and get(lead, row.field) != row.value
    ]


def _open(lead: Lead) -> QuerySet[Proposal]:
    return Proposal.objects.filter(lead=lead, state=State.OPEN).order_by("-at", "-id")


def _shown(lead: Lead, row: Proposal, field: LeadField) -> Waiting:
    present, value = value_text(get(lead, row.field)), value_text(row.value)
    return Waiting(
        row.pk, row.field, str(field.label), present, value, row.value, row.source, row.at
    )


def take(lead: Lead, ids: Collection[int] | None, *, by: User | None, at: datetime) -> int:
    """Writes proposed values on the lead, as an edit by this person: those with these ids, or all that wait.
    Of several for one field the newest counts, and the others are dropped. Says how many were taken.

    Raises editing.AddressTaken, and writes nothing, when another lead has a proposed e-mail."""
    with transaction.atomic():
        newest: dict[str, Proposal] = {}
        for row in _held(lead, ids):
            newest.setdefault(row.field, row)
        for source, rows in groupby(sorted(newest.values(), key=_source), key=_source):
            values = {row.field: row.value for row in rows}
            editing.edit(lead, values, by=by, at=at, source=source)
    return len(newest)


def drop(lead: Lead, ids: Collection[int] | None, *, by: User | None, at: datetime) -> int:
    """Leaves the lead as it is: the proposals with these ids, or all that wait, are dropped. Says how many."""
    with transaction.atomic():
        held = [row.pk for row in _held(lead, ids)]
        rows = Proposal.objects.filter(pk__in=held)
        return rows.update(state=State.DROPPED, decided_by=by, decided_at=at)


def _held(lead: Lead, ids: Collection[int] | None) -> Sequence[Proposal]:
    """The open ones under the lead's lock, newest first."""
    LeadScore.objects.select_for_update(no_key=True).get(lead=lead)
    rows = _open(lead)
    return list(rows if ids is None else rows.filter(pk__in=ids))


def _source(row: Proposal) -> str:
    return row.source
