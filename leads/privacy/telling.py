"""What is known of a person: every table that has rows about it, as pages and JSON show them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model

from accounts.models import User
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
    return [section for section in reversed(found) if section.rows]


def _section(model: type[Model], table: Table, lead_ids: list[int]) -> Section:
    names = table.shows.split() or [
        field.name for field in model._meta.concrete_fields if not field.is_relation
    ]
    rows = registry.rows_of(model, table, lead_ids).order_by("pk").values_list(*names)
    return Section(table.label, [_words(name) for name in names], list(rows))


def _words(name: str) -> str:
    """“Signature kind” out of signature__kind__label."""
    parts = [part for part in name.split("__") if part not in ("name", "label")]
    return " ".join(parts or [name]).replace("_", " ").capitalize()


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
