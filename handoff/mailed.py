"""E-mails that a mailbox met: what a colleague wrote to a lead is a touch, what a lead wrote its owner hears."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from handoff import notifications, touches
from handoff.models import Touch
from handoff.notifications import Note
from leads.journal import Entry
from leads.models import Lead


def log_touches(entries: Sequence[Entry], at: datetime) -> None:
    """A touch for each entry `lead.mailed`, at the time the message was sent, by who sent it; nobody
    in person where the address is one that several share."""
    people = User.objects.in_bulk([entry.actor_id for entry in entries if entry.actor_id])
    leads = Lead.objects.in_bulk([entry.lead_id for entry in entries if entry.lead_id])
    for entry in entries:
        assert entry.lead_id is not None
        touches.log(
            leads[entry.lead_id],
            kind=Touch.Kind.EMAIL,
            by=people.get(entry.actor_id or 0),
            at=at,
            note=str(entry.data["subject"]),
            occurred_at=min(datetime.fromisoformat(entry.data["at"]), at),
        )


def tell_owners(entries: Sequence[Entry], at: datetime) -> None:
    """Tells the owners of leads that wrote (entries `lead.wrote`)."""
    ids = [entry.lead_id for entry in entries if entry.lead_id]
    leads = Lead.objects.exclude(owner=None).select_related("owner").in_bulk(ids)
    notifications.tell(
        [
            _note(leads[entry.lead_id], entry)
            for entry in entries
            if entry.lead_id is not None and entry.lead_id in leads
        ],
        at=at,
    )


def _note(lead: Lead, entry: Entry) -> Note:
    assert lead.owner is not None
    said = {"lead": lead.name, "subject": entry.data["subject"]}
    text = _("%(lead)s wrote: %(subject)s") % said
    return Note(lead.owner, "wrote", f"mail:{entry.data['mail']}", text, lead.pk)
