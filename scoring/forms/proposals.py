"""What a person answers who publishes, sends back or goes back to a version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.models import ModelVersion
from scoring.publishing.proposals import Plan

NOBODY, SLICES, ALL = "nobody", "slices", "all"
NOW, LATER = "now", "later"
MOST_A_DAY = 100_000


def words(label: Any, help_text: Any, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}), error_messages={"required": missing},
    )  # fmt: skip


class ProposalForm(forms.Form):
    """`digest` says which draft was looked at, against which live version."""

    digest = forms.CharField(widget=forms.HiddenInput)
    reason = words(
        _("Why?"),
        _("For those who look at this version later."),
        _("Say why, for those who look at this version later."),
    )
    expectation = words(
        _("What do you expect of it?"),
        _("After 30 days this is held against what came."),
        _("Say what you expect of it: it is held against what comes."),
    )
    handed = forms.ChoiceField(
        label=_("Leads that become MQLs only because the rules changed"),
        choices=[
            (NOBODY, _("Open no handoffs; each can be opened later from its lead")),
            (SLICES, _("Open handoffs a few a day")),
            (ALL, _("Open handoffs for all of them at once")),
        ],
        widget=forms.RadioSelect,
        initial=NOBODY,
    )
    slice_size = forms.IntegerField(
        label=_("Handoffs a day"), required=False, min_value=1, max_value=MOST_A_DAY, initial=20
    )
    slice_order = forms.ChoiceField(
        label=_("Order"), choices=ModelVersion.SliceOrder, required=False
    )
    notifies = forms.BooleanField(
        label=_("Tell sales of each handoff"), required=False, initial=True
    )
    when = forms.ChoiceField(
        label=_("When?"),
        choices=[(NOW, _("Now, or as soon as it is approved")), (LATER, _("On a day"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    goes_live_at = forms.DateTimeField(
        label=_("Day and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("handed") == SLICES and not said.get("slice_size"):
            self._ask("slice_size", _("Say how many a day."))
        if said.get("when") == LATER and not said.get("goes_live_at"):
            self._ask("goes_live_at", _("Say when."))
        return said

    def _ask(self, name: str, text: Any) -> None:
        if name not in self.errors:
            self.add_error(name, text)

    def plan(self) -> Plan:
        said = self.cleaned_data
        return Plan(
            reason=said["reason"],
            expectation=said["expectation"],
            opens_handoffs=said["handed"] != NOBODY,
            notifies=said["notifies"],
            slice_size=said["slice_size"] if said["handed"] == SLICES else None,
            slice_order=said["slice_order"] or ModelVersion.SliceOrder.HIGHEST,
            goes_live_at=said["goes_live_at"] if said["when"] == LATER else None,
        )

    def tell(self, problems: dict[str, list[str]]) -> None:
        for name, texts in problems.items():
            self.add_error(name if name in self.fields else None, list(texts))


class CommentForm(forms.Form):
    """Why a proposal goes back."""

    comment = words(
        _("What should change?"),
        _("It becomes a draft again, with your words above it."),
        _("Say what should change."),
    )


class RevertForm(forms.Form):
    reason = words(
        _("Why?"),
        _("For those who look at this version later."),
        _("Say why, for those who look at this version later."),
    )
