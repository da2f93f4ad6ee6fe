"""Traits under the names that senders use, as fields of ours. Pure; what cannot be kept is left out, since the
event still counts."""

from collections.abc import Mapping
from typing import Any

from leads.fields import LeadField, clean
from leads.identity import contact_keys

PERSON = {
    "email": "email",
    "firstName": "first_name",
    "first_name": "first_name",
    "firstname": "first_name",
    "lastName": "last_name",
    "last_name": "last_name",
    "lastname": "last_name",
    "title": "title",
    "jobTitle": "title",
    "job_title": "title",
    "phone": "phone",
    "country": "country",
}
MOST_EMPLOYEES = 10_000_000


def of_person(told: Mapping[str, Any], fields: Mapping[str, LeadField]) -> dict[str, Any]:
    """Cleaned values by field key."""
    if not told:
        return {}
    named = {PERSON[key]: value for key, value in told.items() if key in PERSON}
    if "name" in told and not {"first_name", "last_name"} & named.keys():
        first, _space, last = _text(told["name"]).partition(" ")
        named |= {"first_name": first, "last_name": last}
    company = told.get("company")
    named["company_name"] = company.get("name") if isinstance(company, dict) else company
    address = told.get("address")
    named.setdefault("country", address.get("country") if isinstance(address, dict) else None)
    named |= {f"custom.{key}": told[key] for key in told if f"custom.{key}" in fields}
    kept, _errors = clean(named, fields=fields)
    return kept


def works_at(told: Mapping[str, Any], fields: Mapping[str, LeadField]) -> dict[str, Any]:
    """What a group says about its member: where they work."""
    kept, _errors = clean({"company_name": told.get("name")}, fields=fields)
    return kept


def company(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a group says about the company: name, domain, industry, employees, country."""
    address = told.get("address")
    country = told.get("country") or (address.get("country") if isinstance(address, dict) else "")
    code = _text(country).upper()
    found = {
        "name": _text(told.get("name"))[:200],
        "domain": contact_keys.normal_domain(_text(told.get("website") or told.get("domain"))),
        "industry": _text(told.get("industry"))[:120],
        "employees": _employees(told.get("employees")),
        "country": code if len(code) == 2 and code.isascii() and code.isalpha() else "",
    }
    return {key: value for key, value in found.items() if value}


def _employees(value: Any) -> int | None:
    try:
        number = int(value) if isinstance(value, int | float | str) else 0
    except (ValueError, OverflowError):
        return None
    return number if 0 < number <= MOST_EMPLOYEES else None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
