"""What is exported: a header and rows that come piece by piece. One home for the columns of each list."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leads import access, fields
from leads.exporting.columns import STANDING, when
from leads.identity.joining import get
from leads.models import Company, Event, Lead, Outcome

CHUNK = 2_000


@dataclass(frozen=True)
class Table:
    """`name` is the beginning of the name of its file."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]


def leads(chosen: QuerySet[Lead]) -> Table:
    """Every field of the catalogue and where the lead stands, in the order of the leads."""
    catalogue = fields.catalogue()
    labels = [field.label for field in catalogue.values()]
    header = [_("Id"), _("External id"), *labels, *(label for label, _value in STANDING)]
    return Table("leads", [str(name) for name in header], _leads(chosen, list(catalogue)))


def _leads(chosen: QuerySet[Lead], keys: list[str]) -> Iterator[list[Any]]:
    for lead in chosen.iterator(chunk_size=CHUNK):
        yield [
            str(lead.public_id),
            lead.external_id,
            *(get(lead, key) for key in keys),
            *(value(lead) for _label, value in STANDING),
        ]


def events(chosen: QuerySet[Lead]) -> Table:
    """What these leads did."""
    header = [
        _("Lead id"), _("E-mail"), _("Kind"), _("Event"), _("When"), _("Page"), _("Campaign"), _("Received"),
        _("Class"), _("Properties"),
    ]  # fmt: skip
    found = Event.objects.filter(lead__in=chosen.order_by().values("pk")).order_by("pk")
    return Table("events", header, _events(found.select_related("lead", "signature__kind")))


def _events(found: QuerySet[Event]) -> Iterator[list[object]]:
    for event in found.iterator(chunk_size=CHUNK):
        look, lead = event.signature, event.lead
        assert lead is not None
        name = look.name or look.kind.label
        yield [
            str(lead.public_id), lead.email, look.kind.key, name, when(event.occurred_at), look.path,
            look.campaign, when(event.received_at), event.get_trust_display(), _as_json(event.properties),
        ]  # fmt: skip


def _as_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


def outcomes(chosen: QuerySet[Lead]) -> Table:
    """How it ended with these leads: decisions of sales and past deals, with what files said of the deals."""
    found = Outcome.objects.filter(lead__in=chosen.order_by().values("pk")).order_by("at", "pk")
    details = _names(found, "details")
    header = [
        _("Lead id"), _("E-mail"), _("Result"), _("Closed on"), _("Reason"), _("Deal id"), _("By"), *details,
    ]  # fmt: skip
    return Table("outcomes", header, _outcomes(found.select_related("lead", "by"), details))


def _outcomes(found: QuerySet[Outcome], details: list[str]) -> Iterator[list[object]]:
    for one in found.iterator(chunk_size=CHUNK):
        deal = "" if one.deal.startswith("row:") else one.deal
        yield [
            str(one.lead.public_id), one.lead.email, one.get_result_display(), when(one.at), one.reason, deal,
            one.by.name if one.by else "", *(one.details.get(name) for name in details),
        ]  # fmt: skip


def companies(principal: access.Principal) -> Table:
    """The companies of the leads one may export."""
    mine = access.listed(principal, "lead.export").exclude(company=None)
    found = Company.objects.filter(pk__in=mine.values("company_id")).order_by("pk")
    if access.sees_all(principal, "lead.export"):
        found = Company.objects.order_by("pk")
    further = _names(found, "attributes")
    header = [
        _("Id"), _("Name"), _("Domain"), _("Industry"), _("Employees"), _("Country"), _("Created"), *further,
    ]  # fmt: skip
    return Table("companies", header, _companies(found, further))


def _companies(found: QuerySet[Company], further: list[str]) -> Iterator[list[object]]:
    for one in found.iterator(chunk_size=CHUNK):
        yield [
            str(one.public_id), one.name, one.domain, one.industry, one.employees, one.country,
            when(one.created_at), *(one.attributes.get(name) for name in further),
        ]  # fmt: skip


def _names(found: QuerySet[Any], column: str) -> list[str]:
    """Every key that one of the rows has in a column of JSON."""
    keyed = found.order_by().exclude(**{column: {}})
    sql, parameters = keyed.values(column).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT jsonb_object_keys(t.c) FROM ({sql}) AS t(c) ORDER BY 1", parameters
        )
        return [row[0] for row in cursor.fetchall()]


OF_LEADS: dict[str, Callable[[QuerySet[Lead]], Table]] = {
    "leads": leads,
    "events": events,
    "outcomes": outcomes,
}
