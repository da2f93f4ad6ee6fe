"""What left the house is kept for a month, and what could not leave for three."""

from datetime import datetime, timedelta

from django.db import connection

SENT_KEPT = timedelta(days=30)
FAILED_KEPT = timedelta(days=90)
AT_ONCE = 20_000


def forget(at: datetime) -> int:
    """Deletes old messages, and events that no message tells of any more; says how many messages."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM handoff_delivery WHERE id = ANY(ARRAY(
                      SELECT id FROM handoff_delivery
                       WHERE (state = 'sent' AND created_at < %(sent)s)
                          OR (state IN ('failed', 'withheld') AND created_at < %(failed)s)
                       ORDER BY id LIMIT %(most)s))""",
            {"sent": at - SENT_KEPT, "failed": at - FAILED_KEPT, "most": AT_ONCE},
        )
        gone = int(cursor.rowcount)
        cursor.execute(
            """DELETE FROM handoff_outgoingevent WHERE id = ANY(ARRAY(
                      SELECT e.id FROM handoff_outgoingevent e
                       WHERE e.at < %s AND NOT EXISTS (SELECT 1 FROM handoff_delivery d WHERE d.event_id = e.id)
                       ORDER BY e.at LIMIT %s))""",
            [at - SENT_KEPT, AT_ONCE],
        )
    return gone
