"""Who moves because of a draft: the leads behind a number of its impact, each with what changed for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from leads import bands as live_bands
from leads.access import Principal, visible
from leads.models import Lead
from leads.paging import PAGE
from scoring import live
from scoring.definition import Band, Definition
from scoring.explaining.explain import tenths
from scoring.impact import counting, preview
from scoring.impact.question import Question
from scoring.impact.vectors.packing import Array
from scoring.statement.scope import these

# Contributions that are named in a reason.
NAMED = 3


@dataclass(frozen=True)
class Who:
    """Leads that would cross, or those of one cell: from a band of today (empty for none) to one of the
    draft; None stands for any."""

    crossing: bool = False
    today: str | None = None
    draft: str | None = None


@dataclass(frozen=True)
class Mover:
    """`changes` are (what, points) by which the draft differs from today's model, the largest first."""

    lead: Lead
    was: int
    was_band: live_bands.Band | None
    becomes: int
    becomes_band: Band
    changes: list[tuple[str, float]]


@dataclass(frozen=True)
class Movers:
    """A page of them, the highest score in the draft first; `after` begins the next page, empty for none."""

    total: int
    rows: list[Mover]
    after: str


def movers(
    question: Question, who: Who, principal: Principal, at: datetime, *, after: str = ""
) -> Movers:
    """Raises store.Busy while another process computes for the whole base."""
    base, judged = preview.whole(question, at)
    chosen = np.flatnonzero(_chosen(question, who, base, judged))
    totals, ids = judged.total[chosen].astype(np.int64), base.column("id")[chosen]
    order = np.lexsort((ids, -totals))
    totals, ids = totals[order], ids[order]
    rest = slice(_beyond(totals, ids, after), None)
    shown = ids[rest][:PAGE].tolist()
    more = ids[rest].size > PAGE
    cursor = f"{totals[rest][PAGE - 1]}.{ids[rest][PAGE - 1]}" if more else ""
    return Movers(int(ids.size), _rows(question.definition, shown, principal), cursor)


def _chosen(question: Question, who: Who, base: Any, judged: Any) -> Array:
    keys = [band.key for band in question.definition.bands]
    chosen: Array = (
        counting.crossing(question, base, judged) if who.crossing else judged.applies.copy()
    )
    if who.today is not None:
        chosen &= base.columns["band"].small == _place(base.bands, who.today)
    if who.draft is not None:
        chosen &= judged.band == _place(keys, who.draft)
    return chosen


def _place(keys: Sequence[str], key: str) -> int:
    """One that nobody is at for a key that is not there."""
    return keys.index(key) if key in keys else len(keys)


def _beyond(totals: Array, ids: Array, after: str) -> int:
    """How many come before the next page; a cursor that means nothing leads to the first."""
    total, _dot, lead_id = after.partition(".")
    try:
        mark = int(total), int(lead_id)
    except ValueError:
        return 0
    return int(np.count_nonzero((totals > mark[0]) | ((totals == mark[0]) & (ids <= mark[1]))))


def _rows(draft: Definition, ids: list[int], principal: Principal) -> list[Mover]:
    leads = visible(principal).filter(pk__in=ids).select_related("score").in_bulk()
    then = {row["lead_id"]: row for row in live.compute(draft, these(ids))}
    now = _today(ids)
    known = live_bands.bands()
    return [
        _row(draft, leads[pk], then[pk], now.get(pk), known)
        for pk in ids
        if pk in leads and pk in then
    ]


Made = tuple[Definition, Mapping[str, Any]]


def _today(ids: list[int]) -> dict[int, Made]:
    """By the model that applies to each today."""
    return {
        row["lead_id"]: (model.definition, row)
        for model in live.live_models()
        for row in live.compute(model.definition, these(ids), applies=model.applies)
    }


def _row(
    draft: Definition, lead: Lead, row: Mapping[str, Any], made: Made | None, known: Any
) -> Mover:
    was: Mapping[str, Any] = made[1] if made else {"total": 0, "band": lead.score.band}
    return Mover(
        lead, was["total"], live_bands.called(was["band"], known), row["total"],
        draft.band(row["band"]) or draft.bands[0], changes(made, (draft, row)),
    )  # fmt: skip


def changes(before: Made | None, after: Made) -> list[tuple[str, float]]:
    """Criteria whose points differ, and what limits, silence and rounding make of it, in tenths of points."""
    was, becomes = _points(before) if before else {}, _points(after)
    labels = {key: label for key, (label, _micro) in {**was, **becomes}.items()}
    by = {key: becomes.get(key, ("", 0))[1] - was.get(key, ("", 0))[1] for key in labels}
    largest = sorted((key for key in by if tenths(by[key])), key=lambda key: -abs(by[key]))
    named = [(labels[key], tenths(by[key]) / 1_000_000) for key in largest[:NAMED]]
    rest = after[1]["total"] - (before[1]["total"] if before else 0)
    left = round(rest - sum(points for _label, points in named), 1)
    return [*named, (_("everything else"), left)] if named and abs(left) >= 1 else named


def _points(made: Made) -> dict[str, tuple[str, int]]:
    definition, row = made
    return {c.key: (c.label, row[f"c{n}"]) for n, c in enumerate(definition.criteria)}
