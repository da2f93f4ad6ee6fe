"""Events that were another lead's at a moment, nobody's, or of another class than today."""

import json
from collections.abc import Collection
from datetime import datetime

from django.db import connection


def undone(lead_ids: Collection[int], known: datetime) -> list[dict[str, int | None]]:
    """Of the events that are these leads' today, those that were different: id, lead, and the class of trust
    where it was another."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT e.id, e.lead_id, r.before FROM leads_eventrelabel r
                CROSS JOIN LATERAL jsonb_array_elements_text(r.event_ids) AS i(id)
                 JOIN leads_event e ON e.id = i.id::bigint
                WHERE r.at > %s AND (r.lead_id = ANY(%s::bigint[]) OR r.lead_id IS NULL)
                  AND e.lead_id = ANY(%s::bigint[]) ORDER BY r.at DESC, r.id DESC""",
            [known, list(lead_ids), list(lead_ids)],
        )
        rows = [(pk, lead, json.loads(before)) for pk, lead, before in cursor.fetchall()]
    found: dict[int, dict[str, int | None]] = {}
    # From today backwards: what stood before the first change counts.
    for pk, lead, before in rows:
        was = found.setdefault(pk, {"id": pk, "lead": lead, "trust": None})
        if "trust" in before:
            trust = before["trust"]
            was["trust"] = trust.get(str(pk)) if isinstance(trust, dict) else trust
        else:
            was["lead"] = before["lead"] if "lead" in before else before["merged_into"]
    return list(found.values())
