"""The form that a visitor fills in, made of the items of a Form."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from leads import fields as catalogue
from leads.capturing import asking
from leads.capturing.asking import Item
from leads.fields import LeadField
from leads.forms import CatalogueForm
from leads.models import ConsentText

SALT = "leads.hosted_form"
# A page that was open for longer is renewed, so that nobody collects pages to send from later.
LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Page:
    """One rendering of a form: its id, which makes a double click one submission, when it was made, and which
    text of each purpose it showed."""

    id: uuid.UUID
    at: datetime
    texts: Mapping[str, int]

    def signed(self) -> str:
        return signing.dumps([self.id.hex, self.at.timestamp(), self.texts], salt=SALT)


def page_of(text: str, *, at: datetime) -> Page | None:
    """The page that was signed; None for a forged one, or one older than LASTS."""
    try:
        number, made, texts = signing.loads(text, salt=SALT)
        page = Page(uuid.UUID(number), datetime.fromtimestamp(made, tz=at.tzinfo), texts)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return page if at - page.at <= LASTS else None


class ConsentField(forms.BooleanField):
    """A box to tick whose label is the text that is agreed to."""

    is_consent = True


class HostedForm(CatalogueForm):
    """What a visitor fills in. `homepage` is a trap: people do not see it, programs fill it in.

    Give `texts`, the text that is shown for each purpose; `told`, the names that this browser told before; and
    `given`, the parameters of the link. Cleaned it has `values`, `page` and `consents`, the id of the text that
    was read for each purpose agreed to."""

    homepage = forms.CharField(required=False, widget=forms.TextInput)
    submission = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        items: Sequence[Item],
        known: Mapping[str, LeadField],
        data: QueryDict | None = None,
        *,
        at: datetime,
        texts: Mapping[str, ConsentText] | None = None,
        told: Collection[str] = (),
        most: int = 0,
        given: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data)
        self.at = at
        # A page that comes back asked what it sends; the browser may have told more since.
        seen = told if data is None else {item.name for item in items if item.name not in data}
        self.items = asking.shown(items, told=seen, most=most if data is None else 0)
        self._ask_fields(known)
        self._ask_consents(texts or {})
        self._carry(known, given or {})

    def _ask_fields(self, known: Mapping[str, LeadField]) -> None:
        visible = [item for item in self.items if not item.hidden and not item.purpose]
        self.ask(
            (known[item.name] for item in visible),
            required=[item.name for item in visible if item.required],
        )
        for item in visible:
            self.fields[item.name].label = item.label or known[item.name].label

    def _ask_consents(self, texts: Mapping[str, ConsentText]) -> None:
        """A purpose that has no text yet, or is no longer in use, is not asked for."""
        asked = [item for item in self.items if item.purpose in texts]
        self.texts = {item.purpose: texts[item.purpose].pk for item in asked}
        for item in asked:
            words = texts[item.purpose].text
            self.fields[item.name] = ConsentField(label=words, required=item.required)

    def _carry(self, known: Mapping[str, LeadField], given: Mapping[str, str]) -> None:
        """What the link says goes before what the form says."""
        self.hidden = {item.name: known[item.name] for item in self.items if item.hidden}
        for item in self.items:
            if item.hidden:
                value = given.get(item.param) or item.value
                self.fields[item.name] = forms.CharField(
                    required=False, initial=value, widget=forms.HiddenInput
                )
        self.fields["submission"].initial = Page(uuid.uuid4(), self.at, self.texts).signed()

    @property
    def questions(self) -> list[forms.BoundField]:
        """What visitors see, in its order."""
        return [
            self[item.name] for item in self.items if item.name in self.fields and not item.hidden
        ]

    @property
    def carried(self) -> list[forms.BoundField]:
        """What the page holds and does not show."""
        return [self[name] for name in (*self.hidden, "submission")]

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("homepage"))

    @property
    def told(self) -> set[str]:
        """The names of what was answered among the items that are asked only until they are known."""
        return {item.name for item in self.items if item.later and item.name in self.values}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # A visitor cannot mend what he does not see: a hidden value that cannot be kept is left out.
        carried = {name: cleaned[name] for name in self.hidden if cleaned.get(name)}
        kept, _errors = catalogue.clean(carried, fields=self.hidden)
        answers = {key: value for key, value in self.values.items() if value is not None}
        if not answers and not self.errors:
            raise forms.ValidationError(_("Please fill in at least one field."))
        self.values = {**kept, **answers}
        return cleaned

    def clean_submission(self) -> Page:
        page = page_of(self.cleaned_data["submission"], at=self.at)
        if page is None:
            self._renew(Page(uuid.uuid4(), self.at, self.texts))
            raise forms.ValidationError(
                _("This page had been open for too long. Please send it once more.")
            )
        if page.texts != self.texts:
            self._renew(replace(page, texts=self.texts), untick=True)
            raise forms.ValidationError(
                _("What you are asked to agree to has changed. Please read it and send it again.")
            )
        self.page = page
        return page

    def _renew(self, page: Page, *, untick: bool = False) -> None:
        """Puts another page into what goes back: its field is hidden, nobody can mend it."""
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data["submission"] = page.signed()
        for purpose in self.texts if untick else ():
            self.data.pop(asking.CONSENT + purpose, None)

    @property
    def consents(self) -> dict[str, int]:
        ticked = {
            item.purpose for item in self.items if item.purpose and self.cleaned_data.get(item.name)
        }
        return {purpose: text for purpose, text in self.page.texts.items() if purpose in ticked}
