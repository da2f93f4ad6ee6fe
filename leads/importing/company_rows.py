"""Rows that are companies: each fills the company of its domain, or else of its name, or makes one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from leads import bulk, fields
from leads.identity import company_facts, contact_keys, mail_domains
from leads.importing.cells import Cells, Remarks, RowRejected, short
from leads.importing.mapping import COUNTRY, DOMAIN, EMPLOYEES, INDUSTRY, NAME, TARGETS, plan_of
from leads.importing.settled import Line, Result, Settled
from leads.models import Company, Import, What

LABELS = TARGETS[What.COMPANIES]
MOST_EMPLOYEES = 2_147_483_647
WRITTEN = ("name", "industry", "employees", "country", "attributes")


@dataclass
class Row:
    """What a row says of a company."""

    identity: str
    values: dict[str, Any]
    attributes: dict[str, str] = field(default_factory=dict)
    remarks: str = ""


def settle(imported: Import, lines: Sequence[Line], *, at: datetime) -> list[Settled]:
    """Call it inside the transaction of the piece."""
    cells = Cells(
        plan_of(imported), imported.header, zone=ZoneInfo(imported.by.time_zone), at=at
    )  # fmt: skip
    rejected: list[Settled] = []
    rows: list[tuple[int, Row]] = []
    for number, texts in lines:
        try:
            rows.append((number, read(cells, texts)))
        except RowRejected as reason:
            rejected.append(Settled(number, Result.REJECTED, str(reason)))
    return rejected + _write(imported, rows, at)


def read(cells: Cells, row: Sequence[str]) -> Row:
    """Raises RowRejected for a row that names no company."""
    texts = cells.texts(row)
    given, remarks = cells.given(texts), Remarks()
    name = short(given.get(NAME, ""), 200, str(LABELS[NAME]), remarks)
    domain = _domain(given.get(DOMAIN, ""), remarks)
    key = contact_keys.company_name_key(name)
    if not domain and not key:
        raise RowRejected(_("The row has neither a name nor a domain.") + f" {remarks}".rstrip())
    values = {
        "name": name,
        "industry": short(given.get(INDUSTRY, ""), 120, str(LABELS[INDUSTRY]), remarks),
        "employees": _employees(given.get(EMPLOYEES, ""), remarks),
        "country": _country(given.get(COUNTRY, ""), remarks),
    }
    kept = cells.kept(texts, remarks)
    identity = f"domain:{domain}" if domain else f"name:{key}"
    said = {key: value for key, value in values.items() if value not in ("", None)}
    return Row(identity, said, kept, str(remarks))


def _domain(text: str, remarks: Remarks) -> str:
    if not text:
        return ""
    domain = contact_keys.normal_domain(text)
    if domain is None:
        remarks.left_out(str(LABELS[DOMAIN]), _("“%s” is not a domain.") % text[:80])
    elif mail_domains.kind(domain) is not mail_domains.Kind.COMPANY:
        remarks.left_out(str(LABELS[DOMAIN]), _("Anybody has mail at “%s”.") % domain)
        return ""
    return mail_domains.registrable(domain) if domain else ""


def _employees(text: str, remarks: Remarks) -> int | None:
    if not text:
        return None
    digits = text.replace(",", "").replace(" ", "")
    if digits.isascii() and digits.isdigit() and int(digits) <= MOST_EMPLOYEES:
        return int(digits)
    remarks.left_out(str(LABELS[EMPLOYEES]), _("“%s” is not a whole number.") % text[:40])
    return None


def _country(text: str, remarks: Remarks) -> str:
    kept, errors = fields.clean({COUNTRY: text}, fields=fields.BUILT_IN)
    if errors:
        remarks.left_out(str(LABELS[COUNTRY]), errors[COUNTRY])
    return kept.get(COUNTRY) or ""


def _write(imported: Import, rows: Sequence[tuple[int, Row]], at: datetime) -> list[Settled]:
    identities = sorted({row.identity for _number, row in rows})
    locked = Company.objects.select_for_update().filter(identity__in=identities).order_by("pk")
    known = {company.identity: company for company in locked}
    missing = {row.identity: row for _n, row in reversed(rows) if row.identity not in known}
    made = [_company(missing[identity], at) for identity in sorted(missing)]
    Company.objects.bulk_create(made, ignore_conflicts=True)
    stored = {c.identity: c for c in Company.objects.filter(identity__in=missing)}
    known |= stored
    new = {c.identity for c in made if stored[c.identity].public_id == c.public_id}
    settled = []
    changed: dict[int, Company] = {}
    was: dict[int, dict[str, Any]] = {}
    for number, row in rows:
        company = known[row.identity]
        before = _fill(company, row)
        is_new = row.identity in new
        new.discard(row.identity)
        result = Result.CREATED if is_new else Result.UPDATED if before else Result.UNCHANGED
        settled.append(Settled(number, result, row.remarks, made=company.pk, before=before or None))
        if before:
            changed[company.pk] = company
            old = {key: pair[0] for key, pair in before.items()}
            was[company.pk] = old | was.get(company.pk, {})
    bulk.update([changed[pk] for pk in sorted(changed)], WRITTEN)
    company_facts.changed(was, source=imported.source, by=imported.by, at=at)
    return settled


def _company(row: Row, at: datetime) -> Company:
    kind, _colon, key = row.identity.partition(":")
    domain = key if kind == "domain" else ""
    return Company(
        **{"name": domain, **row.values},
        identity=row.identity, domain=domain, attributes=row.attributes, created_at=at,
    )  # fmt: skip


def _fill(company: Company, row: Row) -> dict[str, Any]:
    """Writes what the row says on the company (not saved); gives old and new value of what changed."""
    changed: dict[str, Any] = {}
    for key, value in row.values.items():
        if (old := getattr(company, key)) != value:
            changed[key] = [old, value]
            setattr(company, key, value)
    for key, value in row.attributes.items():
        if (old := company.attributes.get(key)) != value:
            changed[f"attributes.{key}"] = [old, value]
            company.attributes[key] = value
    return changed
