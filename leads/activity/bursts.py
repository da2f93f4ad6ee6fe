"""Machines that show only by what they did together: every link of a message within seconds, a message opened in the
moment it was sent, more pages at once than anybody can look at.

What is found leaves a dated row and a line that a person can overrule; the rule they make is like any other."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import connection, transaction

from accounts import prepared
from accounts.models import User
from leads.activity import machines, trust
from leads.activity.machines import Deed, Found
from leads.models import Event, MachineBurst, TrustRule

Reason = MachineBurst.Reason
# How far back a look goes: late events are found with those that they came with.
LOOKED_BACK = timedelta(days=3)
CLASSES = {
    Reason.FAN_OUT: Event.Trust.BOT,
    Reason.AT_ONCE: Event.Trust.PREFETCH,
    Reason.SPEED: Event.Trust.BOT,
}
PAGE = 50

# Events of the leads that a person may have done, with the message and the link they belong to. What a rule
# decided on is left alone.
_LOOKED_AT = """
    SELECT e.id, e.lead_id, e.visitor_id, e.occurred_at AS at, k.key, e.signature_id,
           e.trust IN (0, 1) AND e.ruled_by IS NULL AS open,
           CASE WHEN k.key LIKE 'email%%' THEN coalesce(
               e.properties->>'email_id', e.properties->>'campaign_id', nullif(s.campaign, ''), '') END AS message,
           CASE WHEN k.key = 'email_click' THEN coalesce(
               e.properties->>'link_url', e.properties->>'url', s.path) END AS link
      FROM leads_event e JOIN leads_eventkind k ON k.id = e.kind
      JOIN leads_signature s ON s.id = e.signature_id
     WHERE e.lead_id = ANY(%(leads)s::bigint[]) AND e.occurred_at > %(after)s
       AND k.key IN ('page', 'click', 'email_sent', 'email_delivered', 'email_open', 'email_click')
"""
# Of browsers and messages with enough in so few seconds everything, counted in one walk along the times: of most leads
# nothing. Pairs of events are not compared here, since these grow with the square of a storm.
_SUSPECTED = f"""
WITH looked AS MATERIALIZED ({_LOOKED_AT}),
views AS (
    SELECT looked.*, count(*) OVER (
               PARTITION BY visitor_id ORDER BY at
               RANGE BETWEEN CURRENT ROW AND interval '{machines.PAGES_S} seconds' FOLLOWING) AS number
      FROM looked WHERE key IN ('page', 'click') AND visitor_id IS NOT NULL),
mails AS (
    SELECT looked.*,
           count(*) FILTER (WHERE key = 'email_click') OVER (
               PARTITION BY lead_id, message ORDER BY at
               RANGE BETWEEN CURRENT ROW AND interval '{machines.LINKS_S} seconds' FOLLOWING) AS number,
           count(*) FILTER (WHERE key IN ('email_sent', 'email_delivered')) OVER (
               PARTITION BY lead_id, message ORDER BY at
               RANGE BETWEEN interval '{machines.SENT_S} seconds' PRECEDING AND CURRENT ROW) > 0 AS is_at_once
      FROM looked WHERE message IS NOT NULL)
SELECT id, lead_id, visitor_id, at, key, signature_id::text, '', open, false
  FROM (SELECT *, max(number) OVER (PARTITION BY visitor_id) AS most FROM views) v WHERE most >= {machines.PAGES}
 UNION ALL
SELECT id, lead_id, visitor_id, at, key, link, message, open, is_at_once
  FROM (SELECT *, max(number) OVER (PARTITION BY lead_id, message) AS most FROM mails) m
 WHERE key IN ('email_open', 'email_click') AND (most >= {machines.LINKS} OR is_at_once)
"""


class NobodyToAsk(Exception):
    """The events came without a browser or user id, so that a rule could not name them."""


def look(lead_ids: Sequence[int], *, at: datetime) -> int:
    """Looks at what these leads did lately and takes machines for what they are; says how many events changed.

    Call it before the leads are scored."""
    if not lead_ids:
        return 0
    with prepared.cursor() as cursor:
        cursor.execute(_SUSPECTED, {"leads": list(lead_ids), "after": at - LOOKED_BACK})
        found = machines.found([Deed(*row) for row in cursor.fetchall()])
    if found:
        with transaction.atomic():
            _reclassify(found, at=at)
    return len(found)


def _reclassify(found: Sequence[Found], *, at: datetime) -> None:
    trust.hold(sorted({one.lead_id for one in found}))
    for reason, classed in CLASSES.items():
        ids = [one.event_id for one in found if one.reason == reason]
        if ids:
            _relabel(ids, classed, at=at)
    trust.keep_last_activity([one.event_id for one in found])
    MachineBurst.objects.bulk_create(_lines(found, at))


def _relabel(event_ids: list[int], classed: int, *, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH before AS MATERIALIZED (
                    SELECT id, lead_id, trust FROM leads_event WHERE id = ANY(%(ids)s) AND ruled_by IS NULL),
                    kept AS (UPDATE leads_event e SET trust = %(trust)s FROM before b WHERE e.id = b.id)
               INSERT INTO leads_eventrelabel (at, cause, lead_id, before, event_ids)
               SELECT %(at)s, 'trust', lead_id, jsonb_build_object('trust', trust), jsonb_agg(id ORDER BY id)
                 FROM before GROUP BY lead_id, trust""",
            {"ids": event_ids, "trust": classed, "at": at},
        )


def _lines(found: Sequence[Found], at: datetime) -> list[MachineBurst]:
    def of_one(one: Found) -> tuple[int, int, str]:
        return (one.lead_id, one.visitor_id or 0, one.reason)

    lines = []
    for (lead_id, visitor_id, reason), rows in groupby(sorted(found, key=of_one), key=of_one):
        times = [row.at for row in rows]
        lines.append(
            MachineBurst(
                lead_id=lead_id, visitor_id=visitor_id or None, reason=reason, events=len(times),
                since=min(times), until=max(times), found_at=at,
            )
        )  # fmt: skip
    return lines


def page(before: int | None = None) -> list[MachineBurst]:
    """The newest first, one more than a page holds."""
    rows = MachineBurst.objects.select_related("lead", "visitor", "rule", "rule__created_by")
    return list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])


def overrule(burst: MachineBurst, *, by: User, at: datetime) -> TrustRule:
    """They were people: a rule says so about these very events, and can be taken back as any rule. Raises
    NobodyToAsk."""
    if burst.visitor is None:
        raise NobodyToAsk
    with transaction.atomic():
        held = MachineBurst.objects.select_for_update().get(pk=burst.pk)
        if held.rule_id is not None:
            return TrustRule.objects.get(pk=held.rule_id)
        rule = TrustRule(
            trust=Event.Trust.HUMAN, visitor=burst.visitor.anonymous_id, since=burst.since,
            until=burst.until + timedelta(microseconds=1), note=str(burst.get_reason_display())[:200],
        )  # fmt: skip
        held.rule = trust.make(rule, by=by, at=at)
        held.save(update_fields=["rule"])
    return rule
