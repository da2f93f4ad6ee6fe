"""Likely duplicates of leads: found by the keys they share, judged by likeness.py, kept as pairs for a person.

The search runs after a lead came or changed and never before: nobody waits for it, least of all a form."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from leads.identity import likeness, profiles
from leads.identity.likeness import Likeness
from leads.identity.profiles import Profile
from leads.models import Lead

# Leads looked at in one transaction, far below a second.
PIECE = 100
# A key that more leads share says nothing: the newest of them are looked at.
MOST_OF_A_KEY = 60


@dataclass(frozen=True)
class Candidate:
    """A lead that may be the same person as the one that was asked for."""

    lead: Lead
    likeness: Likeness


def candidates(lead: Lead) -> list[Candidate]:
    """Leads that look like this one, the likeliest first; two statements. The lead need not be stored."""
    mine = profiles.profile(lead)
    keys = profiles.keys(mine)
    near = _near([(lead.pk or 0, key) for key in keys])
    others = _living({other for _mine, other in near})
    found = [
        Candidate(other, likeness.compare(mine, profiles.profile(other)))
        for other in others.select_related("company")
    ]
    enough = [candidate for candidate in found if candidate.likeness.is_enough]
    return sorted(enough, key=lambda c: (-c.likeness.score, -c.lead.pk))


def advance(at: datetime) -> bool:
    """Looks for duplicates of some leads that are asked for; false when nobody is."""
    with transaction.atomic():
        asked = _take()
        if asked:
            _search(asked, at=at)
    return bool(asked)


def _take() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM leads_matchasked WHERE lead_id = ANY(ARRAY(
                   SELECT lead_id FROM leads_matchasked ORDER BY asked_at, lead_id LIMIT %s
                   FOR UPDATE SKIP LOCKED)) RETURNING lead_id""",
            [PIECE],
        )
        return sorted(row[0] for row in cursor.fetchall())


def _search(lead_ids: list[int], *, at: datetime) -> None:
    mine = _profiles(lead_ids)
    keys = _keep_keys(lead_ids, mine)
    near = {(min(pair), max(pair)) for pair in _near(keys)}
    known = mine | _profiles({pk for pair in near for pk in pair} - mine.keys())
    found = {
        (first, second): likeness.compare(known[first], known[second])
        for first, second in near
        if first in known and second in known
    }
    _keep_pairs(lead_ids, {pair: like for pair, like in found.items() if like.is_enough}, at=at)


def _living(lead_ids: Iterable[int]) -> QuerySet[Lead]:
    return Lead.objects.filter(pk__in=list(lead_ids), merged_into=None, erased_at=None)


def _profiles(lead_ids: Iterable[int]) -> dict[int, Profile]:
    needed = (
        "email", "phone", "phone_e164", "first_name", "last_name", "company", "company_name",
        "attributes",
    )  # fmt: skip
    return {lead.pk: profiles.profile(lead) for lead in _living(lead_ids).only(*needed)}


def _near(keys: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs of a lead and another that holds one of its keys."""
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT t.lead_id, other.lead_id
                 FROM unnest(%s::bigint[], %s::bigint[]) AS t(lead_id, key)
                CROSS JOIN LATERAL (SELECT m.lead_id FROM leads_matchkey m
                                     WHERE m.key = t.key AND m.lead_id <> t.lead_id
                                     ORDER BY m.lead_id DESC LIMIT %s) other""",
            [[pk for pk, _key in keys], [key for _pk, key in keys], MOST_OF_A_KEY],
        )
        return cursor.fetchall()


def learn(lead_ids: list[int]) -> None:
    """Makes these leads be found by what is known of them, without looking for others."""
    _keep_keys(lead_ids, _profiles(lead_ids))


def _keep_keys(lead_ids: list[int], known: Mapping[int, Profile]) -> list[tuple[int, int]]:
    """The keys of the leads, each with its lead, written in place of those they had."""
    keys = [(pk, key) for pk, one in known.items() for key in profiles.keys(one)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM leads_matchkey WHERE lead_id = ANY(%s)", [lead_ids])
        cursor.execute(
            """INSERT INTO leads_matchkey (key, lead_id)
               SELECT key, lead_id FROM unnest(%s::bigint[], %s::bigint[]) AS t(lead_id, key)
                ORDER BY 1, 2 ON CONFLICT DO NOTHING""",
            [[pk for pk, _key in keys], [key for _pk, key in keys]],
        )
    return keys


def _keep_pairs(
    lead_ids: list[int], found: dict[tuple[int, int], Likeness], *, at: datetime
) -> None:
    """New pairs, and what is known of those that wait; one that no longer looks alike is proposed no more.
    What a person decided stays, and what a sender told of both."""
    rows = [
        {"first": first, "second": second, "score": like.score, "reasons": like.reasons}
        for (first, second), like in sorted(found.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH found AS (SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb)
                                AS t(first bigint, second bigint, score smallint, reasons jsonb)),
               gone AS (DELETE FROM leads_duplicatepair p
                         WHERE (p.first_id = ANY(%(ids)s) OR p.second_id = ANY(%(ids)s)) AND p.state = 'open'
                           AND NOT p.reasons ? 'told_both'
                           AND NOT EXISTS (SELECT FROM found f
                                            WHERE f.first = p.first_id AND f.second = p.second_id))
               INSERT INTO leads_duplicatepair (first_id, second_id, score, reasons, state, found_at)
               SELECT first, second, score, reasons, 'open', %(at)s FROM found ORDER BY first, second
               ON CONFLICT (first_id, second_id)
               DO UPDATE SET score = excluded.score, reasons = excluded.reasons
                WHERE leads_duplicatepair.state = 'open' AND NOT leads_duplicatepair.reasons ? 'told_both'""",
            {"rows": json.dumps(rows), "ids": lead_ids, "at": at},
        )
