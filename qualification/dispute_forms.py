"""What marketing says when it settles a dispute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from leads.fields import LeadField
from qualification.disputes.settling import Proposal
from qualification.forms import Words
from scoring.definition.parts import LIMIT


def _word(label: Any) -> Words:
    return Words(
        label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class FixForm(forms.Form):
    value = Line(label=_("It really is"), required=False, max_length=2_000)
    word = _word(_("A word to the rep"))

    def __init__(self, data: Any, *, field: LeadField, now: str) -> None:
        super().__init__(data, initial={"value": now}, auto_id="dispute-%s")
        self.fields["value"].label = field.label
        self.fields["value"].widget.attrs["autofocus"] = True


class AdjustForm(forms.Form):
    points = forms.IntegerField(label=_("Points"), min_value=-LIMIT, max_value=LIMIT)
    alike = forms.BooleanField(label=_("This answers every open dispute about it"), required=False)
    word = _word(_("A word to the rep"))

    def __init__(self, data: Any, *, proposal: Proposal) -> None:
        self.proposal = proposal
        initial = {"points": proposal.proposed, "alike": True}
        super().__init__(data, initial=initial, auto_id="dispute-%s")
        self.fields["points"].widget.attrs["autofocus"] = True


class DisagreeForm(forms.Form):
    word = _word(_("Why it stays as it is"))

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="dispute-%s")
        self.fields["word"].widget.attrs["autofocus"] = True
