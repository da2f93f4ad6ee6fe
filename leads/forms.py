"""Forms over the catalogue of fields: what a person is asked, and what of the answers can be kept."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from leads import fields as catalogue
from leads.fields import LeadField
from leads.models import AttributeField

YES_OR_NO = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
INPUT_TYPES = {"email": "email", "phone": "tel"}
FILLED_BY_BROWSERS = {
    "email": "email", "first_name": "given-name", "last_name": "family-name",
    "title": "organization-title", "company_name": "organization", "phone": "tel",
    "country": "country-name",
}  # fmt: skip


class CatalogueForm(forms.Form):
    """Asks for fields of the catalogue; `values` are the cleaned answers, None for an empty one."""

    asked: Mapping[str, LeadField]

    def ask(self, asked: Iterable[LeadField], *, required: Iterable[str] = ()) -> None:
        """Adds a form field for each of `asked`."""
        self.asked = {field.key: field for field in asked}
        needed = set(required)
        for field in self.asked.values():
            self.fields[field.key] = form_field(field, required=field.key in needed)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        answers = {key: cleaned[key] for key in self.asked if key in cleaned}
        kept, errors = catalogue.clean(answers, fields=self.asked)
        for key, reason in errors.items():
            self.add_error(key, reason)
        self.values = {key: kept.get(key) for key in answers}
        return cleaned


def form_field(field: LeadField, *, required: bool) -> forms.Field:
    """The Django field that asks for a field of the catalogue."""
    said: dict[str, Any] = {"label": field.label, "required": required}
    if field.type == AttributeField.Type.CHOICE:
        options = [("", "—"), *((choice, choice) for choice in field.choices)]
        return forms.ChoiceField(choices=options, **said)
    if field.type == AttributeField.Type.BOOLEAN:
        return forms.ChoiceField(choices=YES_OR_NO, **said)
    attrs = {"autocomplete": FILLED_BY_BROWSERS.get(field.key, "off")}
    kind = "date" if field.type == AttributeField.Type.DATE else INPUT_TYPES.get(field.key, "text")
    if field.type == AttributeField.Type.NUMBER:
        attrs["inputmode"] = "numeric"
    widget = forms.TextInput(attrs={"type": kind, **attrs})
    return forms.CharField(max_length=field.limit, widget=widget, **said)


def shown(value: Any) -> Any:
    """A kept value as a form shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


class HostedForm(CatalogueForm):
    """What a visitor fills in. `homepage` is a trap: people do not see it, programs fill it in."""

    homepage = forms.CharField(required=False, widget=forms.TextInput)
    submission = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        shape: Sequence[Mapping[str, Any]],
        known: Mapping[str, LeadField],
        *args: Any,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        # A custom field that was removed since is no longer asked for.
        wanted = [item for item in shape if item["name"] in known]
        self.ask(
            (known[item["name"]] for item in wanted),
            required=[item["name"] for item in wanted if item.get("required")],
        )
        for item in wanted:
            self.fields[item["name"]].label = item.get("label") or known[item["name"]].label
        self.fields["submission"].initial = new_submission()

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[key] for key in self.asked]

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("homepage"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.values = {key: value for key, value in self.values.items() if value is not None}
        if not self.values and not self.errors:
            raise forms.ValidationError(_("Please fill in at least one field."))
        return cleaned

    def clean_submission(self) -> uuid.UUID:
        try:
            return uuid.UUID(signing.loads(self.cleaned_data["submission"], salt=SALT))
        except (signing.BadSignature, ValueError):
            # The field is hidden, so a fresh one is put into the page that goes back.
            self.data = {**self.data.dict(), "submission": new_submission()}  # type: ignore[union-attr]
            raise forms.ValidationError(
                _("This page had been open since before a change. Please send it once more.")
            ) from None


SALT = "leads.hosted_form"


def new_submission() -> str:
    """A signed id for one submission: a double click sends the same one twice."""
    return signing.dumps(str(uuid.uuid4()), salt=SALT)
