"""What becomes of an SQL, as sentences: one table like that of leads/sentences.py, which takes it in."""

from decimal import Decimal, InvalidOperation

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.sentence import Builder, Data, Sentence, Words


def _worth(data: Data) -> str:
    """“12,000 EUR”; empty where nobody said an amount."""
    try:
        amount = Decimal(str(data.get("amount") or ""))
    except InvalidOperation:
        return ""
    places = 0 if amount == amount.to_integral_value() else 2
    number = number_format(amount, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{number} {data.get('currency', '')}".strip()


def _note(data: Data, *parts: str) -> str:
    return " · ".join(part for part in (*parts, str(data.get("note", ""))) if part)


def _passed(data: Data, words: Words) -> Sentence:
    return Sentence(_("Went to %s, who close deals") % data.get("team", ""), icon="route")


def _returned(data: Data, words: Words) -> Sentence:
    return Sentence(
        _("sent the SQL back: no deal in it for now"), icon="arrow-back-up", note=_note(data)
    )


def _opened(data: Data, words: Words) -> Sentence:
    note = _note(data, str(data.get("name", "")), _worth(data))
    return Sentence(_("opened an opportunity"), icon="trophy", note=note, tone="touch")


def _changed(data: Data, words: Words) -> Sentence:
    if data.get("to"):
        said = {key: data.get(key, "—") for key in ("from", "to")}
        return Sentence(
            _("Opportunity: %(from)s → %(to)s") % said, icon="chevron-right", note=_worth(data)
        )
    return Sentence(_("The opportunity was changed"), icon="pencil", note=_note(data, _worth(data)))


def _ended(data: Data, words: Words) -> Sentence:
    won = data.get("result") == "won"
    text = _("The deal is won") if won else _("The deal is lost")
    reason = str(data.get("reason", "")).removeprefix("lost_").replace("_", " ")
    icon = "trophy" if won else "ban"
    return Sentence(text, icon=icon, note=_note(data, _worth(data), reason))


def _reopened(data: Data, words: Words) -> Sentence:
    return Sentence(_("The opportunity is open again"), icon="refresh", note=_note(data))


def _reviewed(data: Data, words: Words) -> Sentence:
    return Sentence(_("looked back at the deal"), icon="list-check", note=_note(data))


def _enrolled(data: Data, words: Words) -> Sentence:
    return Sentence(_("Goes through the sequence “%s”") % data.get("name", ""), icon="mail")


def _nurtured(data: Data, words: Words) -> Sentence:
    return Sentence(_("Was sent: %s") % data.get("subject", ""), icon="mail")


def _unenrolled(data: Data, words: Words) -> Sentence:
    why = ENDS.get(str(data.get("end", "")), "")
    return Sentence(_("Left the sequence of e-mails"), icon="mail", note=str(why))


ENDS = {
    "done": gettext_lazy("got everything"), "replied": gettext_lazy("replied"),
    "clicked": gettext_lazy("clicked"), "crossed": gettext_lazy("went to sales"),
    "unsubscribed": gettext_lazy("wants no e-mails"), "unreachable": gettext_lazy("no address"),
    "stopped": gettext_lazy("taken out"),
}  # fmt: skip
SENTENCES: dict[str, Builder] = {
    "lead.enrolled": _enrolled,
    "lead.nurtured": _nurtured,
    "lead.unenrolled": _unenrolled,
    "sql.passed": _passed,
    "sql.returned": _returned,
    "deal.opened": _opened,
    "deal.changed": _changed,
    "deal.ended": _ended,
    "deal.reopened": _reopened,
    "deal.reviewed": _reviewed,
}
# These name who did it in front of the sentence.
DEEDS = ("sql.returned", "deal.opened", "deal.reviewed")
