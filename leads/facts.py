"""What we know of a lead, from whom and since when; and what forms said that differs from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from leads.fields import LeadField
from leads.identity.joining import get
from leads.models import FormSubmission, Lead, LeadChange
from leads.timeline import value_text

MOST_PROPOSALS = 20


@dataclass(frozen=True)
class Fact:
    """`source` says who told us, `at` when we came to know; both are empty where nothing is known."""

    key: str
    label: str
    value: str
    source: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Proposal:
    """A value out of a form that differs from what the lead holds and waits for a person."""

    label: str
    present: str
    value: str
    raw: Any
    form: str
    at: datetime


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
    """Every field of the catalogue, in its order; no query."""
    return [_fact(lead, field, latest.get(field.key)) for field in catalogue.values()]


def _fact(lead: Lead, field: LeadField, change: LeadChange | None) -> Fact:
    value = value_text(get(lead, field.key))
    if not value:
        return Fact(field.key, str(field.label), "")
    if change is None:
        return Fact(field.key, str(field.label), value, lead.source, lead.created_at)
    by = change.by.name if change.by else change.source
    return Fact(field.key, str(field.label), value, by, change.known_at)


def proposals(
    lead: Lead, catalogue: Mapping[str, LeadField], latest: Latest
) -> dict[str, Proposal]:
    """The newest differing value of each field, by key. Whoever edited the field since has decided."""
    waiting: dict[str, Proposal] = {}
    for sent in _differing(lead):
        for key, value in sent.proposals.items():
            settled = key in latest and latest[key].known_at >= sent.at
            if key in catalogue and key not in waiting and not settled and get(lead, key) != value:
                waiting[key] = _proposal(lead, catalogue[key], value, sent)
    return waiting


def _proposal(lead: Lead, field: LeadField, value: Any, sent: FormSubmission) -> Proposal:
    present = value_text(get(lead, field.key))
    return Proposal(str(field.label), present, value_text(value), value, sent.form.name, sent.at)


def _differing(lead: Lead) -> QuerySet[FormSubmission]:
    sent = FormSubmission.objects.filter(lead=lead).exclude(proposals={}).select_related("form")
    return sent.order_by("-at")[:MOST_PROPOSALS]
