"""The editor of a hosted form: its texts, and which fields it asks for in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.text import TextError, clean_text
from leads.fields import LeadField
from leads.models import Form

LONGEST_LABEL = 120
# The address of the page that makes a form.
NEW = "add"


@dataclass(frozen=True)
class Row:
    """One field of the catalogue in the editor, asked for or not."""

    key: str
    name: str
    label: str
    asked: bool
    required: bool


class FormForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For you and your colleagues.")
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        help_text=_("The last part of the link: small letters, digits and hyphens."),
    )
    heading = forms.CharField(
        label=_("Heading"),
        max_length=200,
        required=False,
        help_text=_("What visitors read above the fields. The name, if it is empty."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=80,
        initial=_("Web form"),
        help_text=_("Leads that first come by this form keep it as their source."),
    )
    thanks = forms.CharField(
        label=_("Thank-you text"),
        max_length=400,
        initial=_("Thank you. We will be in touch."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_live = forms.BooleanField(
        label=_("Live"),
        required=False,
        initial=True,
        help_text=_("Visitors can open and send it."),
    )

    def __init__(
        self,
        catalogue: Mapping[str, LeadField],
        data: QueryDict | None = None,
        *,
        hosted: Form | None = None,
    ) -> None:
        texts = {name: getattr(hosted, name) for name in self.base_fields} if hosted else {}
        super().__init__(data, initial=texts)
        self.catalogue = catalogue
        self.rows = self._sent(data) if data is not None else self._stored(hosted)

    def _stored(self, hosted: Form | None) -> list[Row]:
        shape: list[dict[str, Any]] = [{"name": "email", "required": True}]
        if hosted:
            shape = hosted.fields
        asked = {item["name"]: item for item in shape if item["name"] in self.catalogue}
        order = [*asked, *(key for key in self.catalogue if key not in asked)]
        return [
            self._row(
                key,
                label=asked.get(key, {}).get("label", ""),
                asked=key in asked,
                required=bool(asked.get(key, {}).get("required")),
            )
            for key in order
        ]

    def _sent(self, data: QueryDict) -> list[Row]:
        """Rows in the order in which they were dragged; each says its place by standing there."""
        order = [key for key in dict.fromkeys(data.getlist("order")) if key in self.catalogue]
        asked, required = set(data.getlist("asked")), set(data.getlist("required"))
        rest = [key for key in self.catalogue if key not in order]
        return [
            self._row(
                key,
                label=data.get(f"label:{key}", ""),
                asked=key in asked,
                required=key in required,
            )
            for key in [*order, *rest]
        ]

    def _row(self, key: str, *, label: str, asked: bool, required: bool) -> Row:
        name = str(self.catalogue[key].label)
        return Row(key, name, label.strip() or name, asked, required)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(row.asked for row in self.rows):
            raise ValidationError(_("Choose at least one field."))
        for row in self.rows:
            try:
                clean_text(row.label, limit=LONGEST_LABEL)
            except TextError as error:
                raise ValidationError(f"{row.name}: {error}") from None
        return cleaned

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug == NEW:
            raise ValidationError(_("This address is our own. Choose another one."))
        return slug

    def values(self) -> dict[str, Any]:
        """What form_editing.save() writes."""
        fields = [
            {
                "name": row.key,
                "label": clean_text(row.label, limit=LONGEST_LABEL),
                "required": row.required,
            }
            for row in self.rows
            if row.asked
        ]
        return {**self.cleaned_data, "fields": fields}
