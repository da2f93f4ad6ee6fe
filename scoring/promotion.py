"""The line crossed: an armed lead whose score stands at the MQL line or above becomes an MQL, once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from leads import journal, lifecycle
from leads.models import Crossing
from leads.stages import MAY_CROSS, Stage
from scoring.compiler import Scope
from scoring.definition import Definition
from scoring.models import ModelVersion

Rows = list[dict[str, Any]]


def promote(
    definition: Definition,
    scope: Scope,
    *,
    version: ModelVersion,
    explain: Callable[[list[int]], Rows],
    cause: str,
    opens_handoffs: bool,
    at: datetime,
) -> None:
    """Writes crossings for leads of `scope`, in the transaction and under the locks of their score.

    `explain` computes contributions for the few that cross. A lead below the line is armed again,
    unless it waits for its recycle date."""
    line = definition.mql_line
    if line is None:
        return
    crossed = _switch(scope, line)
    if not crossed:
        return
    _note(definition, crossed, explain(sorted(crossed)), version, cause, opens_handoffs, at)
    lifecycle.move(crossed, Stage.MQL, at=at, reason=str(version))


def _switch(scope: Scope, line: int) -> dict[int, tuple[int, int, str]]:
    """Arms leads below the line and takes the armed ones at or above it: lead id -> (number, total, band)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE leads_leadscore SET armed = NOT armed, crossings = crossings + armed::int
                 WHERE {scope.predicate.format(id="lead_id")} AND stage = ANY(%(may)s)
                   AND CASE WHEN armed THEN total >= %(line)s
                            ELSE total < %(line)s AND armed_from IS NULL END
             RETURNING lead_id, armed, crossings, total, band""",
            {**scope.parameters, "line": line, "may": sorted(MAY_CROSS)},
        )
        return {row[0]: row[2:] for row in cursor.fetchall() if not row[1]}


def _note(
    definition: Definition,
    crossed: dict[int, tuple[int, int, str]],
    rows: Rows,
    version: ModelVersion,
    cause: str,
    opens_handoffs: bool,
    at: datetime,
) -> None:
    crossings = []
    for row in rows:
        number, total, band = crossed[row["lead_id"]]
        micro = {c.key: row[f"c{n}"] for n, c in enumerate(definition.criteria) if row[f"c{n}"]}
        crossings.append(
            Crossing(
                lead_id=row["lead_id"], number=number, cause=cause, version=version.pk, at=at,
                total=total, band=band, contributions=kept(definition, micro),
                carried_by=definition.carriers(micro), opens_handoff=opens_handoffs,
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
