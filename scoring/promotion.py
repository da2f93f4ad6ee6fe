"""The line crossed: an armed lead that stands in a band which is handed to sales becomes an MQL, once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from leads import journal, lifecycle
from leads.models import Crossing
from leads.stages import MAY_CROSS, Stage
from scoring.definition import Definition, Effect, reckoning
from scoring.live import LiveModel
from scoring.models import ScoringModel
from scoring.statement.scope import Scope

Rows = list[dict[str, Any]]


def promote(
    model: LiveModel,
    scope: Scope,
    *,
    explain: Callable[[list[int]], Rows],
    cause: str,
    opens_handoffs: bool,
    at: datetime,
) -> None:
    """Writes crossings for leads of `scope` scored by `model`, in the transaction and under the locks of
    their score.

    `explain` computes contributions for the few that cross. A lead below the line is armed again,
    unless it waits for its recycle date. Who carries a flag does not cross."""
    crossed = _switch(model, scope)
    if not crossed:
        return
    _note(model, crossed, explain(sorted(crossed)), cause, opens_handoffs, at)
    lifecycle.move(crossed, Stage.MQL, at=at, reason=str(model.version))
    if model.definition.sql_by_score:
        ready = [lead_id for lead_id, (_n, _t, band) in crossed.items() if _is_ready(model, band)]
        lifecycle.move(ready, Stage.SQL, at=at, reason=str(model.version))


def _is_ready(model: LiveModel, band: str) -> bool:
    found = model.definition.band(band)
    return found is not None and found.effect is Effect.SALES_READY


def _switch(model: LiveModel, scope: Scope) -> dict[int, tuple[int, int, str]]:
    """Arms leads below the line and takes the armed ones above it: lead id -> (number, total, band)."""
    # Of the stage no index may be read: nearly every lead is in one of these, which statistics from before a
    # bulk load do not say.
    with scope.cursor() as cursor:
        cursor.execute(
            f"""UPDATE leads_leadscore SET armed = NOT armed, crossings = crossings + armed::int
                 WHERE {scope.of("lead_id")} AND stage || '' = ANY(%(may)s) AND version = %(version)s
                   AND CASE WHEN armed THEN band = ANY(%(handed)s) AND flag = ''
                            ELSE NOT band = ANY(%(handed)s) AND armed_from IS NULL END
             RETURNING lead_id, armed, crossings, total, band""",
            {
                **scope.parameters,
                "handed": model.definition.handing_bands,
                "may": may_cross(model.version.model),
                "version": model.version.pk,
            },
        )
        return {row[0]: row[2:] for row in cursor.fetchall() if not row[1]}


def may_cross(model: ScoringModel) -> list[str]:
    """Stages from which a crossing counts. A customer crosses by a service model, and stays a customer."""
    return [Stage.CUSTOMER] if model.kind == ScoringModel.Kind.SERVICE else sorted(MAY_CROSS)


def _note(
    model: LiveModel,
    crossed: dict[int, tuple[int, int, str]],
    rows: Rows,
    cause: str,
    opens_handoffs: bool,
    at: datetime,
) -> None:
    crossings, definition = [], model.definition
    for row in rows:
        number, total, band = crossed[row["lead_id"]]
        micro = {c.key: row[f"c{n}"] for n, c in enumerate(definition.criteria) if row[f"c{n}"]}
        crossings.append(
            Crossing(
                lead_id=row["lead_id"], number=number, cause=cause, version=model.version.pk, at=at,
                total=total, band=band, contributions=kept(definition, micro),
                carried_by=reckoning.carriers(definition, row), opens_handoff=opens_handoffs,
            )
        )  # fmt: skip
    made = Crossing.objects.bulk_create(crossings)
    each = {c.lead_id: {"crossing": c.pk, "total": c.total, "band": c.band} for c in made}
    journal.write("lead.crossed", each, at=at, each=each)


def kept(definition: Definition, micro: dict[str, int]) -> list[dict[str, Any]]:
    """What made the score at that moment, as it is stored and shown; micro is millionths of points."""
    return [
        {"key": c.key, "label": c.label, "group": str(c.group), "micro": micro[c.key]}
        for c in definition.criteria
        if c.key in micro
    ]
