"""Journal entries as sentences. One table from the kind of an entry to what a reader is told.

The sentence comes from the entry's own data, so that lower floors can tell what upper ones did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import bands
from leads.bands import Band
from leads.fields import LeadField
from leads.models import JournalEntry, Outcome, Suppression
from leads.stages import Stage


@dataclass(frozen=True)
class Words:
    """What sentences call things by: bands and fields by key. `viewer_id` is who reads: “You”."""

    viewer_id: int
    bands: Mapping[str, Band]
    fields: Mapping[str, LeadField]

    def band(self, key: str) -> str:
        band = bands.called(key, dict(self.bands))
        return band.name if band else _("no band")

    def field(self, key: str) -> str:
        known = self.fields.get(key)
        return str(known.label) if known else words_of(key.removeprefix("custom."))

    def person(self, user_id: int | None, name: str) -> str:
        return _("You") if user_id is not None and user_id == self.viewer_id else name


@dataclass(frozen=True)
class Sentence:
    """`who` begins it in bold, `text` goes on; `note` stands below; `changes` are (label, old, new)."""

    text: str
    who: str = ""
    note: str = ""
    icon: str = "bolt"
    tone: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    # A step of the lifecycle, which mostly goes with a deed that is told beside it.
    is_step: bool = False


Data = Mapping[str, Any]
Builder = Callable[[Data, Words], Sentence]

STAGES = dict(Stage.choices)
RESULTS = dict(Outcome.Result.choices)
SUPPRESSED = dict(Suppression.Reason.choices)
TOUCHES = {
    "call": (gettext_lazy("called"), "phone"),
    "email": (gettext_lazy("sent an e-mail"), "mail"),
    "meeting": (gettext_lazy("met the lead"), "calendar"),
    "note": (gettext_lazy("wrote a note"), "note"),
}
ANSWERS = {
    "reached": gettext_lazy("reached"),
    "no_answer": gettext_lazy("no answer"),
    "left_message": gettext_lazy("left a message"),
}
LEVELS = (
    gettext_lazy("unknown"), gettext_lazy("assumed"), gettext_lazy("stated"), gettext_lazy("proven"),
)  # fmt: skip
IMPORTED = {
    "leads": gettext_lazy("Imported from a file"),
    "companies": gettext_lazy("What a file says of the company was taken over"),
    "events": gettext_lazy("Earlier activity was imported from a file"),
    "deals": gettext_lazy("A past deal was imported from a file"),
    "undone": gettext_lazy("What an import had changed was put back"),
}
MILESTONES = {"claim": gettext_lazy("Claim"), "first_touch": gettext_lazy("First touch")}


def words_of(key: str) -> str:
    """“no budget” out of no_budget."""
    return key.replace("_", " ")


def _captured(data: Data, words: Words) -> Sentence:
    return Sentence(_("Became a lead"), icon="user-plus")


def _imported(data: Data, words: Words) -> Sentence:
    told = IMPORTED.get(data.get("what", ""), IMPORTED["leads"])
    return Sentence(str(told), icon="file-import")


def _crossed(data: Data, words: Words) -> Sentence:
    if "total" not in data:
        return Sentence(_("Handed over after waiting"), icon="bolt")
    said = {"band": words.band(str(data.get("band", ""))), "total": data["total"]}
    return Sentence(_("Crossed into %(band)s with a score of %(total)s") % said, icon="bolt")


def _warmed(data: Data, words: Words) -> Sentence:
    if data.get("page"):
        return Sentence(_("Looked at a page that matters"), icon="bell", note=str(data["page"]))
    return Sentence(_("The score rose by %s within a day") % data.get("rise", ""), icon="bell")


def _ripened(data: Data, words: Words) -> Sentence:
    return Sentence(_("The date to come back was reached"), icon="refresh")


def _overridden(data: Data, words: Words) -> Sentence:
    if "total" not in data:
        ended = _("The model scores this lead again")
        note = _("The day until which the score was set has come") if data.get("expired") else ""
        return Sentence(ended, icon="refresh", note=note)
    day = date.fromisoformat(str(data.get("until", ""))[:10])
    said = {"total": data["total"], "until": date_format(day, "j M Y")}
    text = _("Score set to %(total)s by hand, until %(until)s") % said
    return Sentence(text, icon="pencil", note=str(data.get("reason", "")))


def _moved(data: Data, words: Words) -> Sentence:
    said = {key: STAGES.get(data.get(key, ""), "—") for key in ("from", "to")}
    text = _("Stage: %(from)s → %(to)s") % said
    note = words_of(str(data.get("reason", "")))
    return Sentence(text, icon="chevron-right", note=note, is_step=True)


def _merged(data: Data, words: Words) -> Sentence:
    return Sentence(_("Merged with another lead"), icon="users", note=str(data.get("name", "")))


def _unmerged(data: Data, words: Words) -> Sentence:
    return Sentence(_("A merge was taken back"), icon="refresh")


def _noted(data: Data, words: Words) -> Sentence:
    return Sentence(_("wrote a note"), icon="note", note=str(data.get("note", "")), tone="touch")


def _proposed(data: Data, words: Words) -> Sentence:
    told = data.get("proposals", {})
    note = " · ".join(f"{words.field(key)}: {value}" for key, value in told.items())
    return Sentence(_("A form said something else than we know"), icon="forms", note=note)


def _consented(data: Data, words: Words) -> Sentence:
    said = ", ".join(data.get("purposes", []))
    return Sentence(_("Agreed to: %s") % said, icon="check", note=str(data.get("source", "")))


def _withdrew(data: Data, words: Words) -> Sentence:
    said = ", ".join(data.get("purposes", []))
    return Sentence(_("Said no to: %s") % said, icon="ban", note=str(data.get("source", "")))


def _suppressed(data: Data, words: Words) -> Sentence:
    why = SUPPRESSED.get(data.get("suppressed", ""), "")
    text = _("Stands on the suppression list: nothing may be sent")
    return Sentence(text, icon="ban", note=str(why), tone="bad")


def _erased(data: Data, words: Words) -> Sentence:
    return Sentence(_("The person was erased"), icon="ban")


def _asked(data: Data, words: Words) -> Sentence:
    told = _("sent the questions of %s by e-mail") % data.get("framework", "")
    return Sentence(told, icon="mail", tone="touch")


def _opened(data: Data, words: Words) -> Sentence:
    return Sentence(_("Handoff opened"), icon="route", note=str(data.get("routed_by", "")))


def _kept_back(data: Data, words: Words) -> Sentence:
    asked = data.get("result") == "ask"
    text = _("Is asked first, before sales calls") if asked else _("Goes to nurture, not to sales")
    return Sentence(text, icon="route", note=str(data.get("routed_by", "")))


def _routed(data: Data, words: Words) -> Sentence:
    return Sentence(_("Routed again"), icon="route", note=str(data.get("routed_by", "")))


def _lapsed(data: Data, words: Words) -> Sentence:
    return Sentence(_("The offer lapsed; anybody of the team can take it"), icon="route")


def _claimed(data: Data, words: Words) -> Sentence:
    return Sentence(_("claimed the handoff"), icon="user-check", tone="touch")


def _released(data: Data, words: Words) -> Sentence:
    note = words_of(str(data.get("reason", "")))
    return Sentence(_("released the handoff"), icon="arrow-back-up", note=note)


def _reassigned(data: Data, words: Words) -> Sentence:
    note = words_of(str(data.get("reason", "")))
    said = _("gave the handoff to %s") % data.get("holder", _("a colleague"))
    return Sentence(said, icon="user-check", note=note)


def _touched(data: Data, words: Words) -> Sentence:
    deed, icon = TOUCHES.get(data.get("kind", ""), (_("got in touch"), "phone"))
    answer = ANSWERS.get(data.get("answer", ""))
    text = f"{deed}, {answer}" if answer else str(deed)
    return Sentence(text, icon=icon, note=str(data.get("note", "")), tone="touch")


def _disposed(data: Data, words: Words) -> Sentence:
    result = str(RESULTS.get(data.get("result", ""), _("Closed")))
    reason = words_of(str(data.get("reason", "")))
    text = f"{result}: {reason}" if reason else result
    icons = {"accepted": "circle-check", "recycled": "refresh", "disqualified": "ban"}
    icon = icons.get(data.get("result", ""), "check")
    return Sentence(text, icon=icon, note=str(data.get("note", "")), tone="touch")


def _rang(data: Data, words: Words) -> Sentence:
    promise = MILESTONES.get(data.get("milestone", ""), _("Promise"))
    if data.get("alarm") == "breach":
        return Sentence(_("%s not kept in time") % promise, icon="clock-exclamation", tone="bad")
    return Sentence(_("%s due soon") % promise, icon="clock-hour-4")


def _answered(data: Data, words: Words) -> Sentence:
    element = words_of(str(data.get("element", ""))).capitalize()
    level = data.get("level")
    known = isinstance(level, int) and 0 <= level < len(LEVELS)
    said = LEVELS[level] if known and level is not None else ""
    if data.get("asked_in_vain"):
        said = _("asked, no answer")
    return Sentence(
        _("%(element)s: %(answer)s") % {"element": element, "answer": said}, icon="list-check"
    )


SENTENCES: dict[str, Builder] = {
    "lead.captured": _captured,
    "lead.imported": _imported,
    "lead.crossed": _crossed,
    "lead.warmed": _warmed,
    "lead.ripened": _ripened,
    "lead.overridden": _overridden,
    "lead.moved": _moved,
    "lead.merged": _merged,
    "lead.unmerged": _unmerged,
    "lead.noted": _noted,
    "lead.proposed": _proposed,
    "lead.asked": _asked,
    "lead.consented": _consented,
    "lead.withdrew": _withdrew,
    "lead.suppressed": _suppressed,
    "lead.erased": _erased,
    "handoff.opened": _opened,
    "lead.kept_back": _kept_back,
    "handoff.routed": _routed,
    "handoff.lapsed": _lapsed,
    "handoff.claimed": _claimed,
    "handoff.released": _released,
    "handoff.reassigned": _reassigned,
    "handoff.touched": _touched,
    "handoff.disposed": _disposed,
    "timer.rang": _rang,
    "card.answered": _answered,
}
# These name who did it in front of the sentence; behind the others it stands as a note.
DEEDS = frozenset(
    {
        "lead.noted",
        "lead.asked",
        "handoff.claimed",
        "handoff.released",
        "handoff.reassigned",
        "handoff.touched",
    }
)


def tell(entry: JournalEntry, words: Words) -> Sentence:
    """What a reader of the timeline is told about a journal entry of a kind in SENTENCES."""
    told = SENTENCES[entry.kind](entry.data, words)
    who = words.person(entry.actor_id, entry.actor.name) if entry.actor else ""
    if entry.kind in DEEDS:
        return replace(told, who=who or _("A machine"))
    return noted(told, _("By %s") % who if who else "")


def noted(told: Sentence, more: str) -> Sentence:
    """The sentence with something more in its note."""
    return replace(told, note=" · ".join(part for part in (told.note, more) if part))
