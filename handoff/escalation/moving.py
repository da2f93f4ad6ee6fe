"""Steps that move a lead: to another rep, or back into the queue."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from handoff import claims
from handoff.chains import Do
from handoff.escalation.due import Due, Key
from handoff.handoffs import hold_all
from handoff.models import Handoff, TeamRouting
from handoff.routing import candidates, offering

MOVES = (Do.REASSIGN, Do.TAKE_BACK)


def move(due: Sequence[Due], *, at: datetime) -> list[Key]:
    """Moves the leads; gives the steps that did. Somebody who was faster wins: a lead that is in other hands by
    now stays there."""
    if not due:
        return []
    # All leads at once and in order, before any rep is chosen.
    hold_all({step.handoff.pk for step in due})
    fresh = Handoff.objects.select_related("owner").in_bulk([step.handoff.pk for step in due])
    here = [step for step in due if _is_as_found(step, fresh[step.handoff.pk])]
    back = [step for step in here if step.step.do == Do.TAKE_BACK]
    moved = [step.key for step in _take_back(back, at)]
    return moved + [
        step.key for step in here if step.step.do == Do.REASSIGN and _hand_on(step, at=at)
    ]


def _is_as_found(due: Due, now: Handoff) -> bool:
    return now.is_open and now.owner_id == due.handoff.owner_id


def _take_back(due: Sequence[Due], at: datetime) -> Iterable[Due]:
    reason = _("It was not worked in time.")
    ids = [step.handoff.pk for step in due if step.handoff.owner_id]
    moved = set(claims.take_back(ids, at=at, reason=reason).ids) if ids else set()
    return [step for step in due if step.handoff.pk in moved]


def _hand_on(due: Due, *, at: datetime) -> bool:
    to = _named(due) if due.step.to else _another(due.handoff, at=at)
    if to is None or to.pk == due.handoff.owner_id:
        return False
    reason = _("The one before did not get to it in time.")
    try:
        moved = claims.reassign([due.handoff], to=to, by=None, at=at, reason=reason)
    except claims.CannotHold:
        return False
    return bool(moved.ids)


def _named(due: Due) -> User | None:
    if due.step.to is None:
        return None
    return User.objects.filter(pk=due.step.to, is_active=True).first()


def _another(handoff: Handoff, *, at: datetime) -> User | None:
    """Whose turn it is in the team, of those who work now and have room, but whoever has it already."""
    if handoff.team_id is None:
        return None
    people = candidates.staff([handoff.team_id], [], at=at).members.get(handoff.team_id, [])
    others = [one for one in people if one.candidate.user_id != handoff.owner_id]
    routing = TeamRouting.objects.filter(team=handoff.team_id).first()
    strategy = routing.strategy if routing else TeamRouting.Strategy.ROUND_ROBIN
    if strategy == TeamRouting.Strategy.OPEN:
        strategy = TeamRouting.Strategy.LEAST_BUSY
    chosen = offering.offer(others, strategy, at=at).to
    if chosen is None:
        return None
    candidates.keep_turns([(handoff.team_id, one.candidate) for one in people])
    return User.objects.get(pk=chosen.candidate.user_id)
