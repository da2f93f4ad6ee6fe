"""Forms over the catalogue of fields: what a person is asked, and what of the answers can be kept."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from leads import fields as catalogue
from leads.fields import LeadField
from leads.identity.joining import get
from leads.models import AttributeField, Lead

YES_OR_NO = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
INPUT_TYPES = {"email": "email", "phone": "tel"}
FILLED_BY_BROWSERS = {
    "email": "email", "first_name": "given-name", "last_name": "family-name",
    "title": "organization-title", "company_name": "organization", "phone": "tel",
    "country": "country-name",
}  # fmt: skip


class CatalogueForm(forms.Form):
    """Asks for fields of the catalogue. `values` are the cleaned answers that differ from `present`, None
    for what was emptied: whoever saves a form changes nothing they did not touch."""

    asked: Mapping[str, LeadField]
    present: Mapping[str, str]

    def ask(
        self,
        asked: Iterable[LeadField],
        *,
        required: Iterable[str] = (),
        present: Mapping[str, str] | None = None,
    ) -> None:
        """Adds a form field for each of `asked`."""
        self.asked = {field.key: field for field in asked}
        self.present = present or {}
        needed = set(required)
        for field in self.asked.values():
            known = self.present.get(field.key, "")
            self.fields[field.key] = form_field(field, required=field.key in needed, known=known)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        answers = {
            key: cleaned[key]
            for key in self.asked
            if key in cleaned and cleaned[key] != self.present.get(key, "")
        }
        kept, errors = catalogue.clean(answers, fields=self.asked)
        for key, reason in errors.items():
            self.add_error(key, reason)
        self.values = {key: kept.get(key) for key in answers}
        return cleaned


def form_field(field: LeadField, *, required: bool, known: str = "") -> forms.Field:
    """The Django field that asks for a field of the catalogue; `known` is what is kept already."""
    said: dict[str, Any] = {"label": field.label, "required": required}
    if field.type == AttributeField.Type.CHOICE or field.choices:
        # A choice that was taken off the list since is still what the lead has.
        options = dict.fromkeys([*field.choices, *([known] if known else [])])
        return forms.ChoiceField(choices=[("", "—"), *((name, name) for name in options)], **said)
    if field.type == AttributeField.Type.BOOLEAN:
        return forms.ChoiceField(choices=YES_OR_NO, **said)
    attrs = {"autocomplete": FILLED_BY_BROWSERS.get(field.key, "off")}
    kind = "date" if field.type == AttributeField.Type.DATE else INPUT_TYPES.get(field.key, "text")
    if field.type == AttributeField.Type.NUMBER:
        attrs["inputmode"] = "numeric"
    widget = forms.TextInput(attrs={"type": kind, **attrs})
    return forms.CharField(max_length=field.limit, widget=widget, **said)


def shown(value: Any) -> str:
    """A kept value as a form shows it and gets it back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


class LeadForm(CatalogueForm):
    """All fields of one lead, or of one to be added."""

    def __init__(
        self,
        known: Mapping[str, LeadField],
        data: QueryDict | None = None,
        *,
        lead: Lead | None = None,
    ) -> None:
        present = {key: shown(get(lead, key)) for key in known} if lead else {}
        super().__init__(data, initial=present)
        self.ask(known.values(), present=present)


class NewLeadForm(LeadForm):
    source = forms.CharField(
        label=_("Source"),
        max_length=80,
        help_text=_("Where the lead first came from. It stays as it is."),
    )

    def __init__(self, known: Mapping[str, LeadField], data: QueryDict | None = None) -> None:
        super().__init__(known, data)
        if words := catalogue.controlled().get("source"):
            self.fields["source"] = forms.ChoiceField(
                label=_("Source"), choices=[("", "—"), *((word, word) for word in words)]
            )
        else:
            self.fields["source"].initial = _("Added by hand")
        self.order_fields([*self.asked, "source"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.values and not self.errors:
            raise forms.ValidationError(_("Give at least one thing we know of this person."))
        return cleaned


class FieldForm(forms.Form):
    """Declares a custom field."""

    label = forms.CharField(label=_("Name"), max_length=120)
    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        required=False,
        help_text=_("How imports and the API call it. Made of the name, if it is empty."),
    )
    type = forms.ChoiceField(label=_("Type"), choices=AttributeField.Type.choices)
    choices = forms.CharField(
        label=_("Choices"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; for the type choice only."),
    )

    def clean_choices(self) -> list[str]:
        lines = self.cleaned_data["choices"].splitlines()
        return [line.strip() for line in lines if line.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        key = cleaned.get("key") or slugify(cleaned.get("label", ""))
        cleaned["key"] = key.replace("-", "_")[:60]
        if not cleaned["key"] and "label" in cleaned and "key" not in self.errors:
            self.add_error("key", _("Give a key of letters and digits."))
        if cleaned.get("type") == AttributeField.Type.CHOICE and not cleaned.get("choices"):
            self.add_error("choices", _("Give at least one choice."))
        return cleaned


class ParentForm(forms.Form):
    """Which company another one belongs to."""

    parent = forms.CharField(
        label=_("Belongs to"),
        required=False,
        max_length=200,
        help_text=_("Name or domain of the company above it; empty for none."),
    )
