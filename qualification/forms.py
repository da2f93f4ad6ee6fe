"""What comes in from a card: an answer, and why one is accepted below its gate; and the list of reasons."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from accounts.text import TextError, clean_text
from qualification import reasons
from qualification.models import DispositionReason


class Words(forms.CharField):
    """Some lines of text without control characters."""

    widget = forms.Textarea

    def clean(self, value: Any) -> str:
        try:
            text = clean_text(str(value or ""), limit=100_000)
        except TextError as error:
            raise ValidationError(str(error)) from error
        return str(super().clean(text))


def note_field() -> Words:
    widget = forms.Textarea(attrs={"rows": 3})
    return Words(label=_("Note for marketing"), required=False, max_length=1000, widget=widget)


class AnswerForm(forms.Form):
    # Whoever types what was said before choosing a step has heard something, and knows no step yet.
    level = forms.IntegerField(required=False, min_value=0, max_value=3)
    asked_in_vain = forms.BooleanField(required=False)
    evidence = Line(required=False, max_length=1000)
    seen = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])

    def clean_level(self) -> int:
        return int(self.cleaned_data["level"] or 0)


class AcceptForm(forms.Form):
    """Why a lead below the gate is an SQL all the same."""

    note = Words(
        label=_("Why is it an SQL all the same?"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="accept-%s")
        # Who has not seen the sheet yet is not asked; the room says whether it is needed.
        self.fields["note"].required = data is None or "note" in data
        self.fields["note"].error_messages["required"] = _("Say why it is an SQL all the same.")


class ReasonForm(forms.Form):
    label = Line(label=_("Reason"), max_length=80)
    advice = Line(
        label=_("What marketing can do about it"), max_length=300, required=False,
    )  # fmt: skip
    asks = forms.ChoiceField(
        label=_("The rep also says"), required=False, choices=DispositionReason.Asks
    )
    recycles = forms.BooleanField(label=_("For recycling too"), required=False)


class ReasonLineForm(ReasonForm):
    """One line of the list of reasons; the order is that of the lines as they were sent."""

    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: Any, *, reason: DispositionReason) -> None:
        names = ("label", "advice", "asks", "recycles", "is_active")
        there = {name: getattr(reason, name) for name in names}
        super().__init__(data, prefix=f"reason-{reason.pk}", initial=there)
        self.reason = reason

    def change(self) -> reasons.Change:
        return reasons.Change(id=self.reason.pk, **self.cleaned_data)
