"""What other systems can be told of: names as a receiver reads them, and as a person chooses them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """`chosen`: a person can subscribe a channel to it; the others are sent where something else says so.
    `usual`: a new channel has it from the start."""

    label: Any
    chosen: bool = True
    usual: bool = True


KINDS: dict[str, Kind] = {
    "lead.crossed": Kind(_("A lead becomes an MQL"), usual=False),
    "handoff.opened": Kind(_("A lead lies in the queue")),
    "handoff.claimed": Kind(_("Somebody takes a lead")),
    "handoff.reassigned": Kind(_("A lead is given to somebody else"), usual=False),
    "handoff.released": Kind(_("A lead goes back to the queue"), usual=False),
    "handoff.touched": Kind(_("A call, e-mail or meeting is logged"), usual=False),
    "handoff.disposed": Kind(_("Sales decides: accepted, recycled, disqualified")),
    "handoff.undone": Kind(_("A decision is undone within seconds")),
    "timer.warned": Kind(_("A deadline comes near"), usual=False),
    "timer.breached": Kind(_("A deadline is missed")),
    "timer.annulled": Kind(_("A missed deadline was none after all"), usual=False),
    "timer.escalated": Kind(_("A step of an escalation"), chosen=False),
    "test": Kind(_("A test"), chosen=False),
}
CHOSEN = [(key, kind.label) for key, kind in KINDS.items() if kind.chosen]
USUAL = [key for key, kind in KINDS.items() if kind.chosen and kind.usual]
