"""How often the promises of a policy were broken, and how often nobody was told of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True)
class Heard:
    """`unheard` are breaches of which no step of the chain told anybody; `last` is when the latest was found."""

    breaches: int = 0
    unheard: int = 0
    last: datetime | None = None


def by_policy(policy_ids: Collection[int], *, since: datetime) -> dict[int, Heard]:
    """Breaches with a deadline after `since` that still are some, by policy. What is not followed yet is not
    counted as unheard."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT v.policy_id, count(*), count(*) FILTER (WHERE b.told = 0), max(b.fired_at)
                 FROM (SELECT t.policy_version_id, min(e.fired_at) AS fired_at,
                              CASE WHEN count(*) = count(e.told) THEN sum(e.told) END AS told
                         FROM handoff_slatimer t JOIN handoff_slaevent e ON e.timer_id = t.id
                        WHERE t.state = 'breached' AND t.due_at >= %s AND e.due_at >= %s
                          AND (e.kind = 'breach' OR e.kind = 'step' AND e.fired_at >= e.due_at)
                        GROUP BY t.id) b
                 JOIN handoff_slapolicyversion v ON v.id = b.policy_version_id
                WHERE v.policy_id = ANY(%s) GROUP BY v.policy_id""",
            [since, since, list(policy_ids)],
        )
        return {row[0]: Heard(*row[1:]) for row in cursor.fetchall()}
