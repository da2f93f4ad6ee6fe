"""Stage, score row and crossings of leads that became one, or two again. The score itself is computed anew
by the pipeline; a merged lead has none."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from accounts.models import User
from leads import lifecycle
from leads.identity.kept_rows import of_row
from leads.models import Crossing, Lead, LeadScore, Merge
from leads.stages import Stage

# Of two stages the later one in this row holds: what sales has in hand, or what a person said of them.
FURTHER = [
    Stage.LEAD, Stage.LOST, Stage.DISQUALIFIED, Stage.RECYCLED, Stage.MQL, Stage.WORKING, Stage.SQL,
    Stage.OPPORTUNITY, Stage.CUSTOMER,
]  # fmt: skip
ROOM = 1_000_000


def _further(stage: str) -> int:
    return [str(one) for one in FURTHER].index(stage)


def make_room(loser_id: int) -> None:
    """So that no two crossings have one number when those of the loser come over."""
    Crossing.objects.filter(lead=loser_id).update(number=F("number") + ROOM)


def join(
    survivor: Lead, mine: LeadScore, theirs: LeadScore, *, by: User | None, at: datetime
) -> None:
    """Whoever rests, rests on; who crossed is not armed before the score stood below the line again."""
    stage = max(mine.stage, theirs.stage, key=_further)
    _bring(survivor, stage, reason="merge", by=by, at=at)
    mine.armed = mine.armed and theirs.armed
    mine.armed_from = max(filter(None, (mine.armed_from, theirs.armed_from)), default=None)
    _save(mine, survivor, stage)
    # Not armed and without a version it is never looked at for a crossing.
    LeadScore.objects.filter(pk=theirs.pk).update(
        fit=0, engagement=0, account=0, negative=0, total=0, band="", flag="", version=None,
        computed_at=None, armed=False, armed_from=None, crossings=0,
    )  # fmt: skip
    renumber([survivor.pk])


def part(merge: Merge, survivor: Lead, loser: Lead, *, by: User | None, at: datetime) -> None:
    """Back to what both had. Where sales moved the lead on since, the one whom sales has keeps the stage."""
    was = {role: of_row(LeadScore, merge.before[f"{role}_score"]) for role in ("survivor", "loser")}
    now = LeadScore.objects.get(pk=survivor.pk)
    after = of_row(LeadScore, merge.before["after_score"])
    stages = {"survivor": was["survivor"].stage, "loser": was["loser"].stage}
    if now.stage != after.stage:
        carrier = "loser" if _came_from_loser(was, after) else "survivor"
        stages[carrier] = now.stage
    _bring(survivor, stages["survivor"], reason="unmerge", by=by, at=at)
    if (now.armed, now.armed_from) == (after.armed, after.armed_from):
        now.armed, now.armed_from = was["survivor"].armed, was["survivor"].armed_from
    _save(now, survivor, stages["survivor"])
    was["loser"].save()
    _bring(loser, stages["loser"], reason="unmerge", by=by, at=at)
    _save(was["loser"], loser, stages["loser"])
    renumber([survivor.pk, loser.pk])


def _came_from_loser(was: dict[str, LeadScore], after: LeadScore) -> bool:
    return was["loser"].stage == after.stage != was["survivor"].stage


def _bring(lead: Lead, stage: str, *, reason: str, by: User | None, at: datetime) -> None:
    if lead.stage != stage:
        lifecycle.bring(lead.pk, stage, at=at, by=by, reason=reason)
        lead.stage = stage


def _save(score: LeadScore, lead: Lead, stage: str) -> None:
    """The parts of the row that no scoring writes."""
    score.owner_id, score.team_id, score.stage = lead.owner_id, lead.team_id, stage
    score.save(update_fields=["armed", "armed_from", "owner_id", "team_id", "stage"])


def renumber(lead_ids: list[int]) -> None:
    """Crossings of a lead are numbered as they happened, without a gap."""
    order = """SELECT id, row_number() OVER (PARTITION BY lead_id ORDER BY at, id) AS n
                 FROM leads_crossing WHERE lead_id = ANY(%s)"""
    parameters: list[Any] = [lead_ids]
    with connection.cursor() as cursor:
        # In two steps, since no two may have one number in between.
        for plus in (2 * ROOM, 0):
            cursor.execute(
                f"""UPDATE leads_crossing c SET number = o.n + {plus} FROM ({order}) o
                     WHERE c.id = o.id""",
                parameters,
            )
        cursor.execute(
            """UPDATE leads_leadscore s SET crossings = (
                   SELECT count(*) FROM leads_crossing c WHERE c.lead_id = s.lead_id)
                WHERE s.lead_id = ANY(%s)""",
            parameters,
        )
