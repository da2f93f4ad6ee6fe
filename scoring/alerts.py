"""A lead warms up: its score rises within a day, or a page that matters is viewed. Written in the transaction
of the score; who is told follows by the journal."""

import json
from datetime import datetime

from leads import journal
from leads.activity import signatures
from scoring.live import LiveModel
from scoring.statement.scope import Scope

# What leads do and what is learned of them; rules that change warm nobody up.
CAUSES = {"activity", "edit"}
Totals = dict[int, int]

# Of leads that {scope} names.
ALERTS = """
    WITH held AS (
        SELECT s.lead_id, s.total, was.total AS was,
               greatest(%(at)s - interval '1 day', told.at) AS since
          FROM leads_leadscore s
          LEFT JOIN jsonb_to_recordset(%(was)s::jsonb) AS was(lead_id bigint, total int)
                 ON was.lead_id = s.lead_id
          LEFT JOIN LATERAL (SELECT a.at FROM scoring_alert a WHERE a.lead_id = s.lead_id
                              ORDER BY a.day DESC LIMIT 1) told ON true
         WHERE {scope} AND s.version = %(version)s AND s.flag = ''),
    found AS (
        SELECT h.lead_id, h.total - lowest.total AS rise, viewed.path AS page
          FROM held h
          LEFT JOIN LATERAL (
               SELECT least(h.was, min(t.total), min(t.was)) AS total FROM leads_scorehistory t
                WHERE t.lead_id = h.lead_id AND t.at > h.since) lowest ON h.was IS NOT NULL
          LEFT JOIN LATERAL (
               SELECT g.path FROM leads_event e JOIN leads_signature g ON g.id = e.signature_id
                WHERE e.lead_id = h.lead_id AND e.occurred_at > %(at)s - interval '1 day'
                  AND e.received_at > h.since AND e.trust = ANY(%(trust)s::smallint[])
                  AND e.kind = %(page)s AND EXISTS (
                      SELECT FROM unnest(%(pages)s::text[]) AS asked(path)
                       WHERE starts_with(lower(g.path), lower(asked.path)))
                ORDER BY e.occurred_at DESC LIMIT 1) viewed ON true)
    INSERT INTO scoring_alert (lead_id, day, at, rise, page)
    SELECT lead_id, %(day)s, %(at)s, CASE WHEN rise >= %(rise)s THEN rise END, coalesce(page, '')
      FROM found WHERE rise >= %(rise)s OR page IS NOT NULL ORDER BY lead_id
    ON CONFLICT (lead_id, day) DO NOTHING
    RETURNING lead_id, rise, page"""


def before(model: LiveModel, scope: Scope, *, cause: str) -> Totals | None:
    """Totals before the score is written, of leads that had one; None where the model asks for no alert."""
    asked = model.definition.alerts
    if cause not in CAUSES or not (asked.rise or asked.pages):
        return None
    if not asked.rise:
        return {}
    with scope.cursor() as cursor:
        cursor.execute(
            f"""SELECT lead_id, total FROM leads_leadscore
                 WHERE {scope.of("lead_id")} AND version IS NOT NULL""",
            scope.parameters,
        )
        return dict(cursor.fetchall())


def warm(model: LiveModel, scope: Scope, was: Totals, *, at: datetime) -> None:
    """Writes one alert a lead and day, and `lead.warmed` for each that is new. What was before the last alert
    of a lead was told with it."""
    asked = model.definition.alerts
    with scope.cursor() as cursor:
        cursor.execute(
            ALERTS.format(scope=scope.of("s.lead_id")),
            {
                **scope.parameters,
                "at": at,
                "day": at.date(),
                "was": json.dumps([{"lead_id": k, "total": v} for k, v in was.items()]),
                "version": model.version.pk,
                "rise": asked.rise,
                "pages": list(asked.pages),
                "page": signatures.kinds().get("page", -1),
                "trust": list(model.definition.trust),
            },
        )
        each = {
            lead_id: {"day": str(at.date()), "rise": rise, "page": page}
            for lead_id, rise, page in cursor.fetchall()
        }
    journal.write("lead.warmed", each, at=at, each=each)
