"""The few facts that made a lead an MQL: the largest criteria of its crossing, each with what stood behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handoff.models import Handoff
from leads import fields
from leads.fields import LeadField
from leads.identity.joining import get
from leads.models import AttributeField, Event, Lead
from leads.timeline import deed
from leads.vocabulary import rule_sql
from scoring.definition import Criterion, Definition, rounded
from scoring.explaining.evidence import events_behind
from scoring.live import read
from scoring.models import ModelVersion

SHOWN = 3

# Fields of rules that are read out of another field of the lead.
READ_FROM = {
    "title.seniority": "title", "title.department": "title", "phone_is_valid": "phone",
    "email_domain": "email",
}  # fmt: skip


def _employees(value: str) -> int:
    number = value.replace(",", "").replace(" ", "")
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        raise fields.FieldError(_("“%s” is not a whole number.") % value[:40])
    return int(number)


# What can be corrected of the company.
OF_COMPANY: dict[str, LeadField] = {
    field.key: field
    for field in (
        LeadField("company.industry", gettext_lazy("Industry"), 120, str),
        LeadField(
            "company.employees", gettext_lazy("Employees"), 20, _employees, AttributeField.Type.NUMBER
        ),
        LeadField(
            "company.country", gettext_lazy("Company country"), 80, fields.BUILT_IN["country"].clean
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """`field` is what can be corrected, if anything can; `events` are the ids of the deeds behind it. `text` is what
    stands there now, which leads and their browsers wrote: hostile."""

    criterion: str
    label: str
    points: int
    text: str
    about: str
    field: LeadField | None = None
    value: Any = None
    events: tuple[int, ...] = ()


def facts_of(handoff: Handoff) -> list[Fact]:
    """Up to SHOWN facts, those that gave the most points first."""
    version = ModelVersion.objects.filter(pk=handoff.crossing.version).first()
    definition = read(version) if version else None
    given = [one for one in handoff.crossing.contributions if one["micro"] > 0]
    given = sorted(given, key=lambda one: -one["micro"])[:SHOWN]
    lead = Lead.objects.select_related("company").get(pk=handoff.lead_id)
    return _Reading(lead, definition, given).facts()


class _Reading:
    """Reads the facts of one lead; what several of them need is asked once."""

    def __init__(self, lead: Lead, d: Definition | None, given: list[dict[str, Any]]) -> None:
        self.lead, self.definition, self.given = lead, d, given
        self.criteria: Mapping[str, Criterion] = d.by_key if d else {}
        asked = [self.criteria.get(one["key"]) for one in given]
        self.behind = (
            events_behind(lead.pk, d)
            if d and any(c is not None and c.counts for c in asked)
            else {}
        )
        self.known = fields.catalogue()
        self.labels = {key: label for key, (label, _type) in rule_sql.catalogue().items()}

    def facts(self) -> list[Fact]:
        return [self._fact(one, self.criteria.get(one["key"])) for one in self.given]

    def _fact(self, one: dict[str, Any], criterion: Criterion | None) -> Fact:
        said = (one["key"], one["label"], rounded(one["micro"]))
        if criterion is not None and criterion.condition is not None:
            return self._of_field(said, criterion.condition.field)
        if criterion is not None and criterion.counts:
            return self._of_events(said, self.behind.get(criterion.key, []))
        return Fact(*said, text=one["label"], about=_("Reckoned by the model"))

    def _of_field(self, said: tuple[str, str, int], asked: str) -> Fact:
        key = READ_FROM.get(asked, asked)
        if key in OF_COMPANY:
            company = self.lead.company
            value = getattr(company, key.removeprefix("company.")) if company else None
            field = OF_COMPANY[key] if company else None
            return Fact(*said, text=shown(value), about=self._label(key), field=field, value=value)
        if key in self.known:
            value = get(self.lead, key)
            return Fact(
                *said, text=shown(value), about=self._label(key), field=self.known[key], value=value
            )
        value = getattr(self.lead, key, "") if key in ("source", "campaign", "stage") else said[1]
        return Fact(*said, text=shown(value), about=self._label(asked))

    def _of_events(self, said: tuple[str, str, int], ids: list[int]) -> Fact:
        latest = Event.objects.select_related("signature__kind").filter(pk__in=ids[:1]).first()
        if latest is None:
            return Fact(*said, text=said[1], about=_("No longer counted"))
        times = ngettext("%(n)d event", "%(n)d events", len(ids)) % {"n": len(ids)}
        return Fact(*said, text=deed(latest), about=times, events=tuple(ids))

    def _label(self, key: str) -> str:
        return str(self.labels.get(key, key))


def shown(value: Any) -> str:
    """A value as a person reads it."""
    if value in (None, ""):
        return _("Unknown")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return f"{value:,}" if isinstance(value, int) else str(value)
