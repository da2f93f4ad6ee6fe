"""SQL that says of which class an event is: whoever withdrew consent decides first, then the newest rule in force
that covers it."""

from typing import Any

from leads.models import HUMANS, Event, TrustRule

FIELDS = ("kind", "name", "path", "campaign", "visitor", "domain", "since", "until")

_HUMANS = ", ".join(str(int(one)) for one in HUMANS)

# What a lead did last, and since when it uses the product, out of events {e} and their kinds k.
LAST = (
    f"max({{e}}.occurred_at) FILTER (WHERE k.is_engagement AND {{e}}.trust IN ({_HUMANS})) AS at, "
    f"min({{e}}.occurred_at) FILTER (WHERE k.is_product AND {{e}}.trust IN ({_HUMANS})) AS used"
)


def first_human(kinds: str, order: str, among: str = "true") -> str:
    """When a human event of the lead `touched` was the first in this order, of kinds that are `kinds`, among the
    events e for which `among` holds."""
    return f"""(SELECT e.occurred_at FROM leads_event e
                 WHERE e.lead_id = touched.lead_id AND e.trust IN ({_HUMANS}) AND {among}
                   AND e.kind = ANY(ARRAY(SELECT id FROM leads_eventkind WHERE {kinds}))
                 ORDER BY e.occurred_at {order} LIMIT 1)"""


def first_use(came: str) -> str:
    """Parts of a WITH that keep since when leads use the product, after the events `came` (lead_id, occurred_at,
    kind, trust). At once, since segments of scoring ask for it; few events are such."""
    return f"""
        first AS (SELECT s.lead_id, min(s.occurred_at) AS at
                    FROM {came} s JOIN leads_eventkind k ON k.id = s.kind AND k.is_product
                   WHERE s.trust IN ({_HUMANS}) GROUP BY s.lead_id),
        -- In the order of their ids, or two batches about the same leads would wait for one another.
        held AS (SELECT h.id, first.at FROM leads_lead h JOIN first ON first.lead_id = h.id
                  WHERE first.at < coalesce(h.product_used_at, 'infinity')
                  ORDER BY h.id FOR NO KEY UPDATE OF h),
        used AS (UPDATE leads_lead l SET product_used_at = least(l.product_used_at, held.at)
                   FROM held WHERE l.id = held.id)"""


# A rule r holds for an event {e} of the lead {lead}.
HOLDS = """(r.since IS NULL OR {e}.occurred_at >= r.since) AND (r.until IS NULL OR {e}.occurred_at < r.until)
   AND ((r.kind, r.name, r.path, r.campaign) = ('', '', '', '') OR EXISTS (
        SELECT FROM leads_signature g JOIN leads_eventkind gk ON gk.id = g.kind_id
         WHERE g.id = {e}.signature_id AND (r.kind = '' OR gk.key = r.kind)
           AND (r.name = '' OR lower(g.name) = lower(r.name))
           AND starts_with(lower(g.path), lower(r.path))
           AND (r.campaign = '' OR lower(g.campaign) = lower(r.campaign))))
   AND (r.visitor = '' OR EXISTS (
        SELECT FROM leads_visitor gv WHERE gv.id = {e}.visitor_id AND gv.anonymous_id = r.visitor))
   AND (r.domain = '' OR EXISTS (
        SELECT FROM leads_lead gl WHERE gl.id = {lead} AND split_part(gl.email, '@', 2) = r.domain))"""


# In place of a rule's id, and before all of them: the person's own will.
WITHDRAWN = 0


def _newest(conditions: str, lead: str) -> str:
    return f"""LEFT JOIN LATERAL (
        SELECT {WITHDRAWN}::bigint AS id, {int(Event.Trust.WITHDRAWN)}::smallint AS trust FROM leads_lead w
         WHERE w.id = {lead} AND w.unfollowed_at IS NOT NULL
         UNION ALL (
        SELECT r.id, r.trust FROM leads_trustrule r
         WHERE r.state IN ('applying', 'applied') AND {conditions}
         ORDER BY r.id DESC LIMIT 1)
         ORDER BY id LIMIT 1) ruled ON true"""


def kept(e: str, *, lead: str) -> str:
    """Joins to events `e` the rule `ruled` (id, trust) that is kept for what comes in, if any holds."""
    return _newest(f"r.future AND {HOLDS.format(e=e, lead=lead)}", lead)


def deciding(e: str, *, lead: str) -> str:
    """Joins to stored events `e` the rule `ruled` that decides on them, if any does."""
    covers = f"(r.future OR {e}.received_at <= r.created_at)"
    return _newest(f"{covers} AND {HOLDS.format(e=e, lead=lead)}", lead)


def wanted(rule: TrustRule) -> tuple[str, dict[str, Any]]:
    """HOLDS for one rule that need not be stored, over events e: looked up once and not for each event."""
    tests, looks = [], []
    if rule.kind:
        looks.append("gk.key = %(kind)s")
    if rule.name:
        looks.append("lower(g.name) = lower(%(name)s)")
    if rule.path:
        looks.append("starts_with(lower(g.path), lower(%(path)s))")
    if rule.campaign:
        looks.append("lower(g.campaign) = lower(%(campaign)s)")
    if looks:
        tests.append(
            f"""e.signature_id IN (SELECT g.id FROM leads_signature g
                  JOIN leads_eventkind gk ON gk.id = g.kind_id WHERE {" AND ".join(looks)})"""
        )
    if rule.visitor:
        tests.append(
            "e.visitor_id = (SELECT id FROM leads_visitor WHERE anonymous_id = %(visitor)s)"
        )
    if rule.domain:
        tests.append(
            "e.lead_id IN (SELECT id FROM leads_lead WHERE split_part(email, '@', 2) = %(domain)s)"
        )
    if rule.since:
        tests.append("e.occurred_at >= %(since)s")
    if rule.until:
        tests.append("e.occurred_at < %(until)s")
    return " AND ".join(tests) or "true", {name: getattr(rule, name) for name in FIELDS}
