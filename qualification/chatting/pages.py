"""The page of a chat carries the conversation itself, signed: the server keeps nothing of a stranger."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leads import fields as catalogue
from leads.fields import LeadField
from leads.forms import FILLED_BY_BROWSERS
from qualification.asking.said import LONGEST
from qualification.chatting.steps import EMAIL, Said, Step
from qualification.chatting.talking import Talk
from qualification.forms import Words

SALT = "qualification.chat"
LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Page:
    """A conversation so far: its id, when it began, what was said by step, and the consent text that the visitor
    agreed to."""

    id: uuid.UUID
    began: datetime
    said: Said = field(default_factory=dict)
    text: int | None = None

    def signed(self) -> str:
        told = [self.id.hex, self.began.timestamp(), dict(self.said), self.text]
        return signing.dumps(told, salt=SALT, compress=True)

    def saying(self, step: Step, words: str, text: int | None) -> "Page":
        return replace(self, said={**self.said, step.key: words}, text=text or self.text)

    def without(self, step: Step) -> "Page":
        return replace(self, said={key: v for key, v in self.said.items() if key != step.key})


def first(at: datetime) -> Page:
    return Page(uuid.uuid4(), at)


def page_of(text: str, *, at: datetime) -> Page | None:
    """The page that was signed; None for a forged one, or one that was open for longer than LASTS."""
    try:
        number, began, said, agreed = signing.loads(text, salt=SALT)
        page = Page(uuid.UUID(number), datetime.fromtimestamp(began, tz=at.tzinfo), said, agreed)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return page if at - page.began <= LASTS else None


def talk(
    page: Page, done: Sequence[Step], *, is_done: bool, known: Mapping[str, LeadField]
) -> Talk:
    """What was said on the way that was gone, with the values of the lead among it."""
    told = {step.field: page.said[step.key] for step in done if step.field}
    values, _errors = catalogue.clean(told, fields=known)
    return Talk(page.id, [(step, page.said[step.key]) for step in done], values, is_done)


class SaidForm(forms.Form):
    """The answer to one step. `homepage` is a trap: people do not see it, programs fill it in."""

    homepage = forms.CharField(required=False)

    def __init__(
        self, step: Step, known: Mapping[str, LeadField], data: Any = None, *, agree: str = ""
    ) -> None:
        super().__init__(data)
        self.step, self.known = step, known
        self.fields["answer"] = self._answer()
        if agree and step.field == EMAIL:
            self.fields["agree"] = forms.BooleanField(label=agree, required=False)

    def _answer(self) -> forms.Field:
        step = self.step
        if step.choices:
            return forms.ChoiceField(
                label=step.ask, choices=[(c, c) for c in step.choices], required=not step.may_skip
            )
        kind = {"email": "email", "phone": "tel"}.get(step.field, "text")
        attrs = {"autocomplete": FILLED_BY_BROWSERS.get(step.field, "off"), "type": kind}
        widget = forms.TextInput(attrs) if step.field else forms.Textarea({"rows": 2})
        return Words(label=step.ask, required=not step.may_skip, max_length=LONGEST, widget=widget)

    def clean_answer(self) -> str:
        words = str(self.cleaned_data["answer"]).strip()
        name = self.step.field
        if words and name:
            _values, errors = catalogue.clean({name: words}, fields=self.known)
            if errors:
                raise ValidationError(errors[name])
        return words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "agree" in self.fields and cleaned.get("answer") and not cleaned.get("agree"):
            self.add_error(
                "agree", _("Without this we may not keep your address. You can skip it.")
            )
        return cleaned
