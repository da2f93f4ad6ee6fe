"""Which company leads belonged to at a moment, what the company was, and which leads were merged by then."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from leads.models import CompanyChange, FormerCompany, Lead, Merge


def company_of(lead: Lead, known: datetime) -> int | None:
    """The key of the company the lead belonged to."""
    later = FormerCompany.objects.filter(lead=lead, known_at__gt=known)
    former = later.order_by("known_at", "id").values_list("company_id", flat=True)[:1]
    return next(iter(former), lead.company_id)


def people_of(company_id: int, known: datetime) -> list[int]:
    """All leads that belonged to it, merged ones too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT l.id FROM leads_lead l
                 LEFT JOIN LATERAL (
                      SELECT true AS moved, f.company_id FROM leads_formercompany f
                       WHERE f.lead_id = l.id AND f.known_at > %(known)s
                       ORDER BY f.known_at, f.id LIMIT 1) was ON true
                WHERE l.id IN (SELECT id FROM leads_lead WHERE company_id = %(company)s
                               UNION SELECT lead_id FROM leads_formercompany
                                      WHERE company_id = %(company)s AND known_at > %(known)s)
                  AND (CASE WHEN was.moved THEN was.company_id ELSE l.company_id END) = %(company)s""",
            {"known": known, "company": company_id},
        )
        return [row[0] for row in cursor.fetchall()]


def changes(company_id: int | None, known: datetime) -> list[CompanyChange]:
    """What was changed about a company after a moment, newest first."""
    later = CompanyChange.objects.filter(company=company_id, known_at__gt=known)
    return list(later.order_by("-known_at", "-id")) if company_id else []


def facts(company_id: int | None, known: datetime) -> dict[str, Any]:
    """The columns of a company that were different."""
    columns: dict[str, Any] = {}
    for change in changes(company_id, known):
        columns |= change.old
    # No rule asks for what files said beyond the columns.
    return {key: value for key, value in columns.items() if "." not in key}


def merged(lead_ids: Collection[int], known: datetime) -> dict[int, int | None]:
    """Into which lead each was merged at that moment, for those that ever were merged."""
    found: dict[int, int | None] = {}
    for merge in Merge.objects.filter(loser__in=lead_ids).only(
        "loser", "survivor", "at", "undone_at"
    ):
        held = merge.at <= known and (merge.undone_at is None or merge.undone_at > known)
        found[merge.loser_id] = merge.survivor_id if held else found.get(merge.loser_id)
    return found


def family(lead_ids: Collection[int], known: datetime) -> set[int]:
    """These and all leads with which they exchanged events after that moment, by merges and their undoing."""
    later = Merge.objects.filter(Q(at__gt=known) | Q(undone_at__gt=known))
    found, new = set(lead_ids), set(lead_ids)
    while new:
        pairs = later.filter(Q(loser__in=new) | Q(survivor__in=new))
        new = {pk for pair in pairs.values_list("loser_id", "survivor_id") for pk in pair} - found
        found |= new
    return found
