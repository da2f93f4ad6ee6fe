"""Who or what has had to do with the leads of an import since: what was touched is not undone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from leads.models import (
    ContactKey,
    Crossing,
    Event,
    FormerCompany,
    Import,
    JournalEntry,
    Lead,
    LeadChange,
    LeadScore,
    ScoreHistory,
)  # fmt: skip

SALES, EDITED, IMPORTED, ACTIVE, MERGED, OTHER = (
    "sales", "edited", "imported", "active", "merged", "other",
)  # fmt: skip
REASONS = {
    SALES: _("Sales was called or has worked on the lead"),
    EDITED: _("Somebody has edited the lead"),
    IMPORTED: _("Another import has changed it or added to it"),
    ACTIVE: _("The lead has been active or has told something itself"),
    MERGED: _("The lead was joined with another one"),
    OTHER: _("Something else hangs on it now"),
    "taken": _("Its earlier e-mail is another lead's by now"),
    "people": _("Leads belong to the company"),
}
# What scoring does by itself is no touch: it follows from the import and ends with it.
BY_ITSELF = (
    "lead.crossed", "lead.moved", "lead.restaged", "lead.ripened", "lead.relabelled", "lead.warmed",
)  # fmt: skip
# Tables whose rows an import makes itself, or that are looked at one by one.
OWN = {
    LeadScore, ScoreHistory, Crossing, ContactKey, JournalEntry, LeadChange, FormerCompany, Event,
}  # fmt: skip


@dataclass(frozen=True)
class Since:
    """The import's first entry in a lead's journal."""

    entry: int
    at: datetime


def since(imported: Import, lead_ids: Iterable[int]) -> dict[int, Since]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT lead_id, min(id), min(at) FROM leads_journalentry
                WHERE lead_id = ANY(%s) AND kind = 'lead.imported' AND data->>'import' = %s
                GROUP BY lead_id""",
            [sorted(lead_ids), str(imported.pk)],
        )
        return {row[0]: Since(row[1], row[2]) for row in cursor.fetchall()}


def touched(imported: Import, began: dict[int, Since], created: Collection[int]) -> dict[int, str]:
    """Leads that cannot be undone, each with a key of REASONS. Of `created` any row that hangs on them counts, of
    the others what came after the import."""
    found: dict[int, str] = {}
    for reason, ids in (
        (OTHER, _hanging(created)),
        (ACTIVE, _active(began, created)),
        (EDITED, _changed(imported, began)),
    ):
        found |= dict.fromkeys(ids, reason)
    found |= _told(imported, began)
    merged = Lead.objects.filter(pk__in=list(began)).exclude(merged_into=None)
    return found | dict.fromkeys(merged.values_list("pk", flat=True), MERGED)


def _told(imported: Import, began: dict[int, Since]) -> dict[int, str]:
    """By the first entry of the journal that neither the import nor scoring wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (j.lead_id) j.lead_id, j.kind
                 FROM unnest(%s::bigint[], %s::bigint[]) AS t(lead_id, entry)
                 JOIN leads_journalentry j ON j.lead_id = t.lead_id AND j.id > t.entry
                WHERE (j.kind <> 'lead.imported' OR j.data->>'import' <> %s)
                  AND NOT (j.actor_id IS NULL AND j.kind = ANY(%s))
                ORDER BY j.lead_id, j.id""",
            [
                list(began), [one.entry for one in began.values()], str(imported.pk), list(BY_ITSELF),
            ],
        )  # fmt: skip
        return {lead_id: _reason(kind) for lead_id, kind in cursor.fetchall()}


def _reason(kind: str) -> str:
    if kind.startswith(("handoff.", "card.", "timer.")):
        return SALES
    exact = {
        "lead.imported": IMPORTED,
        "lead.merged": MERGED,
        "lead.unmerged": MERGED,
        "lead.captured": ACTIVE,
        "lead.active": ACTIVE,
        "lead.proposed": ACTIVE,
        "lead.crossed": SALES,
    }
    edits = ("lead.edited", "lead.noted", "lead.overridden", "lead.moved")
    return exact.get(kind, EDITED if kind in edits else OTHER)


def _active(began: dict[int, Since], created: Collection[int]) -> set[int]:
    later = [lead_id for lead_id in began if lead_id not in created]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT lead_id FROM leads_event WHERE lead_id = ANY(%s)
                UNION
               SELECT e.lead_id FROM unnest(%s::bigint[], %s::timestamptz[]) AS t(lead_id, at)
                 JOIN leads_event e ON e.lead_id = t.lead_id AND e.received_at > t.at""",
            [sorted(created), later, [began[lead_id].at for lead_id in later]],
        )
        return {row[0] for row in cursor.fetchall()}


def _changed(imported: Import, began: dict[int, Since]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT c.lead_id FROM unnest(%s::bigint[], %s::timestamptz[]) AS t(lead_id, at)
                 JOIN leads_leadchange c ON c.lead_id = t.lead_id AND c.known_at > t.at
                WHERE NOT EXISTS (SELECT 1 FROM leads_journalentry j
                                   WHERE j.lead_id = c.lead_id AND j.at = c.known_at
                                     AND j.kind = 'lead.imported' AND j.data->>'import' = %s)""",
            [list(began), [one.at for one in began.values()], str(imported.pk)],
        )
        return {row[0] for row in cursor.fetchall()}


def _hanging(lead_ids: Collection[int]) -> set[int]:
    """Leads on which a row of another table hangs, whichever table that is."""
    found: set[int] = set()
    for relation in Lead._meta.related_objects:
        model, name = relation.related_model, relation.field.attname
        if isinstance(model, type) and model not in OWN:
            rows = model._default_manager.filter(**{f"{name}__in": list(lead_ids)})
            found.update(rows.values_list(name, flat=True))
    return found
