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

Rows = list[dict[str, Any]]
# Lead id -> the number of its crossing, total, band.
Crossed = dict[int, tuple[int, int, str]]

# Whether a lead `s` is armed again below the line, or taken while armed above it, where `f` has its new band and flag.
# One below the line that waits for its recycle date is not armed. Who carries a flag does not cross.
SWITCHES = """(s.stage = ANY(%(may)s) AND CASE WHEN s.armed THEN f.band = ANY(%(handed)s) AND f.flag = ''
              ELSE NOT f.band = ANY(%(handed)s) AND s.armed_from IS NULL END)"""


def asked(model: LiveModel) -> dict[str, Any]:
    """The parameters of SWITCHES."""
    return {"handed": model.definition.handing_bands, "may": may_cross(model.version.model)}


def promote(
    model: LiveModel,
    crossed: Crossed,
    *,
    explain: Callable[[list[int]], Rows],
    cause: str,
    opens_handoffs: bool,
    at: datetime,
) -> None:
    """Writes the crossings of leads that were taken, in the transaction and under the locks of their score.

    `explain` computes contributions for them."""
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


def may_cross(model: ScoringModel) -> list[str]:
    """Stages from which a crossing counts. A customer crosses by a service model, and stays a customer."""
    return [Stage.CUSTOMER] if model.kind == ScoringModel.Kind.SERVICE else sorted(MAY_CROSS)


def _note(
    model: LiveModel,
    crossed: Crossed,
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
