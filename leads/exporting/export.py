"""Leads as CSV: every field of the catalogue and where the lead stands."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads import fields
from leads.exporting import csv_export
from leads.identity.joining import get
from leads.models import Lead

CHUNK = 2000


def _when(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


STANDING: list[tuple[Any, Callable[[Lead], Any]]] = [
    (_("Stage"), lambda lead: lead.get_stage_display()),
    (_("Score"), lambda lead: lead.score.total),
    (_("Band"), lambda lead: lead.score.band),
    (_("Owner"), lambda lead: lead.owner.name if lead.owner else ""),
    (_("Source"), lambda lead: lead.source),
    (_("Campaign"), lambda lead: lead.campaign),
    (_("Created"), lambda lead: _when(lead.created_at)),
    (_("Last activity"), lambda lead: _when(lead.last_activity_at)),
]


def lines(leads: QuerySet[Lead]) -> Iterator[str]:
    """CSV of the leads in their order, piece by piece: memory does not grow with their number."""
    catalogue = fields.catalogue()
    labels = [field.label for field in catalogue.values()]
    header = [_("Id"), _("External id"), *labels, *(label for label, _value in STANDING)]
    return csv_export.stream_rows([str(name) for name in header], _rows(leads, list(catalogue)))


def _rows(leads: QuerySet[Lead], keys: list[str]) -> Iterator[list[Any]]:
    for lead in leads.iterator(chunk_size=CHUNK):
        yield [
            str(lead.public_id),
            lead.external_id,
            *(get(lead, key) for key in keys),
            *(value(lead) for _label, value in STANDING),
        ]
