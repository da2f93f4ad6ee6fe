"""Where a value of a lead came from: source, time and confidence, one row a field. A way in that brings values which
nobody entered writes them here."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from leads.models import FieldOrigin, Lead


@dataclass(frozen=True)
class Origin:
    """`confidence` in percent."""

    lead_id: int
    field: str
    value: Any
    source: str
    confidence: int


def record(origins: Iterable[Origin], *, at: datetime) -> None:
    """Keeps the origins, in the transaction that writes the values; the newest of a field counts."""
    newest = {(one.lead_id, one.field): asdict(one) for one in origins}
    if not newest:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_fieldorigin (lead_id, field, value, source, confidence, at)
               SELECT lead_id, field, value, source, confidence, %s
                 FROM jsonb_to_recordset(%s::jsonb)
                      AS t(lead_id bigint, field text, value jsonb, source text, confidence smallint)
               ON CONFLICT (lead_id, field) DO UPDATE SET value = excluded.value, source = excluded.source,
                   confidence = excluded.confidence, at = excluded.at""",
            [at, json.dumps([newest[key] for key in sorted(newest)])],
        )


def of(lead: Lead) -> dict[str, FieldOrigin]:
    """The origins of a lead's values by field; one query."""
    return {one.field: one for one in FieldOrigin.objects.filter(lead=lead)}


def of_all(lead_ids: Sequence[int]) -> dict[tuple[int, str], FieldOrigin]:
    """The origins of several leads by lead and field; one query."""
    rows = FieldOrigin.objects.filter(lead_id__in=lead_ids)
    return {(one.lead_id, one.field): one for one in rows}
