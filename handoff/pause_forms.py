"""What is asked of who waits for a prospect."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

USUAL = timedelta(days=2)


class PauseForm(forms.Form):
    """Why, and until when at most; `until` is suggested and may be left."""

    reason = forms.CharField(
        label=_("What do you wait for?"),
        max_length=300,
        widget=forms.TextInput(
            attrs={"autofocus": True, "list": "pause-reasons", "autocomplete": "off"}
        ),
        error_messages={"required": _("Say what you wait for.")},
    )
    until = forms.DateTimeField(
        label=_("At most until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write the time as day and hour, such as 2026-11-24 09:30.")},
    )

    def __init__(self, *args: Any, latest: datetime, at: datetime, **more: Any) -> None:
        more["initial"] = {"until": timezone.localtime(max(at, min(latest, at + USUAL)))}
        super().__init__(*args, **more)
