"""Forms of lists and of the table that reads titles."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.text import TextError, clean_text
from leads import fields
from leads.models import AttributeField, ValueList
from leads.vocabulary.value_lists import MOST_VALUES


class ListForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    values = forms.CharField(
        label=_("What is in it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One a line, or with commas between. Capital letters make no difference."),
    )

    controls = forms.ChoiceField(
        label=_("People choose from it for"),
        required=False,
        help_text=_(
            "The field becomes a drop-down. What comes by machines stays as sent; data health counts what "
            "is not on the list."
        ),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        known = fields.catalogue()
        names = [("source", _("Source"))]
        names += [(key, one.label) for key, one in known.items() if _is_words(one)]
        self.fields["controls"].choices = [("", _("No field")), *names]  # type: ignore[attr-defined]

    def clean_values(self) -> list[str]:
        lines = self.cleaned_data["values"].replace("\n", ",").split(",")
        if len(lines) > MOST_VALUES:
            raise forms.ValidationError(_now("A list holds at most 20,000 texts."))
        try:
            return [text for line in lines if (text := clean_text(line, limit=200).strip())]
        except TextError as error:
            raise forms.ValidationError(str(error)) from None


def _is_words(field: fields.LeadField) -> bool:
    plain = field.key in ("title", "company_name") or field.attribute is not None
    return plain and field.type == AttributeField.Type.TEXT


class TitleForm(forms.Form):
    title = forms.CharField(
        label=_("Try a title"), required=False, max_length=160,
        widget=forms.TextInput(attrs={"placeholder": _("Assistant to the CEO")}),
    )  # fmt: skip


def initial(found: ValueList) -> dict[str, Any]:
    return {
        "name": found.name, "values": "\n".join(found.values), "controls": found.controls,
    }  # fmt: skip
