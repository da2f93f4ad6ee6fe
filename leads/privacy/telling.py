"""What is known of a person: every table that has rows about it, as pages and JSON show them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from leads import facts, fields
from leads.models import Lead, PrivacyDeed
from leads.privacy import deeds, erasing, registry
from leads.privacy.registry import Table

FORMAT = "leadhub-person-1"


@dataclass(frozen=True)
class Section:
    """One table: the names of its columns, and its rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def sections(lead: Lead) -> list[Section]:
    """Everything about the person, also what came with leads that were merged into it. Facts come first; tables
    without a row are left out. A fixed number of statements."""
    family = erasing.kin([lead.pk])
    found = [
        _section(model, table, family) for model, table in registry.personal() if not table.ours
    ]
    return [_sources(lead), *(section for section in reversed(found) if section.rows)]


def _sources(lead: Lead) -> Section:
    """Each known fact with who told us and since when."""
    known = facts.facts(lead, fields.catalogue(), facts.latest_changes(lead))
    rows = [(fact.label, fact.value, fact.source, fact.at) for fact in known if fact.value]
    columns = [_("Fact"), _("Value"), _("Source"), _("Since")]
    return Section(_("Facts and who told us"), columns, rows)


def _section(model: type[Model], table: Table, lead_ids: list[int]) -> Section:
    names = table.shows.split() or [
        field.name for field in model._meta.concrete_fields if not field.is_relation
    ]
    rows = registry.rows_of(model, table, lead_ids).order_by("pk").values_list(*names)
    return Section(table.label, [_words(name) for name in names], list(rows))


def _words(name: str) -> str:
    """“Kind” out of signature__kind__label, “Text version” out of text__version."""
    parts = [part for part in name.split("__") if part not in ("name", "label", "signature")]
    return " ".join(dict.fromkeys(parts or ["name"])).replace("_", " ").capitalize()


def readable(value: Any) -> str:
    """A value as a page shows it; empty for what says nothing."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(localtime(value), "j M Y, H:i")
    if isinstance(value, dict):
        return ", ".join(f"{key}: {readable(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "; ".join(readable(one) for one in value)
    return "" if value is None else str(value)


def tell(lead: Lead, *, by: User, at: datetime) -> str:
    """All of it as one JSON text; that it left the house is written down."""
    with transaction.atomic():
        told = {
            "format": FORMAT,
            "made_at": at,
            "person": {
                section.title: [
                    dict(zip(section.columns, row, strict=True)) for row in section.rows
                ]
                for section in sections(lead)
            },
        }
        deeds.note(PrivacyDeed.Kind.PERSON_TOLD, by=by, at=at)
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
