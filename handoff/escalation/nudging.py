"""A manager reminds whoever has a lead."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from handoff.escalation.telling import WAITS, Hearers, Milestone, names_for
from handoff.models import Handoff, SlaTimer
from handoff.notifications import Note, tell
from leads import journal

# Within so many seconds the same person nudges about the same lead once.
ONCE_IN = 300


def nudge(handoff: Handoff, *, by: User, at: datetime) -> int:
    """Tells the holder of an open lead, or while it is unclaimed the team's SDRs, that `by` asks for it; says how
    many were told. None where it ended, where nobody is there to hear it, or where `by` has just asked."""
    now = Handoff.objects.select_related("lead", "owner", "offered_to").get(pk=handoff.pk)
    people = [user for user in Hearers([now]).holders(now) if user.pk != by.pk]
    if not now.is_open or not people:
        return 0
    clock = SlaTimer.objects.filter(handoff=now, closed_at=None).order_by("due_at").first()
    about = f"nudge:{now.pk}:{by.pk}:{int(at.timestamp()) // ONCE_IN}"
    notes = [
        Note(user, "nudge", about, _text(now, clock, by, user), now.lead_id) for user in people
    ]
    with transaction.atomic():
        told = tell(notes, at=at)
        if told:
            data = {"handoff": now.pk, "to": now.owner_id, "holder": _name(now)}
            journal.write("handoff.nudged", [now.lead_id], at=at, by=by, data=data)
    return told


def _name(handoff: Handoff) -> str:
    one = handoff.owner or handoff.offered_to
    return one.name if one is not None else ""


def _text(handoff: Handoff, clock: SlaTimer | None, by: User, user: User) -> str:
    asks = _("%(by)s asks you to look at %(lead)s.") % {"by": by.name, "lead": handoff.lead.name}
    if clock is None:
        return asks
    clock.handoff = handoff
    return f"{asks} {WAITS[Milestone(clock.milestone)] % names_for(clock, user)}"
