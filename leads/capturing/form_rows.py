"""The rows of the form builder: every field of the catalogue and every purpose, asked for or not, in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import TextError, clean_text
from leads import fields
from leads.capturing.asking import CONSENT, Item
from leads.fields import LeadField
from leads.models import ConsentText

LONGEST_LABEL, LONGEST_VALUE, LONGEST_PARAM = 120, 200, 60
NO, ASK, LATER, HIDDEN = "", "ask", "later", "hidden"
KINDS = [
    (NO, gettext_lazy("Not asked")),
    (ASK, gettext_lazy("Asked")),
    (LATER, gettext_lazy("Asked until known")),
    (HIDDEN, gettext_lazy("Hidden")),
]


@dataclass(frozen=True)
class Row:
    """One field or purpose. `name` is what we call it, `kind` is one of KINDS, `words` is the text of a consent."""

    key: str
    name: str
    kind: str = NO
    label: str = ""
    required: bool = False
    value: str = ""
    param: str = ""
    words: str = ""

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """A visitor without an address would be a new lead each time, so that it is never left out."""
        if self.words:
            return KINDS[:2]
        return [kind for kind in KINDS if kind[0] != LATER or self.key != "email"]

    def item(self) -> Item:
        """What Form.fields keeps. Call problem() before."""
        if self.kind == HIDDEN:
            value = clean_text(self.value, limit=LONGEST_VALUE).strip()
            param = clean_text(self.param, limit=LONGEST_PARAM).strip()
            return Item(self.key, self.name, hidden=True, value=value, param=param)
        label = "" if self.words else clean_text(self.label, limit=LONGEST_LABEL)
        return Item(self.key, label, required=self.required, later=self.kind == LATER)

    def problem(self, known: Mapping[str, LeadField]) -> str:
        """Why this row cannot be kept, in words; empty if it can."""
        if self.kind not in dict(self.kinds):
            return _("Choose one of the ways to ask.")
        try:
            item = self.item()
        except TextError as error:
            return str(error)
        if item.value:
            _kept, errors = fields.clean({self.key: item.value}, fields=known)
            return errors.get(self.key, "")
        return ""


def stored(
    items: Sequence[Item], known: Mapping[str, LeadField], texts: Mapping[str, ConsentText]
) -> list[Row]:
    """The rows of a kept form: what it asks in its order, and the rest."""
    asked = {item.name: item for item in items}
    names = _names(known, texts)
    order = [*(key for key in asked if key in names), *(key for key in names if key not in asked)]
    return [_row(key, asked.get(key), names, texts) for key in order]


def _row(
    key: str, item: Item | None, names: Mapping[str, str], texts: Mapping[str, ConsentText]
) -> Row:
    words = _words(key, texts)
    if item is None:
        return Row(key, names[key], label=names[key], words=words)
    kind = HIDDEN if item.hidden else LATER if item.later else ASK
    label = item.label or names[key]
    return Row(key, names[key], kind, label, item.required, item.value, item.param, words)


def sent(
    data: QueryDict, known: Mapping[str, LeadField], texts: Mapping[str, ConsentText]
) -> list[Row]:
    """The rows that the builder sends, in the order in which they were dragged."""
    names = _names(known, texts)
    order = [key for key in dict.fromkeys(data.getlist("order")) if key in names]
    required = set(data.getlist("required"))
    return [
        Row(
            key,
            names[key],
            kind=data.get(f"as:{key}", NO),
            label=data.get(f"label:{key}", "").strip() or names[key],
            required=key in required,
            value=data.get(f"value:{key}", ""),
            param=data.get(f"param:{key}", ""),
            words=_words(key, texts),
        )
        for key in [*order, *(key for key in names if key not in order)]
    ]


def _names(known: Mapping[str, LeadField], texts: Mapping[str, ConsentText]) -> dict[str, str]:
    called = {key: str(field.label) for key, field in known.items()}
    return called | {CONSENT + key: text.purpose.name for key, text in texts.items()}


def _words(key: str, texts: Mapping[str, ConsentText]) -> str:
    text = texts.get(key.removeprefix(CONSENT)) if key.startswith(CONSENT) else None
    return text.text if text else ""
