"""The form that a visitor fills in, made of the items of a Form."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
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

SALT = "leads.hosted_form"
# A page that was open for longer is renewed, so that nobody collects pages to send from later.
LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Page:
    """One rendering of a form: its id, which makes a double click one submission, and when it was made."""

    id: uuid.UUID
    at: datetime

    def signed(self) -> str:
        return signing.dumps([self.id.hex, self.at.timestamp()], salt=SALT)


def page_of(text: str, *, at: datetime) -> Page | None:
    """The page that was signed; None for a forged one, or one older than LASTS."""
    try:
        number, made = signing.loads(text, salt=SALT)
        page = Page(uuid.UUID(number), datetime.fromtimestamp(made, tz=at.tzinfo))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return page if at - page.at <= LASTS else None


class HostedForm(CatalogueForm):
    """What a visitor fills in. `homepage` is a trap: people do not see it, programs fill it in.

    Give `told`, the names that this browser told before, and `given`, the parameters of the link. Cleaned it
    has `values` and `page`."""

    homepage = forms.CharField(required=False, widget=forms.TextInput)
    submission = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        items: Sequence[Item],
        known: Mapping[str, LeadField],
        data: QueryDict | None = None,
        *,
        at: datetime,
        told: Collection[str] = (),
        most: int = 0,
        given: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data)
        self.at = at
        # A page that comes back asked what it sends; the browser may have told more since.
        seen = told if data is None else {item.name for item in items if item.name not in data}
        self.items = asking.shown(items, told=seen, most=most if data is None else 0)
        visible = [item for item in self.items if not item.hidden]
        self.ask(
            (known[item.name] for item in visible),
            required=[item.name for item in visible if item.required],
        )
        for item in visible:
            self.fields[item.name].label = item.label or known[item.name].label
        self.hidden = {item.name: known[item.name] for item in self.items if item.hidden}
        for item in self.items:
            if item.hidden:
                value = (given or {}).get(item.param, "") if item.param else ""
                self.fields[item.name] = _hidden(value or item.value)
        self.fields["submission"].initial = Page(uuid.uuid4(), at).signed()

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[key] for key in self.asked]

    @property
    def carried(self) -> list[forms.BoundField]:
        """What the page holds and does not show."""
        return [self[name] for name in (*self.hidden, "submission")]

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("homepage"))

    @property
    def told(self) -> set[str]:
        """The names of what was answered among the items that are asked only once."""
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
            # The field is hidden, so a fresh one is put into the page that goes back.
            assert isinstance(self.data, QueryDict)
            renewed = self.data.copy()
            renewed["submission"] = Page(uuid.uuid4(), self.at).signed()
            self.data = renewed
            raise forms.ValidationError(
                _("This page had been open for too long. Please send it once more.")
            )
        return page


def _hidden(value: str) -> forms.Field:
    return forms.CharField(required=False, initial=value, widget=forms.HiddenInput)
