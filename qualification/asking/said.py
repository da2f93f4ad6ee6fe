"""What leads said to the elements of a framework. It waits on the lead until a rep confirms it on a card."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from handoff import handoffs, notifications
from handoff.notifications import Note
from handoff.routing import kept_back
from leads import journal
from leads.activity import events
from leads.activity.signatures import Look, numbers
from leads.models import Lead
from qualification.models import LeadAnswer

LONGEST = 1000
# The kind of event that an answer is, for scores and the timeline.
KINDS = {LeadAnswer.Via.LINK: "qualification_form", LeadAnswer.Via.CHAT: "chat"}

Key = tuple[str, str]


def keep(
    lead_id: int,
    answers: Mapping[Key, str],
    *,
    via: LeadAnswer.Via,
    sending: uuid.UUID,
    at: datetime,
) -> int:
    """Stores what a lead said, by (framework, element), and returns how much of it is new.

    Empty words say nothing, and neither does what the lead said before in the same words or what came with
    this `sending` (the id of a page or conversation) already. Call it inside the transaction of the deed."""
    handoffs.hold_lead(lead_id)
    came = LeadAnswer.objects.filter(sending=sending).values_list("framework", "element")
    known, there = latest(lead_id), set(came)
    fresh = [
        LeadAnswer(
            lead_id=lead_id, framework=key[0], element=key[1], words=words, via=via,
            sending=sending, at=at,
        )
        for key, text in answers.items()
        if (words := text.strip()[:LONGEST]) and key not in there
        and not (key in known and known[key].words == words)
    ]  # fmt: skip
    LeadAnswer.objects.bulk_create(fresh)
    return len(fresh)


@dataclass(frozen=True)
class Place:
    """Where something was said: the id of the browser, the page and the campaign, as far as they are known."""

    visitor_id: int | None = None
    path: str = ""
    campaign: str = ""


def tell(
    lead: Lead,
    *,
    name: str,
    via: LeadAnswer.Via,
    sending: uuid.UUID,
    at: datetime,
    place: Place | None = None,
) -> None:
    """Makes the answering an event of the lead, asks for its score, tells the owner, and hands a lead over that
    routing wanted asked first.

    `name` is what the timeline calls the form or chat."""
    place = place or Place()
    look = Look(KINDS[via], name, place.path, place.campaign)
    signature, kind = numbers([look])[look]
    events.insert([(place.visitor_id, lead.pk, at, at, kind, signature, 0, {})])
    journal.wake("lead.active", [lead.pk], at=at)
    kept_back.hand_over([lead.pk], at=at)
    if lead.owner is not None:
        text = _("%(lead)s answered: %(name)s.") % {"lead": lead.name, "name": name}
        notifications.tell([Note(lead.owner, "answered", f"said:{sending}", text, lead.pk)], at=at)


def latest(lead_id: int) -> dict[Key, LeadAnswer]:
    """The newest words of a lead by (framework, element)."""
    # Words of a person who was erased are empty.
    rows = (
        LeadAnswer.objects.filter(lead_id=lead_id)
        .exclude(words="")
        .order_by("framework", "element", "-id")
    )
    return {(row.framework, row.element): row for row in rows.distinct("framework", "element")}


def confirmed(lead_id: int, evidence: str) -> list[LeadAnswer]:
    """What the lead said in these very words, the newest first."""
    if not evidence:
        return []
    return list(LeadAnswer.objects.filter(lead_id=lead_id, words=evidence).order_by("-id")[:20])
