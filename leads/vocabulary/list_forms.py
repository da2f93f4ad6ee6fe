"""Forms of lists and of the table that reads titles."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.text import TextError, clean_text
from leads.vocabulary.value_lists import MOST_VALUES


class ListForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    values = forms.CharField(
        label=_("What is in it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One a line, or with commas between. Capital letters make no difference."),
    )

    def clean_values(self) -> list[str]:
        lines = self.cleaned_data["values"].replace("\n", ",").split(",")
        if len(lines) > MOST_VALUES:
            raise forms.ValidationError(_now("A list holds at most 20,000 texts."))
        try:
            return [text for line in lines if (text := clean_text(line, limit=200).strip())]
        except TextError as error:
            raise forms.ValidationError(str(error)) from None


class TitleForm(forms.Form):
    title = forms.CharField(
        label=_("Try a title"), required=False, max_length=160,
        widget=forms.TextInput(attrs={"placeholder": _("Assistant to the CEO")}),
    )  # fmt: skip


def initial(name: str, values: list[str]) -> dict[str, Any]:
    return {"name": name, "values": "\n".join(values)}
