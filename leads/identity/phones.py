"""Numbers that somebody verified to be a person's: they recognise a lead as an address does."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from leads.identity import contact_keys
from leads.models import ContactKey


def keys(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The key of a number that was verified, out of cleaned values; none if it is no number."""
    number = contact_keys.normal_phone(values.get("phone") or "", values.get("country") or None)
    return [(ContactKey.PHONE, number)] if number else []


def forget(lead_ids: Sequence[int]) -> None:
    """A verified number that a lead gave up recognises it no longer. The leads are saved by now."""
    if lead_ids:
        given_up = ContactKey.objects.filter(lead__in=lead_ids, kind=ContactKey.PHONE)
        given_up.exclude(value=F("lead__phone_e164")).delete()
