"""Who has it: taken by one, given back, handed on, or told who was faster. Each is one conditional update."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import policy, prepared
from accounts.models import Team, User
from handoff import leases, ledger, resting, timers
from handoff.handoffs import hold_all
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from handoff.queue import nearest
from handoff.routing import offers
from leads import editing, journal, lifecycle, locks
from leads.stages import Stage


class Taken(Exception):
    """Somebody else was faster; `owner` says who, or None when the handoff has ended."""

    def __init__(self, owner: User | None) -> None:
        super().__init__(owner.name if owner else "")
        self.owner = owner


class CannotHold(Exception):
    """This person cannot be given leads: switched off, or of a role that works none."""


@dataclass(frozen=True)
class Moved:
    """What a deed on many handoffs came to: the ids that moved; and of those that somebody else had moved
    meanwhile, who has them now, or None where they ended or lie in the queue."""

    ids: list[int]
    faster: dict[int, User | None]


class Offered(Taken):
    """It is unclaimed, but offered to `owner` until then."""

    def __init__(self, to: User, until: datetime | None) -> None:
        super().__init__(to)
        self.until = until


def take(handoff: Handoff, *, by: User, at: datetime) -> None:
    """Makes `by` the owner. Raises Taken, or Offered while it is somebody else's turn; taking what is already
    one's own changes nothing."""
    # Whoever is too late need not wait for the lead's lock to hear it.
    stands = _standing(handoff.pk)
    if stands.state != Handoff.State.QUEUED or not offers.is_open_to(
        by, stands.offered_to, stands.offered_until, at=at
    ):
        _refuse_unless_mine(stands, by)
        return
    with transaction.atomic():
        locks.hold([stands.lead_id])
        won = _won(stands, by=by, at=at)
        if won:
            _claimed(stands, by=by, at=at)
    if not won:
        # Somebody was faster, it was offered to somebody else, or its lead went up in another while we waited.
        take(handoff, by=by, at=at)


def _won(stands: "Standing", *, by: User, at: datetime) -> bool:
    """The conditional update: whether it still stood as it was seen."""
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""UPDATE handoff_handoff h
                  SET state = 'claimed', owner_id = %(by)s, claimed_at = %(at)s, snoozed_until = NULL,
                      lease_until = %(lease)s::timestamptz, offered_to_id = NULL, offered_at = NULL,
                      offered_until = NULL, offer_at = NULL, next_due_at = {timers.DUE_UNCLAIMED}
                WHERE h.id = %(id)s AND h.state = 'queued' AND h.owner_id IS NULL AND h.lead_id = %(lead)s
                  AND h.offered_to_id IS NOT DISTINCT FROM %(to)s::bigint
                  AND h.offered_until IS NOT DISTINCT FROM %(until)s::timestamptz""",
            {
                "id": stands.pk, "lead": stands.lead_id, "by": by.pk, "at": at, "lease": leases.until(at),
                "to": stands.offered_to.pk if stands.offered_to else None, "until": stands.offered_until,
            },
        )  # fmt: skip
        return bool(cursor.rowcount)


@dataclass(frozen=True)
class Standing:
    """How a handoff stands, as far as a claim asks. Of the two people only number and name are known: many reach
    for a lead at once, and all but one need no more."""

    pk: int
    state: str
    lead_id: int
    team_id: int | None
    owner: User | None
    offered_to: User | None
    offered_until: datetime | None


def _standing(handoff_id: int) -> Standing:
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT h.state, h.lead_id, h.team_id, h.owner_id, o.name, h.offered_to_id, f.name, h.offered_until
                 FROM handoff_handoff h LEFT JOIN accounts_user o ON o.id = h.owner_id
                 LEFT JOIN accounts_user f ON f.id = h.offered_to_id WHERE h.id = %s""",
            [handoff_id],
        )
        state, lead, team, owner, name, offered, their_name, until = cursor.fetchone()
    return Standing(
        handoff_id, state, lead, team, User(pk=owner, name=name) if owner else None,
        User(pk=offered, name=their_name) if offered else None, until,
    )  # fmt: skip


def take_next(by: User, *, at: datetime) -> Handoff | None:
    """Makes `by` the owner of the unclaimed lead that is worth most now and that nobody else is just taking;
    not of one that `by` passed by. None where there is none left."""
    with transaction.atomic():
        pk = nearest.take(by, at=at, lease_until=leases.until(at))
        if pk is None:
            return None
        handoff = Handoff.objects.select_related("lead", "team").get(pk=pk)
        _claimed(handoff, by=by, at=at)
    return handoff


def _claimed(handoff: Handoff | Standing, *, by: User, at: datetime) -> None:
    """What follows once it is his, and its row knows the deadline that comes next."""
    timers.stop([handoff.pk], timers.Milestone.CLAIM, at=at, by=by, due_is_known=True)
    ledger.turn([handoff.pk], step=ledger.Step.CLAIMED, at=at)
    into = lifecycle.Hands(by.pk, handoff.team_id)
    lifecycle.move([handoff.lead_id], Stage.WORKING, at=at, by=by, into=into)
    journal.write("handoff.claimed", [handoff.lead_id], at=at, by=by, data={"handoff": handoff.pk})


def _refuse_unless_mine(now: Standing, by: User) -> None:
    if now.state == Handoff.State.QUEUED and now.offered_to:
        raise Offered(now.offered_to, now.offered_until)
    is_open = now.state in OPEN_STATES
    if not (is_open and now.owner == by):
        raise Taken(now.owner if is_open else None)


def release(handoff: Handoff, *, by: User, at: datetime, reason: str = "") -> None:
    """Puts a claimed lead back into its team's queue. Raises Taken when `by` does not hold it."""
    if not _give_back([handoff.pk], Q(owner=by), at=at, by=by, reason=reason):
        raise Taken(Handoff.objects.select_related("owner").get(pk=handoff.pk).owner)


def take_back(
    handoff_ids: Collection[int], *, at: datetime, by: User | None = None, reason: str
) -> Moved:
    """Puts claimed leads back into their teams' queues, whoever holds them. The prospect's clocks run on;
    claim clocks go on with the time they had left."""
    moved = _give_back(handoff_ids, Q(), at=at, by=by, reason=reason)
    return Moved(moved, _holders(set(handoff_ids) - set(moved)))


def give_back_unworked(handoff: Handoff, *, by: User, at: datetime, reason: str) -> bool:
    """Back to the queue with it if `by` claimed it and its lease runs, so nobody got in touch; says whether."""
    mine = Q(owner=by, lease_until__isnull=False)
    return bool(_give_back([handoff.pk], mine, at=at, by=by, reason=reason))


def return_untouched(at: datetime, *, limit: int = 200) -> int:
    """Back to the queue with claims whose lease ran out without a touch; says how many."""
    due = Q(lease_until__lte=at)
    ids = Handoff.objects.filter(due, state=Handoff.State.CLAIMED).values_list("pk", flat=True)
    reason = _("Nobody got in touch before the lease ended.")
    return len(_give_back(list(ids[:limit]), due, at=at, by=None, reason=reason))


def _give_back(
    ids: Collection[int], condition: Q, *, at: datetime, by: User | None, reason: str
) -> list[int]:
    """Of those handoffs the ones that are claimed and fit, back to the queue; gives their ids."""
    with transaction.atomic():
        hold_all(ids)
        fit = Handoff.objects.filter(condition, pk__in=ids, state=Handoff.State.CLAIMED)
        held = list(fit.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        given = [handoff.pk for handoff in held]
        Handoff.objects.filter(pk__in=given).update(
            state=Handoff.State.QUEUED, owner=None, claimed_at=None, lease_until=None,
            snoozed_until=None,
        )  # fmt: skip
        # Who lies in the queue waits for us, and not for the prospect.
        resting.end(given, at=at)
        timers.resume_claims(given, at=at)
        ledger.turn(given, step=ledger.Step.QUEUED, at=at)
        _assign(held, owner=None)
        lead_ids = [handoff.lead_id for handoff in held]
        lifecycle.move(lead_ids, Stage.MQL, at=at, by=by, reason=reason)
        each = {h.lead_id: _story(h.pk, h.owner_id, reason) for h in held}
        journal.write("handoff.released", each, at=at, by=by, each=each)
    return given


def _story(handoff_id: int, was: int | None, reason: str, **more: Any) -> dict[str, Any]:
    return {"handoff": handoff_id, "from": was, "reason": reason, **more}


def _assign(handoffs: Iterable[Handoff], *, owner: User | None) -> None:
    """The leads belong to `owner` and to the team of their handoff: a statement for each team."""
    by_team: dict[int | None, list[int]] = {}
    for handoff in handoffs:
        by_team.setdefault(handoff.team_id, []).append(handoff.lead_id)
    teams = Team.objects.in_bulk([team_id for team_id in by_team if team_id])
    for team_id, lead_ids in by_team.items():
        editing.assign(lead_ids, owner=owner, team=teams[team_id] if team_id else None)


def reassign(
    handoffs: Sequence[Handoff], *, to: User, by: User | None, at: datetime, reason: str
) -> Moved:
    """Hands open leads to `to`, claimed. A handoff moves only if it still has the owner that it came with
    (None: it lay in the queue): who was faster is in the answer. The prospect's clocks run on as they were.
    `by` is None where a rule does it. Raises CannotHold."""
    if not policy.allows(to, "handoff.work"):
        raise CannotHold
    ids = [handoff.pk for handoff in handoffs]
    with transaction.atomic():
        hold_all(ids)
        before = dict(_hand_over(handoffs, to, at=at))
        moved = list(Handoff.objects.filter(pk__in=before).order_by("pk"))
        timers.stop(list(before), timers.Milestone.CLAIM, at=at, by=to)
        ledger.turn(list(before), step=ledger.Step.CLAIMED, at=at)
        _assign(moved, owner=to)
        lifecycle.move([h.lead_id for h in moved], Stage.WORKING, at=at, by=by, reason=reason)
        each = {
            h.lead_id: _story(h.pk, before[h.pk], reason, to=to.pk, holder=to.name) for h in moved
        }
        journal.write("handoff.reassigned", each, at=at, by=by, each=each)
    theirs = Handoff.objects.filter(pk__in=ids, owner=to).values_list("pk", flat=True)
    return Moved(sorted(before), _holders(set(ids) - set(theirs)))


def _hand_over(
    handoffs: Sequence[Handoff], to: User, *, at: datetime
) -> list[tuple[int, int | None]]:
    """The conditional update: (id, owner before) of those that moved. A lead goes to a team of its new owner,
    and stays in its own where the owner belongs to that."""
    teams = sorted(to.teams.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE handoff_handoff h
                  SET state = 'claimed', owner_id = %(to)s, claimed_at = coalesce(h.claimed_at, %(at)s),
                      offered_to_id = NULL, offered_at = NULL, offered_until = NULL, offer_at = NULL,
                      lease_until = %(lease)s, snoozed_until = NULL,
                      team_id = CASE WHEN h.team_id = ANY(%(teams)s::bigint[]) THEN h.team_id
                                     ELSE coalesce((%(teams)s::bigint[])[1], h.team_id) END
                 FROM unnest(%(ids)s::bigint[], %(owners)s::bigint[]) AS seen(id, owner_id)
                WHERE h.id = seen.id AND h.state IN ('queued', 'claimed')
                  AND h.owner_id IS NOT DISTINCT FROM seen.owner_id
                  AND h.owner_id IS DISTINCT FROM %(to)s
            RETURNING h.id, seen.owner_id""",
            {
                "to": to.pk, "at": at, "lease": leases.until(at), "teams": teams, "ids": [h.pk for h in handoffs],
                "owners": [h.owner_id for h in handoffs],
            },
        )  # fmt: skip
        return cursor.fetchall()


def _holders(ids: Collection[int]) -> dict[int, User | None]:
    found = Handoff.objects.filter(pk__in=ids).select_related("owner")
    return {handoff.pk: handoff.owner if handoff.is_open else None for handoff in found}
