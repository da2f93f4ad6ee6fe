"""Who has it: taken by one, given back, or told who was faster. A claim is one conditional update."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from handoff import timers
from handoff.handoffs import hold
from handoff.models import Handoff
from leads import editing, journal, lifecycle
from leads.stages import Stage


class Taken(Exception):
    """Somebody else was faster; `owner` says who, or None when the handoff has ended."""

    def __init__(self, owner: User | None) -> None:
        super().__init__(owner.name if owner else "")
        self.owner = owner


def take(handoff: Handoff, *, by: User, at: datetime) -> None:
    """Makes `by` the owner. Raises Taken; taking what is already one's own changes nothing."""
    with transaction.atomic():
        hold(handoff)
        won = Handoff.objects.filter(pk=handoff.pk, state=Handoff.State.QUEUED, owner=None).update(
            state=Handoff.State.CLAIMED, owner=by, claimed_at=at
        )
        if not won:
            _refuse_unless_mine(handoff, by)
            return
        timers.stop([handoff.pk], timers.Milestone.CLAIM, at=at)
        editing.assign([handoff.lead_id], owner=by, team=handoff.team)
        lifecycle.move([handoff.lead_id], Stage.WORKING, at=at, by=by)
        journal.write(
            "handoff.claimed", [handoff.lead_id], at=at, by=by, data={"handoff": handoff.pk}
        )


def _refuse_unless_mine(handoff: Handoff, by: User) -> None:
    now = Handoff.objects.select_related("owner").get(pk=handoff.pk)
    if not (now.is_open and now.owner_id == by.pk):
        raise Taken(now.owner if now.is_open else None)


def release(handoff: Handoff, *, by: User, at: datetime, reason: str = "") -> None:
    """Puts a claimed lead back into its team's queue. Raises Taken when `by` does not hold it."""
    with transaction.atomic():
        hold(handoff)
        given = Handoff.objects.filter(pk=handoff.pk, state=Handoff.State.CLAIMED, owner=by).update(
            state=Handoff.State.QUEUED, owner=None, claimed_at=None
        )
        if not given:
            raise Taken(Handoff.objects.select_related("owner").get(pk=handoff.pk).owner)
        timers.resume_claim(handoff, at=at)
        editing.assign([handoff.lead_id], owner=None, team=handoff.team)
        lifecycle.move([handoff.lead_id], Stage.MQL, at=at, by=by, reason=reason)
        journal.write(
            "handoff.released", [handoff.lead_id], at=at, by=by,
            data={"handoff": handoff.pk, "reason": reason},
        )  # fmt: skip
