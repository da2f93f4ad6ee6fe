"""What befalls a handoff, as sentences: one table like that of leads/sentences.py, which takes it in."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import bands
from leads.models import Outcome
from leads.sentence import Builder, Data, Sentence, Words, words_of

RESULTS = dict(Outcome.Result.choices)
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
MILESTONES = {
    "claim": gettext_lazy("Claim"), "first_touch": gettext_lazy("First touch"),
    "follow_up": gettext_lazy("Follow-up"), "disposition": gettext_lazy("Decision"),
}  # fmt: skip


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


def _paused(data: Data, words: Words) -> Sentence:
    note = words_of(str(data.get("reason", "")))
    return Sentence(_("waits for the prospect"), icon="clock-pause", note=note, tone="touch")


def _rose(data: Data, words: Words) -> Sentence:
    return Sentence(_("Rose to %s") % words.band(str(data.get("to", ""))), icon="arrow-up")


def _cooled(data: Data, words: Words) -> Sentence:
    return Sentence(_("Cooled below %s") % words.band(str(data.get("from", ""))), icon="arrow-down")


def _out(text: Any) -> Builder:
    def tell(data: Data, words: Words) -> Sentence:
        return Sentence(str(text), icon="ban", note=bands.why_out(str(data.get("element", ""))))

    return tell


def _snoozed(data: Data, words: Words) -> Sentence:
    return Sentence(_("put the lead aside for a while"), icon="clock-pause")


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


def _undone(data: Data, words: Words) -> Sentence:
    result = str(RESULTS.get(data.get("result", ""), _("Closed")))
    return Sentence(_("undid the decision “%s”") % result, icon="arrow-back-up", tone="touch")


def _reopened(data: Data, words: Words) -> Sentence:
    note = words_of(str(data.get("note", "")))
    return Sentence(_("reopened the lead"), icon="refresh", note=note, tone="touch")


def _settled(data: Data, words: Words) -> Sentence:
    text = _("settled what sales disputed: %s") % data.get("label", "")
    return Sentence(text, icon="check", note=str(data.get("note", "")))


def _nudged(data: Data, words: Words) -> Sentence:
    whom = data.get("holder")
    return Sentence(_("nudged %s") % whom if whom else _("nudged the team"), icon="bell")


def _rang(data: Data, words: Words) -> Sentence:
    promise = MILESTONES.get(data.get("milestone", ""), _("Promise"))
    if data.get("alarm") == "breach":
        return Sentence(_("%s not kept in time") % promise, icon="clock-exclamation", tone="bad")
    if data.get("alarm") == "annulled":
        text = _("%s kept after all: a touch before the deadline was written down later") % promise
        return Sentence(text, icon="circle-check")
    if data.get("alarm") == "step":
        return Sentence(_("%s: the next step of the escalation") % promise, icon="bell")
    return Sentence(_("%s due soon") % promise, icon="clock-hour-4")


def _clock_moved(data: Data, words: Words) -> Sentence:
    promise = MILESTONES.get(data.get("milestone", ""), _("Promise"))
    return Sentence(_("%s has another deadline: the promise changed") % promise, icon="clock")


SENTENCES: dict[str, Builder] = {
    "handoff.opened": _opened,
    "handoff.nudged": _nudged,
    "lead.kept_back": _kept_back,
    "handoff.routed": _routed,
    "handoff.lapsed": _lapsed,
    "handoff.claimed": _claimed,
    "handoff.released": _released,
    "handoff.reassigned": _reassigned,
    "handoff.paused": _paused,
    "handoff.resumed": lambda data, words: Sentence(_("The clocks go on"), icon="player-play"),
    "handoff.rose": _rose,
    "handoff.cooled": _cooled,
    "handoff.flagged": _out(gettext_lazy("A disqualifier turned up")),
    "handoff.withdrawn": _out(gettext_lazy("Handoff withdrawn")),
    "handoff.snoozed": _snoozed,
    "handoff.touched": _touched,
    "handoff.disposed": _disposed,
    "handoff.undone": _undone,
    "lead.reopened": _reopened,
    "lead.signalled": lambda data, words: Sentence(
        _("The signal came that the recycling named: the rest ends"), icon="bell"
    ),
    "fact.settled": _settled,
    "timer.rang": _rang,
    "timer.moved": _clock_moved,
}
