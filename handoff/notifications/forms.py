"""Forms of how one wants to be told."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handoff.notifications import kinds
from handoff.notifications.choices import Choice, Wishes

WAYS = {
    "in_app": gettext_lazy("Bell"),
    "by_mail": gettext_lazy("E-mail"),
    "passes": gettext_lazy("E-mail in quiet hours"),
}


class KindsForm(forms.Form):
    """Three boxes a kind: behind the bell, by e-mail, by e-mail in quiet hours too."""

    def __init__(self, *args: Any, wishes: Wishes, **more: Any) -> None:
        super().__init__(*args, **more)
        for key, kind in kinds.KINDS.items():
            choice = wishes.of(key)
            for way, label in WAYS.items():
                named = f"{kind.label}: {label}"
                box = forms.CheckboxInput(attrs={"aria-label": named})
                self.fields[f"{key}-{way}"] = forms.BooleanField(
                    label=named, required=False, initial=getattr(choice, way), widget=box
                )

    @property
    def ways(self) -> list[Any]:
        return list(WAYS.values())

    def rows(self) -> Iterator[tuple[kinds.Kind, list[tuple[Any, forms.BoundField]]]]:
        for key, kind in kinds.KINDS.items():
            yield kind, [(label, self[f"{key}-{way}"]) for way, label in WAYS.items()]

    @property
    def chosen(self) -> dict[str, Choice]:
        return {
            key: Choice(*(self.cleaned_data[f"{key}-{way}"] for way in WAYS)) for key in kinds.KINDS
        }


class HoursForm(forms.Form):
    starts = forms.TimeField(
        label=gettext_lazy("Quiet from"), required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )  # fmt: skip
    ends = forms.TimeField(
        label=gettext_lazy("Until"), required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )  # fmt: skip
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Quiet all day on"), required=False, coerce=int,
        choices=list(WEEKDAYS.items()), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    at_most = forms.IntegerField(
        label=gettext_lazy("At most so many e-mails a minute"), min_value=1, max_value=60,
        help_text=gettext_lazy("What is more comes as one e-mail at the end of the minute."),
    )  # fmt: skip

    def __init__(self, *args: Any, wishes: Wishes, **more: Any) -> None:
        super().__init__(*args, **{**more, "initial": wishes.hours})

    @property
    def kept(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts", "ends", "days", "at_most")}

    def clean_days(self) -> list[int]:
        days: list[int] = self.cleaned_data["days"]
        if len(days) == len(WEEKDAYS):
            raise forms.ValidationError(
                _(
                    "Leave one day: held e-mails must come some time. To get none, switch them off above."
                )
            )
        return days

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts is None and ends is not None and "starts" not in self.errors:
            self.add_error("starts", _("Say from when, or leave both empty."))
        if ends is None and starts is not None and "ends" not in self.errors:
            self.add_error("ends", _("Say until when, or leave both empty."))
        if starts is not None and starts == ends:
            self.add_error("ends", _("These are the same: give the quiet hours an end."))
        return cleaned
