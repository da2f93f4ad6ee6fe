"""Whoever holds a lead hears when its band rises, and when a disqualifier turns up."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Role, User
from handoff.models import Handoff
from handoff.notifications import Note, tell
from leads.bands import bands, called, why_out
from leads.journal import Entry


def tell_of_rise(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `handoff.rose`: the owner is told, or the team while nobody owns it."""
    known = bands()
    notes = []
    for entry, handoff in _open(entries):
        band = called(str(entry.data["to"]), known)
        said = {"lead": handoff.lead.name, "band": band.name if band else ""}
        text = _("%(lead)s rose to %(band)s.") % said
        about = f"handoff:{handoff.pk}:{entry.data['to']}"
        notes += [Note(user, "rose", about, text, handoff.lead_id) for user in _holders(handoff)]
    tell(notes, at=at)


def warn(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `handoff.flagged`: the owner is warned, and decides."""
    notes = []
    for entry, handoff in _open(entries):
        flag = str(entry.data["element"])
        said = {"lead": handoff.lead.name, "why": why_out(flag)}
        text = _("Look again before you call: %(lead)s is out of the race. %(why)s") % said
        about = f"handoff:{handoff.pk}:{flag}"
        notes += [Note(user, "flagged", about, text, handoff.lead_id) for user in _holders(handoff)]
    tell(notes, at=at)


def _open(entries: Sequence[Entry]) -> list[tuple[Entry, Handoff]]:
    """The entries whose handoff is open still, with it."""
    ids = [entry.data["handoff"] for entry in entries]
    found = Handoff.objects.select_related("lead", "owner", "team").in_bulk(ids)
    pairs = [(entry, found.get(entry.data["handoff"])) for entry in entries]
    return [(entry, handoff) for entry, handoff in pairs if handoff and handoff.is_open]


def _holders(handoff: Handoff) -> list[User]:
    if handoff.owner is not None:
        return [handoff.owner]
    if handoff.team is None:
        return []
    return list(handoff.team.members.filter(role=Role.SDR, is_active=True))
