"""Takes back what an import of leads did: new leads go, changed fields become what they were."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from leads import bulk, journal, locks
from leads.identity import companies
from leads.identity.joining import COLUMNS, get, put
from leads.importing import touched
from leads.importing.touched import Since
from leads.models import Company, ContactKey, Import, ImportLine, Lead, LeadChange

Result = ImportLine.Result
Line = tuple[int, str, int | None, int | None, Any]


@dataclass
class Share:
    """What of a piece can be undone; `kept` are leads with the reason why not."""

    removed: list[int] = field(default_factory=list)
    restored: dict[int, dict[str, Any]] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    began: dict[int, Since] = field(default_factory=dict)


def share(imported: Import, lines: Sequence[Line]) -> Share:
    """`lines` are the next in descending order: each lead is told by its last row, a new one by its first."""
    made = {lead for _row, result, lead, *_r in lines if result == Result.CREATED and lead}
    changed = _changed(imported, lines)
    began = touched.since(imported, made | changed)
    kept = touched.touched(imported, began, made)
    old = _old_values(imported, sorted(changed - kept.keys()))
    kept |= dict.fromkeys(_addresses_taken(old), "taken")
    return Share(
        removed=sorted(made - kept.keys()),
        restored={lead: values for lead, values in sorted(old.items()) if lead not in kept},
        kept=kept,
        began=began,
    )


def _changed(imported: Import, lines: Sequence[Line]) -> set[int]:
    """Leads that the import changed and did not make, with their last such row among the lines."""
    last: dict[int, int] = {}
    for row, result, lead, *_rest in lines:
        if result == Result.UPDATED and lead:
            last.setdefault(lead, row)
    others = ImportLine.objects.filter(imported=imported, lead__in=list(last))
    seen: set[int] = set()
    for row, result, lead in others.values_list("row", "result", "lead_id"):
        is_later = result == Result.UPDATED and lead is not None and row > last[lead]
        if lead is not None and (is_later or result == Result.CREATED):
            seen.add(lead)
    return set(last) - seen


def _old_values(imported: Import, lead_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the fields held before the import's first change of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.lead_id, c.old FROM leads_leadchange c
                WHERE c.lead_id = ANY(%s) AND EXISTS (
                      SELECT 1 FROM leads_journalentry j WHERE j.lead_id = c.lead_id AND j.at = c.known_at
                         AND j.kind = 'lead.imported' AND j.data->>'import' = %s
                         AND j.data->>'what' IS DISTINCT FROM 'undone')
                ORDER BY c.id DESC""",
            [list(lead_ids), str(imported.pk)],
        )
        found: dict[int, dict[str, Any]] = {}
        for lead_id, old in cursor.fetchall():
            found[lead_id] = found.get(lead_id, {}) | json.loads(old)
    return found


def _addresses_taken(old: Mapping[int, Mapping[str, Any]]) -> list[int]:
    wanted = {values["email"]: lead for lead, values in old.items() if values.get("email")}
    keys = ContactKey.objects.filter(kind=ContactKey.EMAIL, value__in=list(wanted))
    owners = dict(keys.values_list("value", "lead_id"))
    return [lead for email, lead in wanted.items() if owners.get(email, lead) != lead]


def put_back(imported: Import, some: Share, *, at: datetime) -> None:
    """Call it inside the transaction of the piece."""
    _remove(some)
    _restore(imported, some.restored, at)


def hold(lines: Sequence[Line]) -> None:
    """Locks the leads of the lines before anybody asks whether they were touched."""
    locks.hold({lead for _row, _result, lead, *_rest in lines if lead})


def _remove(some: Share) -> None:
    leads = Lead.objects.filter(pk__in=some.removed)
    pairs = leads.exclude(company=None).values_list("company_id", "pk")
    born = {(company, some.began[lead].at) for company, lead in pairs}
    leads.delete()
    # Companies that came with these leads and are nobody's now.
    empty = Company.objects.filter(pk__in={company for company, _at in born}, lead=None)
    gone = [pk for pk, at in empty.values_list("pk", "created_at") if (pk, at) in born]
    Company.objects.filter(pk__in=gone).delete()


def _restore(imported: Import, old: Mapping[int, Mapping[str, Any]], at: datetime) -> None:
    leads = {lead.pk: lead for lead in Lead.objects.filter(pk__in=list(old))}
    changes = []
    for lead_id, values in old.items():
        lead = leads[lead_id]
        was = {key: get(lead, key) for key in values}
        changes.append(
            LeadChange(
                lead_id=lead_id, known_at=at, source=imported.source, by=imported.by, old=was
            )
        )
        for key, value in values.items():
            put(lead, key, value)
        lead.updated_at = at
    moved = [lead for lead in leads.values() if {"email", "company_name"} & old[lead.pk].keys()]
    companies.attach(moved, source=imported.source, by=imported.by, at=at)
    bulk.update(
        [leads[pk] for pk in sorted(leads)],
        [*COLUMNS, "phone_e164", "attributes", "company", "updated_at"],
    )
    bulk.insert(changes)
    _rekey(
        [
            (change.old["email"], leads[change.lead_id])
            for change in changes
            if "email" in change.old
        ]
    )
    data = {"import": imported.pk, "what": "undone"}
    journal.write("lead.imported", sorted(old), at=at, by=imported.by, data=data)


def _rekey(pairs: Sequence[tuple[str | None, Lead]]) -> None:
    """Each lead is recognised by the address it has again, and no longer by the one of the file."""
    given_up = [value for value, _lead in pairs if value]
    keys = ContactKey.objects.filter(kind=ContactKey.EMAIL)
    keys.filter(value__in=given_up, lead__in=[lead for _value, lead in pairs]).delete()
    ContactKey.objects.bulk_create(
        [
            ContactKey(kind=ContactKey.EMAIL, value=lead.email, lead=lead)
            for _value, lead in pairs
            if lead.email
        ],
        ignore_conflicts=True,
    )
