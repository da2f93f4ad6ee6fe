"""What leads did last and since when they use the product, out of the events they have."""

from collections.abc import Iterable

from django.db import connection

from leads.activity import trust_sql


def reckon(lead_ids: Iterable[int]) -> None:
    """Writes both on these leads, after events of theirs came or went otherwise than by happening. The caller
    holds the leads."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE leads_lead l SET last_activity_at = last.at, product_used_at = last.used
                  FROM (SELECT t.lead_id, {trust_sql.LAST.format(e="e")}
                          FROM unnest(%s::bigint[]) AS t(lead_id)
                          LEFT JOIN leads_event e ON e.lead_id = t.lead_id
                          LEFT JOIN leads_eventkind k ON k.id = e.kind GROUP BY t.lead_id) last
                 WHERE l.id = last.lead_id""",
            [sorted(lead_ids)],
        )
