"""What a version is expected to do to the base, in numbers that can be held against what then came."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from scoring.engine import whole_base
from scoring.live import live_models, read, statement
from scoring.models import ModelVersion
from scoring.promotion import may_cross
from scoring.statement.scope import EVERYBODY, TO_ALL

# MQLs a day are counted over the leads that came in during so many days.
RECENT = timedelta(days=30)
# A forecast that old is made anew.
FRESH = timedelta(minutes=15)


def forecast(version: ModelVersion, *, at: datetime) -> dict[str, Any]:
    """Leads by band (`bands`, by key, and `now` as they stand), `crossing` now, and `mqls_a_day` of the leads
    that came in lately, all at the moment `at`; `of` names what was asked."""
    definition = read(version)
    applies = next(
        (model.applies for model in live_models() if model.model.pk == version.model_id), TO_ALL
    )
    made = statement(definition, EVERYBODY, applies=applies)
    with whole_base(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT f.band, s.band, count(*), count(*) FILTER (
                         WHERE s.armed AND s.stage = ANY(%(may)s) AND f.flag = ''
                           AND f.band = ANY(%(handed)s)),
                       count(*) FILTER (WHERE f.band = ANY(%(handed)s) AND f.flag = '' AND l.created_at >= %(since)s)
                  FROM ({made.sql}) f JOIN leads_leadscore s ON s.lead_id = f.lead_id
                  JOIN leads_lead l ON l.id = f.lead_id GROUP BY 1, 2""",
            {**made.parameters, "may": may_cross(version.model), "handed": definition.handing_bands,
             "since": at - RECENT},
        )  # fmt: skip
        rows = cursor.fetchall()
    return {
        "at": at.isoformat(),
        "of": asked(version),
        "leads": sum(row[2] for row in rows),
        "bands": _counted(rows, 0),
        "now": _counted(rows, 1),
        "crossing": sum(row[3] for row in rows),
        "mqls_a_day": round(sum(row[4] for row in rows) / RECENT.days, 2),
    }


def _counted(rows: list[tuple[Any, ...]], column: int) -> dict[str, int]:
    counted: dict[str, int] = {}
    for row in rows:
        counted[row[column]] = counted.get(row[column], 0) + row[2]
    return counted


def asked(version: ModelVersion) -> str:
    """What a forecast is about: this draft against that live version."""
    live = ModelVersion.objects.filter(model=version.model_id, state=ModelVersion.State.LIVE)
    return f"{version.digest}:{live.values_list('pk', flat=True).first() or 0}"


def kept(version: ModelVersion, *, at: datetime) -> dict[str, Any] | None:
    """The forecast that was worked out for this draft a moment ago; None if there is none."""
    found: dict[str, Any] = version.expected
    if found.get("of") != asked(version) or datetime.fromisoformat(found["at"]) < at - FRESH:
        return None
    return found


def work_out(version: ModelVersion, *, at: datetime) -> dict[str, Any]:
    """The kept forecast, or a new one, which is then kept."""
    found = kept(version, at=at)
    if found is None:
        found = forecast(version, at=at)
        ModelVersion.objects.filter(pk=version.pk, digest=version.digest).update(expected=found)
    return found
