"""Which company a lead belongs to: by the domain of a business address, else by the company's name."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from leads.identity import contact_keys
from leads.models import Company, Lead


def attach(leads: Sequence[Lead], *, at: datetime) -> None:
    """Sets `company` on the given leads (not saved), making companies not seen before; at most three
    statements."""
    found = [(lead, identity) for lead in leads if (identity := _identity(lead))]
    first = {identity: lead for lead, identity in reversed(found)}
    ids = _ids(first)
    new = [_company(first[one], one, at) for one in sorted(first.keys() - ids.keys())]
    if new:
        Company.objects.bulk_create(new, ignore_conflicts=True)
        ids |= _ids(company.identity for company in new)
    for lead, identity in found:
        lead.company_id = ids[identity]


def known(lead: Lead) -> int | None:
    """The company that `attach` would give this lead, if it is known already."""
    identity = _identity(lead)
    return _ids([identity]).get(identity) if identity else None


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
    domain = (lead.email or "").rpartition("@")[2]
    if domain and domain not in contact_keys.FREE_MAIL_DOMAINS:
        return f"domain:{domain}"
    name_key = contact_keys.company_name_key(lead.company_name)
    return f"name:{name_key}" if name_key else ""


def _company(lead: Lead, identity: str, at: datetime) -> Company:
    kind, _colon, key = identity.partition(":")
    domain = key if kind == "domain" else ""
    return Company(
        name=lead.company_name or domain, identity=identity, domain=domain, created_at=at
    )
