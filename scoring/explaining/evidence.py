"""The events behind the lines of an explanation: the latest few of each criterion, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from leads.activity import signatures
from leads.models import Event
from leads.timeline import deed
from scoring import live
from scoring.definition import Definition
from scoring.statement.compiler import Statement
from scoring.statement.evidence import compile_evidence
from scoring.statement.scope import Scope, these

SHOWN = 5
MOST = 500


@dataclass(frozen=True)
class Deed:
    """`text` is what leads and their browsers wrote: hostile."""

    text: str
    at: datetime


@dataclass(frozen=True)
class Evidence:
    """How many events stand behind a criterion, and the latest of them."""

    times: int
    deeds: list[Deed]

    @property
    def more(self) -> int:
        return self.times - len(self.deeds)


def evidence(
    lead_id: int, definition: Definition, past: Mapping[str, Any] | None = None
) -> dict[str, Evidence]:
    """By criterion key, for those with events; `past` are the parameters of a moment of the past."""
    made = _compiled(definition, past is not None)
    if not made.sql:
        return {}
    scope = these([lead_id])
    rows = live.rows(made, **scope.parameters, **(past or {}))
    ids = [pk for row in rows for pk in row["ids"]]
    events = Event.objects.select_related("signature__kind").in_bulk(ids)
    return {
        definition.criteria[row["n"]].key: Evidence(
            row["times"], [Deed(deed(events[pk]), events[pk].occurred_at) for pk in row["ids"]]
        )
        for row in rows
    }


def events_behind(lead_id: int, definition: Definition) -> dict[str, list[int]]:
    """By criterion key the ids of the events that count for it now, the latest first, up to MOST."""
    made = _compiled(definition, False, MOST)
    if not made.sql:
        return {}
    rows = live.rows(made, **these([lead_id]).parameters)
    return {definition.criteria[row["n"]].key: list(row["ids"]) for row in rows}


@lru_cache(maxsize=live.REMEMBERED)
def _compiled(definition: Definition, past: bool, most: int = SHOWN) -> Statement:
    scope = these([])
    bare = Scope(scope.predicate, {}, few=True)
    return compile_evidence(definition, bare, signatures.kinds(), past=past, most=most)
