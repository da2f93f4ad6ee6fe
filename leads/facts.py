"""What we know of a lead, from whom and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leads.enriching import origins
from leads.fields import LeadField
from leads.identity.joining import get
from leads.models import FieldOrigin, Lead, LeadChange
from leads.timeline import value_text


@dataclass(frozen=True)
class Fact:
    """`source` says who told us, `at` when we came to know; both are empty where nothing is known."""

    key: str
    label: str
    value: str
    source: str = ""
    at: datetime | None = None
    # In percent, of a value that nobody entered.
    confidence: int | None = None


Latest = Mapping[str, LeadChange]


def latest_changes(lead: Lead) -> Latest:
    """The last change of each field that was ever changed."""
    changes = LeadChange.objects.filter(lead=lead).select_related("by")
    latest: dict[str, LeadChange] = {}
    for change in changes.order_by("-known_at", "-id"):
        for key in change.old:
            latest.setdefault(key, change)
    return latest


def facts(lead: Lead, catalogue: Mapping[str, LeadField], latest: Latest) -> list[Fact]:
    """Every field of the catalogue, in its order; one query."""
    filled = origins.of(lead)
    return [
        _fact(lead, field, latest.get(field.key), filled.get(field.key))
        for field in catalogue.values()
    ]


def _fact(
    lead: Lead, field: LeadField, change: LeadChange | None, origin: FieldOrigin | None
) -> Fact:
    value = value_text(get(lead, field.key))
    if not value:
        return Fact(field.key, str(field.label), "")
    if origin is not None and origin.value == get(lead, field.key):
        told = (value, origin.source, origin.at, origin.confidence)
        return Fact(field.key, str(field.label), *told)
    if change is None:
        return Fact(field.key, str(field.label), value, lead.source, lead.created_at)
    by = change.by.name if change.by else change.source
    return Fact(field.key, str(field.label), value, by, change.known_at)
