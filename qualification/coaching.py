"""What a manager says to a rep's card: the rep reads it there, and the bell tells of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from handoff import notifications
from handoff.notifications import Note
from leads import journal
from qualification import scorecards
from qualification.models import CoachingNote, Scorecard

LONGEST = 1000


def may_coach(user: User, card: Scorecard | None) -> bool:
    """A manager of the handoff's team, or an administrator; open or not."""
    if card is None:
        return False
    if user.role == Role.ADMINISTRATOR:
        return True
    team = card.handoff.team_id
    return user.role == Role.MANAGER and team is not None and user.teams.filter(pk=team).exists()


def of(card: Scorecard) -> list[CoachingNote]:
    """The notes on a card, the oldest first."""
    return list(card.notes.select_related("by").order_by("id"))


def write(card: Scorecard, *, element: str, text: str, by: User, at: datetime) -> CoachingNote:
    """Writes a note to a card or to one element of it, and tells who works the lead. The caller has asked
    may_coach. Raises scorecards.NoSuchElement, or scorecards.BadAnswer without a text."""
    found = scorecards.framework_of(card).element(element) if element else None
    if element and found is None:
        raise scorecards.NoSuchElement(element)
    text = text.strip()[:LONGEST]
    if not text:
        raise scorecards.BadAnswer(_("Write what you want to say."))
    with transaction.atomic():
        note = CoachingNote.objects.create(card=card, element=element, text=text, by=by, at=at)
        journal.write("card.coached", [card.lead_id], at=at, by=by, data={"card": card.pk})
        owner = card.handoff.owner
        if owner is not None and owner != by:
            words = {"name": by.name, "lead": card.lead.name}
            said = _("%(name)s wrote to your card of %(lead)s.") % words
            told = Note(owner, "coached", f"note:{note.pk}", said, card.lead_id)
            notifications.tell([told], at=at)
    return note
