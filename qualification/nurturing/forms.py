"""What comes in about sequences and their e-mails."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from leads.models import ConsentPurpose
from qualification import catalogue
from qualification.forms import Words
from qualification.models import Sequence, SequenceStep
from qualification.nurturing import fields


class SequenceForm(forms.Form):
    name = Line(label=_("Name"), max_length=80)
    audience = forms.ChoiceField(
        label=_("Who gets it"), choices=Sequence.Audience, widget=forms.RadioSelect
    )
    after_days = forms.IntegerField(
        label=_("Days"), min_value=0, max_value=730, initial=14,
        help_text=_("Of new leads: after they came. Of quiet ones: after they were active last."),
    )  # fmt: skip
    purpose = forms.ModelChoiceField(
        label=_("Only who agreed to"), queryset=ConsentPurpose.objects.filter(is_active=True),
        required=False, empty_label=_("Everybody who did not say no"),
    )  # fmt: skip
    ends_on_click = forms.BooleanField(
        label=_("A click ends it"), required=False,
        help_text=_("An answer, a handoff and an unsubscription always do."),
    )  # fmt: skip


class StepForm(forms.Form):
    """An e-mail of a sequence."""

    wait_days = forms.IntegerField(
        label=_("Days after the one before"), min_value=0, max_value=365, initial=3
    )
    subject = Line(label=_("Subject"), max_length=150)
    body = Words(label=_("Text"), max_length=8000, widget=forms.Textarea(attrs={"rows": 9}))
    asks = forms.ChoiceField(label=_("Link to the questions of"), required=False)

    def __init__(self, data: Any = None, *, step: SequenceStep | None = None) -> None:
        there = {name: getattr(step, name) for name in self.base_fields} if step else {}
        prefix = f"step-{step.pk}" if step else "new"
        super().__init__(data, prefix=prefix, initial=there)
        self.step = step
        asks = self.fields["asks"]
        assert isinstance(asks, forms.ChoiceField)
        asks.choices = [("", _("None")), *((one.key, one.name) for one in catalogue.frameworks())]

    def clean_subject(self) -> str:
        return self._fields_of("subject")

    def clean_body(self) -> str:
        return self._fields_of("body")

    def _fields_of(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        if problems := fields.wrong(text):
            raise ValidationError(" ".join(problems))
        return text

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("asks") and "{questions" in str(told.get("body", "")):
            self.add_error("asks", _("The text has a link to questions: choose which."))
        return told


class EnrolForm(forms.Form):
    sequence = forms.ModelChoiceField(
        label=_("Sequence"), queryset=Sequence.objects.filter(is_on=True), empty_label=None
    )
