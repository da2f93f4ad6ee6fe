"""Visitor to lead: at the first identification all earlier events of the trail become the lead's."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts import prepared
from leads.activity import trust_sql
from leads.models import ContactKey, Visitor


def visitors(anonymous_ids: Iterable[str], *, at: datetime) -> dict[str, int]:
    """Visitor ids by anonymous id, making those not met before."""
    wanted = sorted(set(anonymous_ids))
    if not wanted:
        return {}
    known = dict(Visitor.objects.filter(anonymous_id__in=wanted).values_list("anonymous_id", "id"))
    missing = [key for key in wanted if key not in known]
    if missing:
        Visitor.objects.bulk_create(
            [Visitor(anonymous_id=key, created_at=at) for key in missing], ignore_conflicts=True
        )
        known.update(
            Visitor.objects.filter(anonymous_id__in=missing).values_list("anonymous_id", "id")
        )
    return known


def leads_of_users(user_ids: Iterable[str]) -> dict[str, int]:
    """Lead ids by the sender's own user id, where it is known."""
    return dict(
        ContactKey.objects.filter(kind=ContactKey.USER, value__in=list(user_ids)).values_list(
            "value", "lead_id"
        )
    )


def stitch(lead_of_visitor: Mapping[int, int], *, at: datetime) -> set[int]:
    """Ties visitors to leads and moves their unclaimed events; says which leads gained events.

    A visitor already tied to another lead changes hands for what comes next (a shared machine);
    events of the past stay where they are. Each move leaves a dated row for replay."""
    if not lead_of_visitor:
        return set()
    pairs = sorted((_aliases(lead_of_visitor) | dict(lead_of_visitor)).items())
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""WITH pair AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS t(visitor_id, lead_id)),
               tied AS (UPDATE leads_visitor v SET lead_id = pair.lead_id FROM pair
                         WHERE v.id = pair.visitor_id AND v.lead_id IS DISTINCT FROM pair.lead_id),
               found AS (SELECT e.id, pair.lead_id, ruled.id AS rule, ruled.trust
                           FROM leads_event e JOIN pair ON e.visitor_id = pair.visitor_id
                           {trust_sql.deciding("e", lead="pair.lead_id")}
                          WHERE e.lead_id IS NULL),
               moved AS (UPDATE leads_event e
                            SET lead_id = f.lead_id, trust = coalesce(f.trust, e.trust),
                                ruled_by = coalesce(f.rule, e.ruled_by),
                                arrived_as = CASE WHEN f.rule IS NULL THEN e.arrived_as
                                                  ELSE coalesce(e.arrived_as, e.trust) END
                           FROM found f
                          -- By their ids: nobody knows how many were found, and a guess reads all events.
                          WHERE e.id = ANY(ARRAY(SELECT id FROM found)) AND e.id = f.id
                            AND e.lead_id IS NULL
                      RETURNING e.id, e.lead_id, e.occurred_at, e.kind, e.trust),
               noted AS (INSERT INTO leads_eventrelabel (at, cause, lead_id, before, event_ids)
                         SELECT %s, 'stitch', lead_id, '{{"lead": null}}', jsonb_agg(id)
                           FROM moved GROUP BY lead_id RETURNING lead_id),
               {trust_sql.first_use("moved")}
               SELECT lead_id FROM noted""",
            [[visitor for visitor, _ in pairs], [lead for _, lead in pairs], at],
        )
        return {row[0] for row in cursor.fetchall()}


def _aliases(lead_of_visitor: Mapping[int, int]) -> dict[int, int]:
    """The trails that a sender said are the same person's (aliasing.py), with the lead they follow."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """WITH asked AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS t(visitor_id, lead_id)),
                    roots AS (SELECT coalesce(a.same_as_id, asked.visitor_id) AS root, asked.lead_id
                                FROM asked LEFT JOIN leads_visitoralias a USING (visitor_id))
               SELECT a.visitor_id, roots.lead_id FROM roots
                 JOIN leads_visitoralias a ON a.same_as_id = roots.root
               UNION ALL
               SELECT a.same_as_id, asked.lead_id FROM asked JOIN leads_visitoralias a USING (visitor_id)""",
            [list(lead_of_visitor), list(lead_of_visitor.values())],
        )
        return dict(cursor.fetchall())
