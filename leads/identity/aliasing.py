"""Two ids of one person, as a sender says: what either did is the same lead's.

Two leads that turn out to be one are proposed to a person; trails that nobody knows yet wait for one another."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from leads.identity import stitching
from leads.models import ContactKey, DuplicatePair, Visitor, VisitorAlias

LIKELY = 90
REASON = "told_both"


def alias(new_of_previous: Mapping[str, str], *, at: datetime) -> set[int]:
    """Takes the new id by the previous one; says which leads gained events."""
    told = {old: new for old, new in new_of_previous.items() if old and new and old != new}
    if not told:
        return set()
    names = {*told, *told.values()}
    visitors = stitching.visitors({trail for name in names for trail in _trails(name)}, at=at)
    leads = _leads(names, visitors)
    same: dict[int, int] = {}
    owned: dict[str, int] = {}
    for old, new in told.items():
        one, other = leads.get(old), leads.get(new)
        if one is not None and other is not None:
            _propose(one, other, at=at)
        elif one is not None or other is not None:
            owned |= dict.fromkeys((old, new), one or other or 0)
        root = visitors[_trails(new)[1]]
        same |= {visitors[trail]: root for name in (old, new) for trail in _trails(name)}
    _wait({visitor: root for visitor, root in same.items() if visitor != root})
    _own(owned)
    return stitching.stitch(
        {visitors[trail]: lead for name, lead in owned.items() for trail in _trails(name)}, at=at
    )


def _trails(name: str) -> list[str]:
    """A sender does not say whether it is a browser's id or a person's."""
    return [name, f"user:{name}"]


def _leads(names: Iterable[str], visitors: Mapping[str, int]) -> dict[str, int]:
    """The lead of each id that is known."""
    users = stitching.leads_of_users(names)
    rows = Visitor.objects.filter(pk__in=visitors.values()).exclude(lead=None)
    browsers = dict(rows.values_list("anonymous_id", "lead_id"))
    found = {name: users.get(name) or browsers.get(name) for name in names}
    return {name: lead for name, lead in found.items() if lead is not None}


def _propose(one: int, other: int, *, at: datetime) -> None:
    """A message that names two leads is no proof that they are one: a person looks."""
    if one == other:
        return
    first, second = sorted((one, other))
    DuplicatePair.objects.get_or_create(
        first_id=first, second_id=second,
        defaults={"score": LIKELY, "reasons": [REASON], "found_at": at},
    )  # fmt: skip


def _wait(same: Mapping[int, int]) -> None:
    """When one of them becomes a lead's, all do (stitching.py)."""
    VisitorAlias.objects.bulk_create(
        [VisitorAlias(visitor_id=one, same_as_id=root) for one, root in sorted(same.items())],
        update_conflicts=True, unique_fields=["visitor"], update_fields=["same_as"],
    )  # fmt: skip


def _own(lead_of_user: Mapping[str, int]) -> None:
    """The ids recognise the lead from now on. Takes the leads' locks first."""
    if not lead_of_user:
        return
    rows = [{"value": name, "lead_id": lead} for name, lead in sorted(lead_of_user.items())]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM (SELECT lead_id FROM leads_leadscore WHERE lead_id = ANY(%s::bigint[])
                                      ORDER BY lead_id FOR NO KEY UPDATE) held""",
            [sorted(set(lead_of_user.values()))],
        )
        cursor.execute(
            """INSERT INTO leads_contactkey (kind, value, lead_id)
               SELECT %s, value, lead_id FROM jsonb_to_recordset(%s::jsonb) AS t(value text, lead_id bigint)
               ON CONFLICT (kind, value) DO NOTHING""",
            [ContactKey.USER, json.dumps(rows)],
        )
