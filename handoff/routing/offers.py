"""An offer stands for a while: its rep sees the lead first. Then it lapses, and whoever of the team is first takes
it. Where nobody could be offered a lead, routing looks again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts import prepared
from accounts.models import Role, User
from handoff import ledger
from handoff.availability import State, availability
from handoff.models import Handoff
from handoff.routing import decisions, placing
from handoff.routing.deciding import decide
from handoff.routing.decision import MOST_REASON, Decision, Outcome
from leads import journal, locks

QUEUED = Handoff.State.QUEUED
# Who need not wait for an offer to lapse.
AT_ONCE = (Role.MANAGER, Role.ADMINISTRATOR)
AWAY = (State.ABSENT, State.GONE)
# What a handoff looks like that is offered to nobody.
NONE = {"offered_to": None, "offered_at": None, "offered_until": None, "offer_at": None}


def open_to(user: User, *, at: datetime) -> Q:
    """The unclaimed handoffs that this person need not leave to somebody else."""
    if user.role in AT_ONCE:
        return Q()
    return Q(offered_to=None) | Q(offered_to=user) | Q(offered_until__lte=at)


def is_open_to(user: User, to: User | None, until: datetime | None, *, at: datetime) -> bool:
    """The same of one that is offered to `to` until then."""
    lapsed = until is not None and until <= at
    return user.role in AT_ONCE or to is None or to == user or lapsed


def turn(handoffs: Iterable[Handoff], *, at: datetime) -> None:
    """Notes in the ledger whom these lie in the queue for."""
    by_rep: dict[int, list[int]] = {}
    for h in handoffs:
        if h.offered_to_id:
            by_rep.setdefault(h.offered_to_id, []).append(h.pk)
    for rep_id, ids in by_rep.items():
        ledger.turn(
            ids, step=ledger.Step.OFFERED, holder=ledger.Holder.QUEUE, user_id=rep_id, at=at
        )


def lapse(at: datetime, limit: int = 200) -> int:
    """Ends the offers whose time is over; says how many."""
    with transaction.atomic(), prepared.cursor() as cursor:
        cursor.execute(
            f"""WITH over AS MATERIALIZED (
                   SELECT id, lead_id, offered_to_id FROM handoff_handoff
                    WHERE state = 'queued' AND offered_until <= %s
                    ORDER BY offered_until LIMIT {limit:d} FOR NO KEY UPDATE SKIP LOCKED)
               UPDATE handoff_handoff h
                  SET offered_to_id = NULL, offered_at = NULL, offered_until = NULL
                 FROM over WHERE h.id = over.id
            RETURNING h.id, h.lead_id, over.offered_to_id""",
            [at],
        )
        each = {lead: {"handoff": pk, "to": rep} for pk, lead, rep in cursor.fetchall()}
        if each:
            ledger.turn([one["handoff"] for one in each.values()], step=ledger.Step.QUEUED, at=at)
            journal.write("handoff.lapsed", each, at=at, each=each)
    return len(each)


def take_back(handoff_ids: Collection[int]) -> None:
    """Offers them to nobody for now. The caller holds the leads, and routes them again."""
    found = Handoff.objects.filter(pk__in=handoff_ids, state=QUEUED)
    found.exclude(offered_to=None).update(**NONE)


def withdraw(user_ids: Collection[int], *, at: datetime) -> None:
    """Takes back the offers to people who are away now, and lets routing look for others; the offers to those
    who only will be away stand."""
    away = [pk for pk, one in availability(user_ids, at=at).items() if one.state in AWAY]
    found = Handoff.objects.filter(state=QUEUED, offered_to__in=away)
    with transaction.atomic():
        held = list(
            found.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
        )
        Handoff.objects.filter(pk__in=held).update(**{**NONE, "offer_at": at})
        ledger.turn(held, step=ledger.Step.QUEUED, at=at)


def make_due(at: datetime, limit: int = 200) -> int:
    """Looks again for somebody to offer leads to that nobody could take before; says how many it looked at."""
    due = Handoff.objects.filter(state=QUEUED, offer_at__lte=at).order_by("offer_at")
    ids = list(due.values_list("pk", flat=True)[:limit])
    return again(ids, at=at) if ids else 0


def again(handoff_ids: Collection[int], *, at: datetime) -> int:
    """Decides anew over those of the handoffs that still are unclaimed and offered to nobody; says how many."""
    with transaction.atomic():
        found = Handoff.objects.filter(pk__in=handoff_ids, state=QUEUED, offered_to=None)
        locks.hold(found.values_list("lead", flat=True))
        held = list(found.select_for_update(no_key=True, of=("self",)).order_by("lead_id"))
        crossings = [h.crossing_id for h in held]
        decided = decide(crossings, at=at, asked=crossings)
        _put(held, decided)
        turn(Handoff.objects.filter(pk__in=handoff_ids).exclude(offered_to=None), at=at)
        news = [h for h in held if _is_new(h, decided[h.crossing_id])]
        decisions.keep(news, decided, at=at)
        each = {h.lead_id: _data(h, decided[h.crossing_id]) for h in news}
        journal.write("handoff.routed", each, at=at, each=each)
    return len(held)


def _is_new(h: Handoff, one: Decision) -> bool:
    """Looking in vain once more is no news."""
    return one.rep_id is not None or (one.team_id, one.outcome is Outcome.FALLBACK) != (
        h.team_id, h.is_fallback
    )  # fmt: skip


def _data(h: Handoff, one: Decision) -> dict[str, object]:
    return {"handoff": h.pk, "routed_by": one.reason[:MOST_REASON], "to": one.rep_id}


def _put(held: Sequence[Handoff], decided: Mapping[int, Decision]) -> None:
    rows = [(h, decided[h.crossing_id]) for h in held]
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE handoff_handoff h
                  SET team_id = t.team_id, routed_by = t.reason, is_fallback = t.fallen, offered_to_id = t.rep_id,
                      offered_at = t.offered_at, offered_until = t.until, offer_at = t.again
                 FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::boolean[], %s::bigint[],
                             %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
                      AS t(id, team_id, reason, fallen, rep_id, offered_at, until, again)
                WHERE h.id = t.id""",
            [
                [h.pk for h, _one in rows], [one.team_id for _h, one in rows],
                [one.reason[:MOST_REASON] for _h, one in rows],
                [one.outcome is Outcome.FALLBACK for _h, one in rows],
                [one.rep_id for _h, one in rows], [one.offered_at for _h, one in rows],
                [one.offered_until for _h, one in rows], [one.offer_at for _h, one in rows],
            ],
        )  # fmt: skip
    moved = [h for h, one in rows if one.team_id != h.team_id]
    placing.hand_to_teams(moved, decided)


def look_again(*, at: datetime) -> None:
    """Lets routing decide anew over what lies in the fallback queue: rules, people or their limits changed."""
    fallen = Handoff.objects.filter(state=QUEUED, is_fallback=True, offered_to=None)
    fallen.update(offer_at=at)
