"""A lead changed hands by somebody else's deed or by a rule: who has it now hears it, and who had it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from handoff.notifications import Note, tell
from leads.journal import Entry
from leads.models import Lead


def tell_of(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `handoff.reassigned` and `handoff.released` (from, to, reason). Nobody hears of what he did himself."""
    leads = Lead.objects.in_bulk([entry.lead_id for entry in entries if entry.lead_id])
    ids = {entry.data.get(key) for entry in entries for key in ("from", "to")}
    people = User.objects.filter(is_active=True).in_bulk([pk for pk in ids if pk])
    notes: list[Note] = []
    for entry in entries:
        lead = leads.get(entry.lead_id or 0)
        for key in ("from", "to"):
            user = people.get(entry.data.get(key) or 0)
            if lead is not None and user is not None and user.pk != entry.actor_id:
                text = _text(lead, entry, to_whom=key)
                notes.append(Note(user, "handed", f"journal:{entry.id}", text, lead.pk))
    tell(notes, at=at)


def _text(lead: Lead, entry: Entry, *, to_whom: str) -> str:
    reason = str(entry.data.get("reason", ""))
    if to_whom == "to":
        text = _("%(lead)s is yours now.")
    elif entry.data.get("to"):
        text = _("%(lead)s was given to %(holder)s.")
    else:
        text = _("%(lead)s went back to the queue.")
    said = text % {"lead": lead.name, "holder": entry.data.get("holder", "")}
    return f"{said} {reason}".strip()
