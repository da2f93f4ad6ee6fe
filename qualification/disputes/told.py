"""The rep who disputed something hears what marketing made of it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from handoff.notifications import Note, tell
from leads.journal import Entry
from qualification.models import FactVerdict


def tell_reps(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `fact.settled`. Nobody hears of what he settled himself."""
    found = FactVerdict.objects.select_related("by", "settled_by", "disposition__handoff__lead")
    verdicts = found.in_bulk(
        [entry.data["verdict"] for entry in entries if "verdict" in entry.data]
    )
    tell(
        [
            _note(one)
            for one in verdicts.values()
            if one.by_id != one.settled_by_id and one.by.is_active
        ],
        at=at,
    )


def _note(verdict: FactVerdict) -> Note:
    lead = verdict.disposition.handoff.lead
    said = {
        "who": verdict.settled_by.name if verdict.settled_by else "—",
        "what": verdict.label, "lead": lead.name, "how": verdict.get_settled_as_display().lower(),
    }  # fmt: skip
    text = _("%(who)s settled what you said of %(lead)s (%(what)s): %(how)s.") % said
    text = f"{text} {verdict.word}".strip()
    return Note(verdict.by, "disputed", f"verdict:{verdict.pk}", text, lead.pk)
