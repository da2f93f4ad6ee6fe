"""What is said to whoever comes too late to a card: somebody decided it, or holds its lead."""

from django.utils.translation import gettext as _

from handoff.handoffs import NotOpen
from handoff.models import Handoff
from qualification import access, sheets


def words(handoff: Handoff, error: NotOpen | access.NotYours) -> str:
    """A sentence for what the room raised."""
    return _ended(handoff) if isinstance(error, NotOpen) else _held(error)


def _ended(handoff: Handoff) -> str:
    decision = sheets.decision(handoff)
    if decision is None or decision.by is None:
        return _("This handoff has ended meanwhile.")
    words = {"name": decision.by.name, "result": decision.get_result_display()}
    return _("%(name)s decided meanwhile: %(result)s.") % words


def _held(error: access.NotYours) -> str:
    if error.owner is None:
        return _("Nobody holds this lead. Claim it first.")
    return _("%(name)s holds this lead; only they can work its card.") % {"name": error.owner.name}
