"""Which company a lead belongs to: by the domain of a business address, else by the company's name."""

from collections.abc import Sequence
from datetime import datetime

from leads import contact_keys
from leads.models import Company, Lead


def attach(leads: Sequence[Lead], *, at: datetime) -> None:
    """Sets `company` on the given leads (not saved), making companies not seen before; two statements."""
    found = [(lead, company) for lead in leads if (company := _company_of(lead, at))]
    wanted: dict[str, Company] = {}
    for _lead, company in found:
        wanted.setdefault(company.identity, company)
    if not wanted:
        return
    Company.objects.bulk_create(
        [wanted[identity] for identity in sorted(wanted)], ignore_conflicts=True
    )
    ids = dict(Company.objects.filter(identity__in=wanted).values_list("identity", "id"))
    for lead, company in found:
        lead.company_id = ids[company.identity]


def _company_of(lead: Lead, at: datetime) -> Company | None:
    domain = (lead.email or "").rpartition("@")[2]
    if domain in contact_keys.FREE_MAIL_DOMAINS:
        domain = ""
    name_key = contact_keys.company_name_key(lead.company_name)
    if not domain and not name_key:
        return None
    return Company(
        name=lead.company_name or domain,
        identity=f"domain:{domain}" if domain else f"name:{name_key}",
        domain=domain,
        created_at=at,
    )
