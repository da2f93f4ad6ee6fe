"""What leads did last and since when they use the product, out of the events they have."""

from collections.abc import Iterable

from django.db import connection

from accounts import prepared
from leads import locks
from leads.activity import trust_sql


def catch_up(lead_ids: Iterable[int]) -> None:
    """Writes when these leads were active last, where events came. Doors do not wait for it: the row of a lead has
    many indexes. Call it in a transaction; takes their locks."""
    ids = sorted(lead_ids)
    locks.hold(ids)
    later = "e.occurred_at > coalesce(touched.last_activity_at, '-infinity')"
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""UPDATE leads_lead l SET last_activity_at = new.at
                  FROM (SELECT touched.lead_id, {trust_sql.first_human("is_engagement", "DESC", later)} AS at
                          FROM (SELECT id AS lead_id, last_activity_at FROM leads_lead
                                 WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE) touched) new
                 WHERE l.id = new.lead_id AND new.at IS NOT NULL""",
            [ids],
        )


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
