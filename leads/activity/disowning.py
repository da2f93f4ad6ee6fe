"""Events that were not this person's, as somebody says who spoke to them; and that taken back."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from accounts.models import User
from leads import journal
from leads.activity import trust
from leads.models import Event

STRANGER = Event.Trust.STRANGER


def disown(lead_id: int, event_ids: Iterable[int], *, by: User, at: datetime) -> dict[int, int]:
    """Events of the lead become somebody else's; gives the class each of those had that changed. The caller
    holds the lead. A rule made later may call them otherwise again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH found AS (
                   SELECT id, trust AS old FROM leads_event
                    WHERE lead_id = %(lead)s AND id = ANY(%(ids)s::bigint[]) AND trust <> %(new)s),
               kept AS (
                   UPDATE leads_event e SET trust = %(new)s, arrived_as = NULL, ruled_by = NULL
                     FROM found WHERE e.id = found.id),
               noted AS (
                   INSERT INTO leads_eventrelabel (at, cause, by_id, lead_id, before, event_ids)
                   SELECT %(at)s, 'trust', %(by)s, %(lead)s, jsonb_build_object('trust', old),
                          jsonb_agg(id ORDER BY id)
                     FROM found GROUP BY old)
               SELECT id, old FROM found""",
            {
                "lead": lead_id, "ids": list(event_ids), "new": STRANGER, "at": at, "by": by.pk,
            },
        )  # fmt: skip
        was = dict(cursor.fetchall())
    _follow(lead_id, was, at=at)
    return was


def own_again(lead_id: int, was: Mapping[int, int], *, by: User, at: datetime) -> None:
    """They are the lead's after all, of the class each had. The caller holds the lead."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH kept AS (
                   UPDATE leads_event e SET trust = t.trust
                     FROM unnest(%(ids)s::bigint[], %(classes)s::smallint[]) AS t(id, trust)
                    WHERE e.id = t.id AND e.lead_id = %(lead)s AND e.trust = %(old)s RETURNING e.id)
               INSERT INTO leads_eventrelabel (at, cause, by_id, lead_id, before, event_ids)
               SELECT %(at)s, 'trust', %(by)s, %(lead)s, jsonb_build_object('trust', %(old)s::int),
                      jsonb_agg(id ORDER BY id)
                 FROM kept HAVING count(*) > 0""",
            {
                "lead": lead_id, "ids": list(was), "classes": list(was.values()), "old": STRANGER,
                "at": at, "by": by.pk,
            },
        )  # fmt: skip
    _follow(lead_id, was, at=at)


def _follow(lead_id: int, was: Mapping[int, int], *, at: datetime) -> None:
    if not was:
        return
    trust.keep_last_activity(list(was))
    journal.wake("lead.relabelled", [lead_id], at=at)
