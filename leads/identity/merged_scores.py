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

ROOM = 1_000_000


def make_room(loser_id: int) -> None:
    """So that no two crossings have one number when those of the loser come over."""
    Crossing.objects.filter(lead=loser_id).update(number=F("number") + ROOM)


def join(
    survivor: Lead, mine: LeadScore, theirs: LeadScore, stage: str, *, by: User | None, at: datetime
) -> None:
    """Whoever rests, rests on; who crossed is not armed before the score stood below the line again."""
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
    """Back to what both had. What befell the lead since befell the one that carries."""
    was = [of_row(LeadScore, merge.before[f"{role}_score"]) for role in ("survivor", "loser")]
    now = LeadScore.objects.get(pk=survivor.pk)
    after = of_row(LeadScore, merge.before["after_score"])
    carries = was[carried_by_loser(merge)]
    if now.stage != after.stage:
        carries.stage = now.stage
    if (now.armed, now.armed_from) != (after.armed, after.armed_from):
        carries.armed, carries.armed_from = now.armed, now.armed_from
    was[1].save()
    for lead, score in zip((survivor, loser), was, strict=True):
        _bring(lead, score.stage, reason="unmerge", by=by, at=at)
        _save(score, lead, score.stage)
    renumber([survivor.pk, loser.pk])


def carried_by_loser(merge: Merge) -> bool:
    return bool(merge.before.get("carrier") == merge.loser_id)


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
