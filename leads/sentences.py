"""Journal entries as sentences. One table from the kind of an entry to what a reader is told.

The sentence comes from the entry's own data, so that lower floors can tell what upper ones did."""

from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import sentences_of_deals, sentences_of_work
from leads.models import JournalEntry, Suppression
from leads.sentence import Builder, Data, Sentence, Words, words_of
from leads.stages import Stage

STAGES = dict(Stage.choices)
SUPPRESSED = dict(Suppression.Reason.choices)
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


def _coached(data: Data, words: Words) -> Sentence:
    return Sentence(_("wrote a coaching note to the card"), icon="message")


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
    "card.answered": _answered,
    "card.coached": _coached,
    **sentences_of_work.SENTENCES,
    **sentences_of_deals.SENTENCES,
}
# These name who did it in front of the sentence; behind the others it stands as a note.
DEEDS = frozenset(
    [
        "lead.noted",
        "lead.asked",
        "handoff.claimed",
        "handoff.released",
        "handoff.reassigned",
        "handoff.snoozed",
        "handoff.touched",
        "handoff.nudged",
        "handoff.paused",
        *sentences_of_deals.DEEDS,
    ]
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
