"""What people are asked for in handoff."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from handoff.models import Touch

OLDEST_TOUCH = timedelta(days=366)


class TouchForm(forms.Form):
    """A touch or a note. `occurred_at` is None where the time was left as it stood: it is now."""

    kind = forms.ChoiceField(
        label=_("What was it?"),
        choices=Touch.Kind.choices,
        widget=forms.RadioSelect(attrs={"autofocus": True}),
    )
    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=Touch.Answer.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    occurred_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        show_hidden_initial=True,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write the time as day and hour, such as 2026-11-24 09:30.")},
    )

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        more["initial"] = {"kind": Touch.Kind.CALL, "occurred_at": timezone.localtime(at)}
        super().__init__(*args, **more)
        self.at = at

    def clean_occurred_at(self) -> datetime | None:
        value: datetime | None = self.cleaned_data["occurred_at"]
        if value is None or "occurred_at" not in self.changed_data:
            return None
        if value > self.at:
            raise forms.ValidationError(_("That is still to come. When did it happen?"))
        if value < self.at - OLDEST_TOUCH:
            raise forms.ValidationError(_("That is more than a year ago."))
        return value

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == Touch.Kind.NOTE and not cleaned.get("note"):
            self.add_error("note", _("A note needs some words."))
        return cleaned
