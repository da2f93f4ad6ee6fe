"""Rows that are deals: each says how it ended with a lead, and when, or that it is open still.

Those that are over serve reports and the review of models. A deal that was won makes the lead a customer, one that
was lost makes it lost, unless sales work on the lead just now. Open ones go to those who close (open_deals.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from leads import lifecycle, locks
from leads.importing import open_deals
from leads.importing.cells import Cells, Remarks, RowRejected, short
from leads.importing.mapping import (
    CLOSED_AT,
    DEAL_ID,
    DEAL_STAGE,
    EXPECTED_ON,
    LOST_REASON,
    OF_OPEN_DEALS,
    RESULT,
    TARGETS,
    Plan,
    plan_of,
)  # fmt: skip
from leads.importing.open_deals import OpenDeal
from leads.importing.settled import Line, Result, Settled
from leads.importing.whose import Whose
from leads.models import Import, Outcome, What
from leads.stages import Stage

LABELS = TARGETS[What.DEALS]
# Where nobody of sales works on the lead.
ORIGINS = {
    Stage.CUSTOMER: (Stage.LEAD, Stage.MQL, Stage.RECYCLED, Stage.LOST),
    Stage.LOST: (Stage.LEAD, Stage.MQL, Stage.RECYCLED),
}
STAGE_OF = {Outcome.Result.WON: Stage.CUSTOMER, Outcome.Result.LOST: Stage.LOST}


@dataclass
class Deal:
    lead_id: int
    result: str
    at: datetime
    reason: str
    deal: str
    details: dict[str, str]


def settle(imported: Import, lines: Sequence[Line], *, at: datetime) -> list[Settled]:
    """Call it inside the transaction of the piece."""
    plan = plan_of(imported)
    cells = Cells(plan, imported.header, zone=ZoneInfo(imported.by.time_zone), at=at)
    texts = [(number, cells.texts(row)) for number, row in lines]
    whose = Whose([cells.given(row) for _number, row in texts])
    settled: list[Settled] = []
    over: list[tuple[Settled, Deal]] = []
    still: list[tuple[Settled, OpenDeal]] = []
    for number, row in texts:
        remarks = Remarks()
        try:
            deal = _deal(cells, row, plan, whose, remarks)
        except (RowRejected, ValueError) as reason:
            settled.append(Settled(number, Result.REJECTED, str(reason)))
            continue
        told = Settled(number, "", str(remarks), deal.lead_id)
        if isinstance(deal, OpenDeal):
            still.append((told, deal))
        else:
            over.append((told, deal))
    locks.hold({told.lead_id for told, _deal in (*over, *still) if told.lead_id})
    return settled + _store(imported, over, at) + open_deals.settle(imported, still, at=at)


def _deal(
    cells: Cells, row: Sequence[str], plan: Plan, whose: Whose, remarks: Remarks
) -> Deal | OpenDeal:
    given = cells.given(row)
    lead_id = whose.lead_of(given)
    said, stage = given.get(RESULT, ""), given.get(DEAL_STAGE, "")
    result = ending(said, plan) or ending(stage, plan)
    if result is None:
        return open_deals.read(cells, row, lead_id, _stage(said, stage, plan), remarks)
    details = cells.kept(row, remarks, too=OF_OPEN_DEALS)
    at = _closed(given, cells, plan)
    deal = short(given.get(DEAL_ID, ""), 200, str(LABELS[DEAL_ID]), remarks)
    reason = short(given.get(LOST_REASON, ""), 60, str(LABELS[LOST_REASON]), remarks)
    return Deal(lead_id, result, at, reason, deal or _content(result, at, details), details)


def ending(text: str, plan: Plan) -> str | None:
    """Won or lost, by the words of the plan; None for a deal that is neither."""
    said = text.casefold()
    words = set(said.replace("-", " ").split())
    for result, known in ((Outcome.Result.WON, plan.won), (Outcome.Result.LOST, plan.lost)):
        some = {word.casefold() for word in known}
        if said in some or words & some:
            return result
    return None


def _stage(said: str, stage: str, plan: Plan) -> str:
    """What the row calls the stage of an open deal; empty where it says no more than that it is open. Raises
    RowRejected where it does not even say that."""
    if not said and not stage:
        raise RowRejected(_("The row does not say how the deal ended, or on which stage it is."))
    is_open = said.casefold() in {word.casefold() for word in plan.open}
    return stage or ("" if is_open else said)


def _closed(given: Mapping[str, str], cells: Cells, plan: Plan) -> datetime:
    if CLOSED_AT in given:
        return cells.past(given[CLOSED_AT])
    if CLOSED_AT not in plan.columns and EXPECTED_ON in given:
        return cells.past(given[EXPECTED_ON])
    if CLOSED_AT in plan.columns:
        raise RowRejected(_("The row does not say when the deal was closed."))
    return cells.at


def _content(result: str, at: datetime, details: Mapping[str, str]) -> str:
    """A deal without an id is the same if its row says the same of the same lead."""
    parts = [result, at.isoformat(), *(f"{key}\1{value}" for key, value in sorted(details.items()))]
    return "row:" + blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _store(imported: Import, deals: Sequence[tuple[Settled, Deal]], at: datetime) -> list[Settled]:
    lead_ids = sorted({deal.lead_id for _settled, deal in deals})
    known = {
        (outcome.lead_id, outcome.deal): outcome
        for outcome in Outcome.objects.filter(lead__in=lead_ids).exclude(deal="")
    }
    settled: list[Settled] = []
    changed: dict[int, Outcome] = {}
    made: list[tuple[Settled, Outcome]] = []
    for told, deal in deals:
        outcome = known.get((deal.lead_id, deal.deal))
        if outcome is None:
            outcome = known[deal.lead_id, deal.deal] = Outcome(**vars(deal), by=imported.by)
            made.append((told, outcome))
            continue
        before = _fill(outcome, deal)
        result = Result.UPDATED if before else Result.UNCHANGED
        settled.append(replace(told, result=result, made=outcome.pk, before=before or None))
        if before and outcome.pk:
            changed[outcome.pk] = outcome
    Outcome.objects.bulk_create([outcome for _told, outcome in made])
    Outcome.objects.bulk_update(changed.values(), ["result", "at", "reason", "details"])
    settled += [replace(told, result=Result.CREATED, made=o.pk) for told, o in made]
    # A later row about a deal that an earlier one of this piece made.
    ids = {row.row: known[deal.lead_id, deal.deal].pk for row, deal in deals}
    settled = [replace(one, made=ids[one.row]) for one in settled]
    return _move(imported, settled, known.values(), at)


def _fill(outcome: Outcome, deal: Deal) -> dict[str, Any]:
    """Writes what the row says on the outcome (not saved); gives old and new value of what changed."""
    changed: dict[str, Any] = {}
    for key in ("result", "at", "reason", "details"):
        old, new = getattr(outcome, key), getattr(deal, key)
        if old != new and new:
            changed[key] = [_plain(old), _plain(new)]
            setattr(outcome, key, new)
    return changed


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _move(
    imported: Import, settled: Sequence[Settled], outcomes: Any, at: datetime
) -> list[Settled]:
    """The last deal of a lead says where it stands; leads that sales work on stay where they are."""
    touched = {one.lead_id for one in settled if one.result != Result.UNCHANGED}
    last: dict[int, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda o: o.at):
        if outcome.lead_id in touched:
            last[outcome.lead_id] = outcome
    was: dict[int, str] = {}
    for result, stage in STAGE_OF.items():
        ids = [lead_id for lead_id, outcome in last.items() if outcome.result == result]
        was |= lifecycle.settle(
            ids, stage, origins=ORIGINS[stage], at=at, by=imported.by, reason="past deal"
        )
    return [_with_stage(one, was) for one in settled]


def _with_stage(settled: Settled, was: dict[int, str]) -> Settled:
    """The first row of a lead that moved remembers where it stood."""
    stage = was.pop(settled.lead_id, None) if settled.lead_id else None
    if stage is None or settled.result == Result.UNCHANGED:
        return settled
    return replace(settled, before={**(settled.before or {}), "stage": stage})
