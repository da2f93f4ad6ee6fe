"""Which company a lead belongs to: by the registered domain of a business address, else by the company's name."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import User
from leads import journal
from leads.identity import company_facts, contact_keys, mail_domains
from leads.models import Company, Lead


def attach(leads: Sequence[Lead], *, source: str, by: User | None = None, at: datetime) -> None:
    """Sets `company` on the given leads (not saved), making companies not seen before, and keeps which one a
    stored lead leaves; at most four statements."""
    found = [(lead, identity) for lead in leads if (identity := _identity(lead))]
    first = {identity: lead for lead, identity in reversed(found)}
    ids = _ids(first)
    new = [_company(first[one], one, at) for one in sorted(first.keys() - ids.keys())]
    if new:
        Company.objects.bulk_create(new, ignore_conflicts=True)
        ids |= _ids(company.identity for company in new)
    moved = [(lead, ids[identity]) for lead, identity in found if lead.company_id != ids[identity]]
    left = [(lead.pk, lead.company_id) for lead, _new in moved if lead.pk is not None]
    company_facts.left(left, source=source, by=by, at=at)
    for lead, company_id in moved:
        lead.company_id = company_id


def _ids(identities: Iterable[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT identity, id FROM leads_company
                WHERE identity IN (SELECT jsonb_array_elements_text(%s::jsonb))""",
            [json.dumps(sorted(identities))],
        )
        return dict(cursor.fetchall())


def _identity(lead: Lead) -> str:
    """What makes two companies one; empty if nothing is known of it."""
    if domain := mail_domains.company_domain(lead.email or ""):
        return f"domain:{domain}"
    name_key = contact_keys.company_name_key(lead.company_name)
    return f"name:{name_key}" if name_key else ""


def _company(lead: Lead, identity: str, at: datetime) -> Company:
    kind, _colon, key = identity.partition(":")
    domain = key if kind == "domain" else ""
    return Company(
        name=lead.company_name or domain, identity=identity, domain=domain, created_at=at
    )


def learn(
    facts: Sequence[tuple[int, Mapping[str, Any]]], *, overwrite: bool, source: str, at: datetime
) -> None:
    """What is said about the companies of leads (id, facts of traits.company); fills what is empty only, unless
    `overwrite`. What they held before is kept, and everybody who works there is scored again."""
    if not facts:
        return
    rows = [{"lead_id": lead_id, **told} for lead_id, told in facts]
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH told AS (
                 SELECT DISTINCT ON (l.company_id) l.company_id, t.industry, t.employees, t.country, t.name
                   FROM jsonb_to_recordset(%s::jsonb)
                        AS t(lead_id bigint, industry text, employees integer, country text, name text)
                   JOIN leads_lead l ON l.id = t.lead_id WHERE l.company_id IS NOT NULL
                  ORDER BY l.company_id, t.lead_id DESC),
               held AS (SELECT c.*, told.industry AS i, told.employees AS e, told.country AS k, told.name AS n
                          FROM leads_company c JOIN told ON told.company_id = c.id
                         ORDER BY c.id FOR NO KEY UPDATE OF c),
               wanted AS (SELECT id,
                      CASE WHEN industry = '' OR %s THEN coalesce(i, industry) ELSE industry END AS industry,
                      CASE WHEN employees IS NULL OR %s THEN coalesce(e, employees) ELSE employees END AS employees,
                      CASE WHEN country = '' OR %s THEN coalesce(k, country) ELSE country END AS country,
                      -- A company that came with an address alone is called by its domain.
                      CASE WHEN name = domain THEN coalesce(n, name) ELSE name END AS name FROM held),
               written AS (UPDATE leads_company c
                  SET industry = w.industry, employees = w.employees, country = w.country, name = w.name
                 FROM wanted w WHERE w.id = c.id
                  AND (c.industry, c.employees, c.country, c.name)
                      IS DISTINCT FROM (w.industry, w.employees, w.country, w.name)),
               undo AS (SELECT held.id, jsonb_object_agg(was.key, was.value) AS old
                         FROM held JOIN wanted w ON w.id = held.id
                        CROSS JOIN jsonb_each(to_jsonb(held)) was
                        WHERE to_jsonb(w) ? was.key AND to_jsonb(w) -> was.key <> was.value GROUP BY held.id)
               INSERT INTO leads_companychange (company_id, known_at, source, old)
               SELECT id, %s, %s, old FROM undo RETURNING company_id""",
            [json.dumps(rows), overwrite, overwrite, overwrite, at, source],
        )
        changed = [row[0] for row in cursor.fetchall()]
    if changed:
        there = Lead.objects.filter(company__in=changed).values_list("pk", flat=True)
        journal.wake("lead.active", there, at=at)
