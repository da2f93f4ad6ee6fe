"""Keeps leads from being merged, or parted, while something is written about them."""

from collections.abc import Iterable

from django.db import connection

from accounts import prepared


def hold(lead_ids: Iterable[int], visitor_ids: Iterable[int] = ()) -> dict[int, int]:
    """Holds these leads and those of the visitors until the transaction ends: for each the lead that it is by
    now. Whoever scores or edits them is not in the way; a merge waits, or we wait for it."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT id, merged_into_id FROM leads_lead
                WHERE id = ANY(%s::bigint[] || ARRAY(SELECT lead_id FROM leads_visitor
                                                      WHERE id = ANY(%s::bigint[])))
                ORDER BY id FOR KEY SHARE""",
            [sorted(lead_ids), sorted(visitor_ids)],
        )
        found: dict[int, int | None] = dict(cursor.fetchall())
    survivors = {into for into in found.values() if into} - found.keys()
    later = hold(survivors) if survivors else {}
    now = {pk: later.get(into, into) if into else pk for pk, into in found.items()}
    return later | now


def follow(lead_ids: Iterable[int]) -> set[int]:
    """Of leads whose events we have just written without holding them: the leads they are by now, with those
    events."""
    now = hold(lead_ids)
    moved = {pk: into for pk, into in now.items() if pk != into}
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE leads_event e SET lead_id = t.survivor
                     FROM unnest(%s::bigint[], %s::bigint[]) AS t(pk, survivor) WHERE e.lead_id = t.pk""",
                [list(moved), list(moved.values())],
            )
    return set(now.values())
