"""What was different about a lead at a moment: its fields, its events, the score a person had set.

Fields come out of undo rows, the stage out of the journal. What was different about its company and colleagues is
in past_people.py, about events in past_events.py."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from leads.identity.joining import put
from leads.models import HUMANS, Crossing, JournalEntry, Lead, LeadChange, ScoreHistory
from scoring.explaining import past_events, past_people
from scoring.live import read
from scoring.models import ModelVersion, Override
from scoring.statement.scope import PAST

# A crossing moves the stage right after the score was written, in one transaction.
ONE_DEED = timedelta(minutes=10)


@dataclass(frozen=True)
class Past:
    """As the statement of the past takes it: columns that were different by lead id and by company id, events
    that were, and the leads it may read."""

    then: dict[str, dict[str, Any]]
    companies: dict[str, dict[str, Any]]
    undone: list[dict[str, int | None]]
    concerned: list[int]

    def parameters(self, at: datetime, known: datetime) -> dict[str, Any]:
        return {
            "at": at, "known": known, "concerned": self.concerned,
            "then": json.dumps(self.then, default=str),
            "then_companies": json.dumps(self.companies), "undone": json.dumps(self.undone),
        }  # fmt: skip


def past(lead: Lead, *, at: datetime, known: datetime, colleagues: bool = False) -> Past:
    """The lead at the moment `at`, by what was known at the moment `known`; on demand with the people of its
    company."""
    company_id = past_people.company_of(lead, known)
    people = past_people.people_of(company_id, known) if colleagues and company_id else []
    concerned = sorted({lead.pk, *people})
    then: dict[str, dict[str, Any]] = {str(pk): {"company_id": company_id} for pk in concerned}
    for pk, into in past_people.merged(concerned, known).items():
        then[str(pk)]["merged_into_id"] = into
    facts = past_people.facts(company_id, known)
    undone = past_events.undone(past_people.family(concerned, known), known)
    made = Past(then, {str(company_id): facts}, undone, concerned)
    columns = then[str(lead.pk)]
    columns |= _fields(lead, known) if known < lead.updated_at else {}
    columns["stage"] = _stage(lead, at)
    columns["product_used_at"] = _product_used(lead, made.parameters(at, known))
    columns["_override"] = _override(lead, at)
    columns["_band"] = _band(lead, at)
    return made


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
    if {"phone", "country"} & columns.keys():
        columns["phone_e164"] = _e164(lead, columns)
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


def _e164(lead: Lead, columns: dict[str, Any]) -> str:
    was = Lead(phone=columns.get("phone", lead.phone))
    put(was, "country", columns.get("country", lead.country))
    return was.phone_e164


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


def _product_used(lead: Lead, parameters: dict[str, Any]) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{PAST.before} SELECT min(e.occurred_at) FROM {PAST.events} e
                 JOIN leads_eventkind k ON k.id = e.kind AND k.is_product
                WHERE e.lead_id = %(lead)s AND e.occurred_at <= {PAST.now} AND e.trust = ANY(%(humans)s)""",
            {**parameters, "lead": lead.pk, "humans": [int(trust) for trust in HUMANS]},
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
