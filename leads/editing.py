"""A person corrects a lead: old value, author and time are kept as an undo row."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts import prepared
from accounts.models import Team, User
from leads import journal
from leads.identity import companies, phones
from leads.identity.joining import COLUMNS, get, put
from leads.models import ContactKey, Lead, LeadChange, LeadScore

# A lead always has one of these.
NEVER_EMPTY = {"direction"}


class AddressTaken(Exception):
    """Another lead has this e-mail; `lead` is that one."""

    def __init__(self, lead: Lead) -> None:
        super().__init__("Another lead has this e-mail address.")
        self.lead = lead


def edit(
    lead: Lead,
    values: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    source: str = "By hand",
) -> list[str]:
    """Writes cleaned `values` (None or "" empties a field); returns the keys that changed.

    Raises AddressTaken when the e-mail belongs to another lead."""
    with transaction.atomic():
        LeadScore.objects.select_for_update(no_key=True).get(lead=lead)
        lead.refresh_from_db()
        if lead.merged_into:
            return edit(lead.merged_into, values, by=by, at=at, source=source)
        old = {
            key: get(lead, key)
            for key, value in values.items()
            if _differs(get(lead, key), value) and (value or key not in NEVER_EMPTY)
        }
        _settle(lead, values, by=by, at=at)
        if not old:
            return []
        for key in old:
            put(lead, key, values[key])
        _save(lead, old, source=source, by=by, at=at)
        LeadChange.objects.create(lead=lead, known_at=at, source=source, by=by, old=old)
        journal.write("lead.edited", [lead.pk], at=at, by=by, data={"fields": sorted(old)})
    return sorted(old)


def _settle(lead: Lead, values: Mapping[str, Any], *, by: User | None, at: datetime) -> None:
    """Whoever writes a field has decided on what waits for it: the value written is taken, others are dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE leads_proposal p
                  SET state = CASE WHEN p.value = n.value THEN 'taken' ELSE 'dropped' END,
                      decided_by_id = %s, decided_at = %s
                 FROM jsonb_each(%s::jsonb) AS n(field, value)
                WHERE p.lead_id = %s AND p.state = 'open' AND p.field = n.field""",
            [by.pk if by else None, at, json.dumps(dict(values)), lead.pk],
        )


def _differs(present: Any, value: Any) -> bool:
    return (present or None) != (value or None) if value is not False else present is not False


def _save(
    lead: Lead, old: Mapping[str, Any], *, source: str, by: User | None, at: datetime
) -> None:
    if {"email", "company_name"} & old.keys():
        companies.attach([lead], source=source, by=by, at=at)
    lead.updated_at = at
    try:
        with transaction.atomic():
            lead.save(update_fields=[*COLUMNS, "phone_e164", "attributes", "company", "updated_at"])
            if "email" in old:
                _rekey(lead, old["email"])
            if {"phone", "country"} & old.keys():
                phones.forget([lead.pk])
    except IntegrityError:
        other = Lead.objects.filter(keys__kind=ContactKey.EMAIL, keys__value=lead.email).first()
        if other is None:
            raise
        raise AddressTaken(other) from None


def _rekey(lead: Lead, old_email: str | None) -> None:
    ContactKey.objects.filter(lead=lead, kind=ContactKey.EMAIL, value=old_email).delete()
    if lead.email:
        ContactKey.objects.create(lead=lead, kind=ContactKey.EMAIL, value=lead.email)


def assign(lead_ids: list[int], *, owner: User | None, team: Team | None) -> None:
    """Gives leads an owner and a team, on the lead and on its score row; the caller writes the journal."""
    owner_id, team_id = owner.pk if owner else None, team.pk if team else None
    with prepared.cursor() as cursor:
        cursor.execute(
            """WITH held AS (SELECT lead_id FROM leads_leadscore WHERE lead_id = ANY(%(ids)s)
                              ORDER BY lead_id FOR NO KEY UPDATE),
                    owned AS (UPDATE leads_lead l SET owner_id = %(owner)s, team_id = %(team)s
                                FROM held WHERE l.id = held.lead_id),
                    handed AS (INSERT INTO leads_lead_handed_to (lead_id, team_id)
                               SELECT lead_id, %(team)s FROM held WHERE %(team)s::bigint IS NOT NULL
                               ON CONFLICT DO NOTHING)
               UPDATE leads_leadscore s SET owner_id = %(owner)s, team_id = %(team)s
                 FROM held WHERE s.lead_id = held.lead_id""",
            {"ids": lead_ids, "owner": owner_id, "team": team_id},
        )
