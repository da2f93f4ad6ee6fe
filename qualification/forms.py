"""What comes in from a card: an answer, and each of the verdicts."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from accounts.text import TextError, clean_text
from qualification import reasons, recycling
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


class RecycleForm(forms.Form):
    when = forms.ChoiceField(label=_("Come back"), choices=[])
    until = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = note_field()

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, auto_id="recycle-%s", initial={"when": "quarter"})
        self.fields["until"].widget.attrs["min"] = today + timedelta(days=1)
        self.presets = {preset.key: preset for preset in recycling.presets(today)}
        when = self.fields["when"]
        assert isinstance(when, forms.ChoiceField)
        when.choices = [(key, preset.label) for key, preset in self.presets.items()]
        when.choices = [*when.choices, ("day", _("On a day"))]

    @property
    def day(self) -> date | None:
        """The day that was chosen, by itself or by a preset."""
        preset = self.presets.get(self.cleaned_data["when"])
        day: date | None = self.cleaned_data["until"]
        return preset.until if preset else day


class DisqualifyForm(forms.Form):
    reason = forms.ModelChoiceField(
        queryset=DispositionReason.objects.filter(is_active=True), required=False
    )
    note = note_field()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="disqualify-%s")

    @property
    def reasons(self) -> list[DispositionReason]:
        """What can be chosen, in the order of the keys 1 to 8."""
        return reasons.in_use()


class ReasonForm(forms.Form):
    label = Line(label=_("Reason"), max_length=80)
    advice = Line(
        label=_("What marketing can do about it"), max_length=300, required=False,
    )  # fmt: skip


class ReasonLineForm(ReasonForm):
    """One line of the list of reasons; the order is that of the lines as they were sent."""

    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: Any, *, reason: DispositionReason) -> None:
        there = {"label": reason.label, "advice": reason.advice, "is_active": reason.is_active}
        super().__init__(data, prefix=f"reason-{reason.pk}", initial=there)
        self.reason = reason

    def change(self) -> reasons.Change:
        return reasons.Change(id=self.reason.pk, **self.cleaned_data)
