"""Pairs of leads that may be one person: proposed once, decided by a person."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from accounts import policy
from accounts.models import User
from leads import access
from leads.models import DuplicatePair, MatchKey

State = DuplicatePair.State
PAGE = 50
LONGEST_CURSOR = 20


def between(one: int, other: int) -> DuplicatePair | None:
    first, second = sorted((one, other))
    return DuplicatePair.objects.filter(first=first, second=second).first()


def of_lead(lead_id: int) -> QuerySet[DuplicatePair]:
    """The pairs of a lead that wait for somebody, the likeliest first."""
    mine = Q(first=lead_id) | Q(second=lead_id)
    waiting = DuplicatePair.objects.filter(mine, state=State.OPEN)
    return waiting.select_related("first", "second").order_by("-score", "-pk")


def waiting(principal: access.Principal) -> QuerySet[DuplicatePair]:
    """The pairs that this person may merge, the likeliest first. Merging and erasing take away those of who is
    gone, so that nothing is asked of the leads here and the index alone says what comes next."""
    found = DuplicatePair.objects.filter(state=State.OPEN)
    if policy.scope(principal, "lead.merge") is not policy.Scope.ALL:
        mine = access.listed(principal, "lead.merge").values("pk")
        found = found.filter(first__in=mine, second__in=mine)
    return found.select_related("first", "second").order_by("-score", "-pk")


def page(
    principal: access.Principal, *, after: str = "", size: int = PAGE
) -> tuple[list[DuplicatePair], str]:
    """A page of those pairs after a cursor, and the cursor of the next, empty if there is none."""
    found = waiting(principal)
    score, _dash, pk = after.partition("-")
    if score.isdecimal() and pk.isdecimal() and len(after) < LONGEST_CURSOR:
        found = found.filter(
            Q(score__lt=int(score)) | Q(score=int(score), pk__lt=int(pk)), score__lte=int(score)
        )
    rows = list(found[: size + 1])
    shown = rows[:size]
    return shown, f"{shown[-1].score}-{shown[-1].pk}" if len(rows) > size else ""


def dismiss(one: int, other: int, *, by: User | None, at: datetime) -> None:
    """Two people: the pair is never proposed again."""
    _decide(one, other, State.DISMISSED, by=by, at=at)


def merged(survivor_id: int, loser_id: int, *, by: User | None, at: datetime) -> None:
    """The pair is one lead. Others that waited for the loser are looked for anew with the survivor, and whom
    somebody told apart from the loser is told apart from the survivor."""
    _decide(survivor_id, loser_id, State.MERGED, by=by, at=at)
    of_loser = Q(first=loser_id) | Q(second=loser_id)
    told_apart = DuplicatePair.objects.filter(of_loser, state=State.DISMISSED)
    for first, second in told_apart.values_list("first", "second"):
        _decide(survivor_id, first + second - loser_id, State.DISMISSED, by=by, at=at)
    DuplicatePair.objects.filter(of_loser, state=State.OPEN).delete()
    MatchKey.objects.filter(lead=loser_id).delete()
    ask([survivor_id], at=at)


def parted(survivor_id: int, loser_id: int, *, by: User | None, at: datetime) -> None:
    dismiss(survivor_id, loser_id, by=by, at=at)
    ask([survivor_id, loser_id], at=at)


def forget(lead_ids: Iterable[int]) -> None:
    """Drops every pair of these leads, decided or not."""
    ids = list(lead_ids)
    DuplicatePair.objects.filter(Q(first__in=ids) | Q(second__in=ids)).delete()


def _decide(one: int, other: int, state: str, *, by: User | None, at: datetime) -> None:
    first, second = sorted((one, other))
    decided = {"state": state, "decided_by": by, "decided_at": at}
    DuplicatePair.objects.update_or_create(
        first_id=first, second_id=second, defaults=decided,
        create_defaults={**decided, "score": 0, "found_at": at},
    )  # fmt: skip


def ask(lead_ids: Iterable[int], *, at: datetime) -> None:
    """Asks for a search for duplicates of these leads (finding.py)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_matchasked (lead_id, asked_at)
               SELECT id, %s FROM unnest(%s::bigint[]) AS t(id) ORDER BY id
               ON CONFLICT (lead_id) DO UPDATE SET asked_at = excluded.asked_at""",
            [at, sorted(set(lead_ids))],
        )
