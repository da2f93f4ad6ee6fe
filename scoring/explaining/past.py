"""What was different about a lead at a moment: its fields, its events, the score a person had set.

Fields come out of undo rows, the stage out of the journal. Facts of companies, and who works there, are kept
without history."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Q

from leads.identity import companies
from leads.models import HUMANS, Crossing, JournalEntry, Lead, LeadChange, ScoreHistory
from scoring.live import read
from scoring.models import ModelVersion, Override

# A crossing moves the stage right after the score was written, in one transaction.
ONE_DEED = timedelta(minutes=10)


@dataclass(frozen=True)
class Past:
    """As the statement of the past takes it: columns by lead id, and classes of trust by event id."""

    then: dict[str, dict[str, Any]]
    undone: dict[str, int | None]

    def parameters(self, at: datetime, known: datetime) -> dict[str, Any]:
        then = json.dumps(self.then, default=str)
        return {"at": at, "known": known, "then": then, "undone": json.dumps(self.undone)}


def past(lead: Lead, *, at: datetime, known: datetime, colleagues: Sequence[int] = ()) -> Past:
    """The lead at the moment `at`, by what was known at the moment `known`. Events of `colleagues` are undone
    as well."""
    undone = _undone([lead.pk, *colleagues], known)
    columns = _fields(lead, known) if known < lead.updated_at else {}
    columns["stage"] = _stage(lead, at)
    columns["product_used_at"] = _product_used(lead, at, known, undone)
    columns["_override"] = _override(lead, at)
    columns["_band"] = _band(lead, at)
    return Past({str(lead.pk): columns}, undone)


def later_changes(lead: Lead, known: datetime) -> list[LeadChange]:
    """What was changed after a moment, newest first."""
    return list(
        LeadChange.objects.filter(lead=lead, known_at__gt=known).order_by("-known_at", "-id")
    )


def _fields(lead: Lead, known: datetime) -> dict[str, Any]:
    changes = later_changes(lead, known)
    if not changes:
        return {}
    columns: dict[str, Any] = {"attributes": dict(lead.attributes)}
    for change in changes:
        _undo(columns, change.old)
    if {"email", "company_name"} & set(chain.from_iterable(change.old for change in changes)):
        columns["company_id"] = _company(lead, columns, known)
    return columns


def _undo(columns: dict[str, Any], old: dict[str, Any]) -> None:
    for key, value in old.items():
        name = key.removeprefix("custom.")
        if name == key:
            columns[key] = value
        elif value in (None, ""):
            columns["attributes"].pop(name, None)
        else:
            columns["attributes"][name] = value


def _company(lead: Lead, columns: dict[str, Any], known: datetime) -> int | None:
    """Where the lead worked, by the rule that attaches it: the latest address or name that says so."""
    state = Lead(
        email=columns.get("email", lead.email),
        company_name=columns.get("company_name", lead.company_name),
    )
    earlier = LeadChange.objects.filter(lead=lead, known_at__lte=known)
    steps = earlier.order_by("-known_at", "-id").values_list("old", flat=True)
    for old in chain([{}], steps):
        state.email = old.get("email", state.email)
        state.company_name = old.get("company_name", state.company_name)
        if found := companies.known(state):
            return found
    return None


def _stage(lead: Lead, at: datetime) -> str:
    moves = JournalEntry.objects.filter(lead=lead, kind="lead.moved", at__gt=at - ONE_DEED)
    for moved_at, data in moves.order_by("at", "id").values_list("at", "data"):
        if at < moved_at or at <= _written(lead, moved_at):
            return str(data["from"])
    return lead.stage


def _written(lead: Lead, moved_at: datetime) -> datetime:
    """When the score was written that moved the stage; earlier than any moment for another kind of move."""
    crossing = Crossing.objects.filter(lead=lead, at=moved_at).first()
    if crossing is None:
        return datetime.min.replace(tzinfo=UTC)
    row = ScoreHistory.objects.filter(
        lead=lead, at__range=(moved_at, moved_at + ONE_DEED),
        version=crossing.version, total=crossing.total,
    ).order_by("at", "id").first()  # fmt: skip
    return row.at if row else moved_at


def _product_used(
    lead: Lead, at: datetime, known: datetime, undone: dict[str, int | None]
) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(e.occurred_at) FROM leads_event e
                 JOIN leads_eventkind k ON k.id = e.kind AND k.is_product
                 LEFT JOIN jsonb_each_text(%s::jsonb) AS was(id, trust) ON was.id = e.id::text
                WHERE e.lead_id = %s AND e.occurred_at <= %s AND e.received_at <= %s
                  AND (CASE WHEN was.id IS NULL THEN e.trust ELSE was.trust::smallint END) = ANY(%s)""",
            [json.dumps(undone), lead.pk, at, known, [int(trust) for trust in HUMANS]],
        )
        used: datetime | None = cursor.fetchone()[0]
    return used


def _override(lead: Lead, at: datetime) -> int | None:
    found = override_at(lead, at)
    return found.total if found else None


def override_at(lead: Lead, at: datetime) -> Override | None:
    """The score a person had set at a moment."""
    rows = Override.objects.filter(lead=lead, at__lte=at, until__gt=at.astimezone(UTC).date())
    return rows.filter(Q(ended_at=None) | Q(ended_at__gt=at)).order_by("-at", "-id").first()


def _band(lead: Lead, at: datetime) -> str:
    """The band before that moment. Going back to a version gives back the band that it had left."""
    band, stood_at = _stood(lead, Q(at__lt=at))
    reverts = ModelVersion.objects.filter(published_at__lte=at).exclude(reverts_to=None)
    for version in reverts.select_related("reverts_to").order_by("published_at", "pk"):
        if stood_at is None or version.published_at is None or version.published_at < stood_at:
            continue
        if version.reverts_to and any(one.leave is not None for one in read(version).bands):
            band = _stood(lead, Q(at__lte=version.reverts_to.retired_at))[0] or band
    return band


def _stood(lead: Lead, when: Q) -> tuple[str, datetime | None]:
    rows = ScoreHistory.objects.filter(when, lead=lead).order_by("-at", "-id")
    return rows.values_list("band", "at").first() or ("", None)


def _undone(lead_ids: Sequence[int], known: datetime) -> dict[str, int | None]:
    """Events that were stitched to these leads, or given another class, only after the moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT e.id, r.before
                 FROM leads_eventrelabel r
                CROSS JOIN LATERAL jsonb_array_elements_text(r.event_ids) AS i(id)
                 JOIN leads_event e ON e.id = i.id::bigint
                WHERE r.at > %s AND (r.lead_id = ANY(%s::bigint[]) OR r.lead_id IS NULL)
                  -- What a merge brought and its undoing took away again is no news to the other lead.
                  AND (r.lead_id = e.lead_id OR NOT r.before ? 'lead')
                  AND e.lead_id = ANY(%s::bigint[]) ORDER BY r.at DESC, r.id DESC""",
            [known, list(lead_ids), list(lead_ids)],
        )
        rows = [(str(pk), json.loads(before)) for pk, before in cursor.fetchall()]
    undone: dict[str, int | None] = {}
    for pk, before in rows:
        if "lead" in before:
            undone[pk] = None
        elif undone.get(pk, 0) is not None and "trust" in before:
            trust = before["trust"]
            undone[pk] = trust.get(pk) if isinstance(trust, dict) else trust
    return undone
