"""The only way a stage changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from accounts import prepared
from accounts.models import User
from leads import journal, locks
from leads.models import Lead, LeadScore
from leads.stages import GIVEN, MOVES, Stage


@dataclass(frozen=True)
class Hands:
    """Whose a lead becomes: a person's or nobody's, and a team's."""

    owner_id: int | None
    team_id: int | None


def move(
    lead_ids: Iterable[int],
    to: str,
    *,
    at: datetime,
    by: User | None = None,
    reason: str = "",
    into: Hands | None = None,
) -> list[int]:
    """Moves those of the leads whose present stage allows it, and says which moved. With `into` all of them get
    an owner and a team in the same stroke: a lead has many indexes, and is best written once.

    Lead and score row change together with the journal entry of each move. A stage that scores may ask for
    makes them be computed anew."""
    origins = [stage for stage, targets in MOVES.items() if to in targets]
    hands = into or Hands(None, None)
    with transaction.atomic(savepoint=False), prepared.cursor() as cursor:
        cursor.execute(
            MOVE,
            {
                "ids": list(lead_ids), "origins": origins, "to": to, "at": at, "handed": into is not None,
                "owner": hands.owner_id, "team": hands.team_id,
            },
        )  # fmt: skip
        was = dict(cursor.fetchall())
        each = {
            lead_id: {"from": stage, "to": to, "reason": reason} for lead_id, stage in was.items()
        }
        journal.write("lead.moved", was, at=at, by=by, each=each)
        settled = [lead_id for lead_id, stage in was.items() if {stage, to} & GIVEN]
        journal.write("lead.restaged", settled, at=at, by=by)
    return list(was)


MOVE = """
WITH held AS (
    SELECT lead_id FROM leads_leadscore WHERE lead_id = ANY(%(ids)s) ORDER BY lead_id FOR NO KEY UPDATE),
was AS (SELECT id, stage, stage = ANY(%(origins)s) AS moves FROM leads_lead JOIN held ON held.lead_id = id),
becomes AS (
    SELECT id, CASE WHEN moves THEN %(to)s ELSE stage END AS stage, moves FROM was WHERE moves OR %(handed)s),
moved AS (
    UPDATE leads_lead l
       SET stage = b.stage, updated_at = CASE WHEN b.moves THEN %(at)s ELSE l.updated_at END,
           owner_id = CASE WHEN %(handed)s THEN %(owner)s::bigint ELSE l.owner_id END,
           team_id = CASE WHEN %(handed)s THEN %(team)s::bigint ELSE l.team_id END
      FROM becomes b WHERE l.id = b.id),
copied AS (
    UPDATE leads_leadscore s
       SET stage = b.stage,
           owner_id = CASE WHEN %(handed)s THEN %(owner)s::bigint ELSE s.owner_id END,
           team_id = CASE WHEN %(handed)s THEN %(team)s::bigint ELSE s.team_id END
      FROM becomes b WHERE s.lead_id = b.id),
kept AS (
    INSERT INTO leads_lead_handed_to (lead_id, team_id)
    SELECT id, %(team)s::bigint FROM was WHERE %(team)s::bigint IS NOT NULL
        ON CONFLICT DO NOTHING)
SELECT id, stage FROM was WHERE moves ORDER BY id"""


def bring(lead_id: int, to: str, *, at: datetime, by: User | None, reason: str) -> None:
    """Gives a lead the stage of another row of the same person, whatever the moves are: a merge, or one taken
    back. The caller holds the lead."""
    lead = Lead.objects.get(pk=lead_id)
    data = {"from": lead.stage, "to": to, "reason": reason}
    Lead.objects.filter(pk=lead_id).update(stage=to)
    LeadScore.objects.filter(pk=lead_id).update(stage=to)
    journal.write("lead.moved", [lead_id], at=at, by=by, data=data)


def settle(
    lead_ids: Iterable[int],
    to: str,
    *,
    origins: Iterable[str],
    at: datetime,
    by: User | None = None,
    reason: str = "",
) -> dict[int, str]:
    """Says what history says: moves those of the leads that stand in `origins`, of MQLs only those that nobody
    was called for; gives the stage each of them had.

    For what did not happen here, such as a deal of the past; all else goes through move(). The caller tells
    the pipeline."""
    ids = sorted(lead_ids)
    locks.hold(ids)
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH was AS (
                   SELECT l.id, l.stage FROM leads_lead l JOIN leads_leadscore s ON s.lead_id = l.id
                    WHERE l.id = ANY(%s) AND l.stage <> %s AND l.stage = ANY(%s) AND (l.stage <> %s OR EXISTS (
                          SELECT 1 FROM leads_crossing c WHERE c.lead_id = l.id
                             AND c.number = s.crossings AND NOT c.opens_handoff))),
               moved AS (UPDATE leads_lead l SET stage = %s, updated_at = %s
                           FROM was WHERE l.id = was.id),
               copied AS (UPDATE leads_leadscore s SET stage = %s FROM was WHERE s.lead_id = was.id)
               SELECT id, stage FROM was ORDER BY id""",
            [ids, to, list(origins), Stage.MQL, to, at, to],
        )
        was = dict(cursor.fetchall())
    each = {lead_id: {"from": stage, "to": to, "reason": reason} for lead_id, stage in was.items()}
    journal.write("lead.moved", was, at=at, by=by, each=each)
    return was
