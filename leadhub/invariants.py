"""What must hold whatever was killed in the middle: each a query for rows that break it.

Run it while nothing waits; an entry still on its way is no broken promise."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from scoring.live import LiveModel, live_models, statement
from scoring.statement.scope import EVERYBODY


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold, how often, and some rows to look at."""

    promise: str
    count: int
    rows: list[tuple[object, ...]]


PROMISES: dict[str, str] = {
    "each alarm that fired left exactly one event": """
        SELECT a.id, a.timer_id, a.kind FROM handoff_slaalarm a
         WHERE a.state = 'fired' AND NOT EXISTS (
               SELECT 1 FROM handoff_slaevent e WHERE e.timer_id = a.timer_id AND e.kind = a.kind
                  AND e.step = a.step AND e.generation = a.generation)
           AND NOT EXISTS (SELECT 1 FROM handoff_slatimer t WHERE t.id = a.timer_id
                              AND t.closed_at <= a.fire_at + interval '2 seconds')""",
    "no breach was told before its deadline": """
        SELECT id, timer_id FROM handoff_slaevent WHERE kind = 'breach' AND fired_at < due_at""",
    "each warning and breach has one journal entry, and each entry its event": """
        SELECT e.timer_id, e.kind, j.n FROM handoff_slaevent e
          LEFT JOIN (SELECT (data->>'timer')::bigint AS timer, data->>'alarm' AS alarm,
                            coalesce((data->>'step')::int, 0) AS step,
                            (data->>'generation')::int AS generation, count(*) AS n
                       FROM leads_journalentry WHERE kind = 'timer.rang' GROUP BY 1, 2, 3, 4) j
            ON j.timer = e.timer_id AND j.alarm = e.kind AND j.generation = e.generation AND j.step = e.step
         WHERE e.kind <> 'annulled' AND j.n IS DISTINCT FROM 1""",
    "a lead has at most one open handoff, and a crossing at most one": """
        SELECT lead_id, count(*) FROM handoff_handoff WHERE state IN ('queued', 'claimed')
         GROUP BY lead_id HAVING count(*) > 1
         UNION ALL
        SELECT crossing_id, count(*) FROM handoff_handoff GROUP BY crossing_id HAVING count(*) > 1""",
    "each crossing that shall be handed over was": """
        SELECT c.id, c.lead_id FROM leads_crossing c
         WHERE c.opens_handoff AND NOT EXISTS (SELECT 1 FROM handoff_handoff h WHERE h.crossing_id = c.id)
           AND NOT EXISTS (SELECT 1 FROM handoff_handoff h WHERE h.lead_id = c.lead_id
                              AND h.opened_at <= c.at AND (h.disposed_at IS NULL OR h.disposed_at > c.at))""",
    "an offer of an unclaimed handoff has its person and its end": """
        SELECT id, offered_to_id, offered_until FROM handoff_handoff
         WHERE state = 'queued' AND (offered_to_id IS NULL) <> (offered_until IS NULL)""",
    "whom routing keeps back has no handoff by that crossing": """
        SELECT c.id, c.lead_id FROM handoff_routingdecision d JOIN leads_crossing c ON c.id = d.crossing_id
         WHERE d.handoff_id IS NULL AND NOT c.opens_handoff
           AND EXISTS (SELECT 1 FROM handoff_handoff h WHERE h.crossing_id = c.id)""",
    "crossings of a lead are numbered without a gap": """
        SELECT lead_id, max(number), count(*) FROM leads_crossing GROUP BY lead_id
        HAVING max(number) <> count(*)
         UNION ALL
        SELECT s.lead_id, s.crossings, 0 FROM leads_leadscore s WHERE s.crossings <> (
               SELECT count(*) FROM leads_crossing c WHERE c.lead_id = s.lead_id)""",
    "each message that is an event has it once, and no event of a message is without its key": """
        SELECT encode(k.digest, 'hex'), k.event_id FROM leads_eventkey k
         WHERE k.event_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM leads_event e WHERE e.id = k.event_id AND e.keyed)
         UNION ALL
        SELECT 'keys: ' || count(k.digest), e.id FROM leads_event e
          LEFT JOIN leads_eventkey k ON k.event_id = e.id
         WHERE e.keyed GROUP BY e.id HAVING count(k.digest) <> 1""",
    "nothing hangs on a merged lead": """
        SELECT l.id, 'event' FROM leads_lead l JOIN leads_event e ON e.lead_id = l.id
         WHERE l.merged_into_id IS NOT NULL
         UNION ALL
        SELECT l.id, 'key' FROM leads_lead l JOIN leads_contactkey k ON k.lead_id = l.id
         WHERE l.merged_into_id IS NOT NULL""",
    "every lead has its score row, with true copies": """
        SELECT l.id, l.stage, s.stage FROM leads_lead l LEFT JOIN leads_leadscore s ON s.lead_id = l.id
         WHERE s.lead_id IS NULL
            OR (s.stage, s.owner_id, s.team_id) IS DISTINCT FROM (l.stage, l.owner_id, l.team_id)""",
    "the rows of a finished import add up": """
        SELECT i.id, i.rows, count(n.id) FROM leads_import i LEFT JOIN leads_importline n ON n.imported_id = i.id
         WHERE i.state = 'done' GROUP BY i.id
        HAVING i.created + i.updated + i.unchanged + i.rejected <> i.rows
            OR count(n.id) FILTER (WHERE n.result = 'created') <> i.created
            OR count(n.id) FILTER (WHERE n.result = 'updated') <> i.updated
            OR count(n.id) FILTER (WHERE n.result = 'unchanged') <> i.unchanged
            OR count(n.id) FILTER (WHERE n.result = 'rejected') <> i.rejected""",
    "every stage was reached by a journal entry": """
        SELECT l.id, l.stage, j.stage FROM leads_lead l
          LEFT JOIN LATERAL (SELECT data->>'to' AS stage FROM leads_journalentry
                              WHERE lead_id = l.id AND kind = 'lead.moved'
                              ORDER BY id DESC LIMIT 1) j ON true
         WHERE l.stage <> coalesce(j.stage, 'lead')""",
    "a handoff has the source of its lead": """
        SELECT h.id, h.source, l.source FROM handoff_handoff h JOIN leads_lead l ON l.id = h.lead_id
         WHERE h.source <> l.source""",
    "the queue's deadline is the earliest open one": """
        SELECT h.id, h.next_due_at FROM handoff_handoff h WHERE h.next_due_at IS DISTINCT FROM (
               SELECT min(t.due_at) FROM handoff_slatimer t
                WHERE t.handoff_id = h.id AND t.closed_at IS NULL)""",
    "the ledger of a handoff has no gap and no overlap, and lasts as long as the handoff": """
        SELECT h.id, count(s.id), max(s.ended_at) FROM handoff_handoff h
          LEFT JOIN (SELECT s.*, lag(s.id) OVER chain AS before, lag(s.ended_at) OVER chain AS until
                       FROM handoff_segment s WHERE s.replaced_at IS NULL
                     WINDOW chain AS (PARTITION BY s.handoff_id ORDER BY s.started_at, s.id)) s
            ON s.handoff_id = h.id
         GROUP BY h.id
        HAVING count(s.id) = 0 OR count(s.id) <> 1 + count(*) FILTER (
                   WHERE s.previous_id = s.before AND s.started_at = s.until)
            OR count(*) FILTER (WHERE s.ended_at IS NULL) <> (h.disposed_at IS NULL)::int
            OR max(s.ended_at) < h.disposed_at""",
    "a handoff is in the hands that the ledger says": """
        SELECT h.id, h.owner_id, s.holder, s.user_id FROM handoff_handoff h
          JOIN handoff_segment s ON s.handoff_id = h.id AND s.ended_at IS NULL AND s.replaced_at IS NULL
         WHERE s.holder <> 'prospect'
           AND (h.state = 'claimed', CASE WHEN h.state = 'claimed' THEN h.owner_id END)
               IS DISTINCT FROM (s.holder = 'person', CASE WHEN s.holder = 'person' THEN s.user_id END)""",
    "a message that was sent says when, one that failed says why, and one that waits is tried in the end": """
        SELECT id, state, error, next_at FROM handoff_delivery
         WHERE (state = 'sent') <> (sent_at IS NOT NULL) OR (state = 'failed' AND error = '')
            OR (state = 'pending' AND next_at > app_now() + interval '15 days')""",
    "nothing waits for a channel that is off": """
        SELECT d.id, d.channel_id FROM handoff_delivery d JOIN handoff_channel c ON c.id = d.channel_id
         WHERE d.state = 'pending' AND NOT c.is_on""",
    "a digest is for one person": """
        SELECT digest FROM handoff_delivery WHERE digest <> ''
         GROUP BY digest HAVING count(DISTINCT coalesce(user_id, 0)) > 1""",
    "a clock rests only while its handoff waits for the prospect": """
        SELECT t.id, t.state, h.state FROM handoff_slatimer t JOIN handoff_handoff h ON h.id = t.handoff_id
          LEFT JOIN handoff_pause p ON p.handoff_id = h.id AND p.ended_at IS NULL
         WHERE (t.state = 'paused') > (p.id IS NOT NULL) OR (p.id IS NOT NULL AND h.state <> 'claimed')""",
    "a clock that is broken was told of once, unless its promise was changed": """
        SELECT t.id, t.state, t.cause FROM handoff_slatimer t
         WHERE t.state = 'breached' AND (t.cause <> '') = EXISTS (
               SELECT 1 FROM handoff_slaevent e WHERE e.timer_id = t.id AND e.kind = 'breach')""",
    "only clocks that run have alarms to ring, and of their newest deadline": """
        SELECT a.id, t.state, a.generation FROM handoff_slaalarm a JOIN handoff_slatimer t ON t.id = a.timer_id
         WHERE a.state = 'pending' AND (t.closed_at IS NOT NULL OR t.due_at IS NULL
               OR a.generation <> t.generation)""",
    "the queue's tasks are due when the earliest open one is": """
        SELECT h.id, h.task_due_at FROM handoff_handoff h WHERE h.task_due_at IS DISTINCT FROM (
               SELECT min(t.due_at) FROM handoff_task t WHERE t.handoff_id = h.id AND t.done_at IS NULL)""",
    "who lies in the queue has no lease": """
        SELECT id, state FROM handoff_handoff WHERE lease_until IS NOT NULL AND state <> 'claimed'""",
    "a lead that is an opportunity has one open, and an open one is of such a lead or of a customer": """
        SELECT l.id, l.stage, o.id FROM leads_lead l
          LEFT JOIN qualification_opportunity o ON o.lead_id = l.id AND o.state = 'open'
         WHERE l.merged_into_id IS NULL AND l.stage = 'opportunity' AND o.id IS NULL
         UNION ALL
        SELECT l.id, l.stage, o.id FROM qualification_opportunity o JOIN leads_lead l ON l.id = o.lead_id
         WHERE o.state = 'open' AND (l.stage NOT IN ('opportunity', 'customer') OR l.merged_into_id IS NOT NULL)""",
    "how a deal ended is written where reports read it": """
        SELECT o.id, o.state, u.result FROM qualification_opportunity o
          LEFT JOIN leads_outcome u ON u.id = o.outcome_id
         WHERE o.state IN ('won', 'lost') AND u.result IS DISTINCT FROM o.state
            OR o.state IN ('open', 'merged') AND u.id IS NOT NULL""",
    "nobody waits for an opportunity that is there": """
        SELECT p.id, p.lead_id, l.stage FROM qualification_passedsql p JOIN leads_lead l ON l.id = p.lead_id
         WHERE p.ended_at IS NULL AND (l.stage NOT IN ('sql', 'customer') OR l.merged_into_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM qualification_opportunity o WHERE o.lead_id = l.id AND o.state = 'open'))""",
    "nothing is parked": """
        SELECT id, kind, error FROM leads_journalentry WHERE parked_at IS NOT NULL""",
}


def check() -> list[Broken]:
    """Every promise that does not hold."""
    broken = [found for promise, sql in PROMISES.items() if (found := _broken(promise, sql, {}))]
    wrong_scores = [found for model in live_models() if (found := _scores(model))]
    return [*broken, *wrong_scores]


def _scores(model: LiveModel) -> Broken | None:
    """Stored scores of today's version against the definition, computed anew."""
    made = statement(model.definition, EVERYBODY, applies=model.applies)
    sql = f"""SELECT s.lead_id, s.total, fresh.total FROM ({made.sql}) fresh
                JOIN leads_leadscore s ON s.lead_id = fresh.lead_id
               WHERE s.version = %(version)s
                 AND (s.computed_at AT TIME ZONE 'UTC')::date = (app_now() AT TIME ZONE 'UTC')::date
                 AND (s.total, s.band) IS DISTINCT FROM (fresh.total, fresh.band)"""
    parameters = {**made.parameters, "version": model.version.pk}
    return _broken("stored scores equal what the model says", sql, parameters)


def _broken(promise: str, sql: str, parameters: dict[str, Any]) -> Broken | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        rows = cursor.fetchall()
    return Broken(promise, len(rows), rows[:5]) if rows else None
