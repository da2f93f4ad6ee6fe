"""Working hours and targets as people write them."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import time_zones
from accounts.models import Team
from handoff import week_json
from handoff.business_time import WorkWeek
from handoff.models import SlaPolicy, SlaPolicyVersion, SlaTimer
from handoff.week_json import CalendarError
from leads.bands import bands

WEEKDAYS = {
    "0": gettext_lazy("Monday"),
    "1": gettext_lazy("Tuesday"),
    "2": gettext_lazy("Wednesday"),
    "3": gettext_lazy("Thursday"),
    "4": gettext_lazy("Friday"),
    "5": gettext_lazy("Saturday"),
    "6": gettext_lazy("Sunday"),
}
TO = re.compile(r"\s*[-–—]\s*")
MOST_MINUTES = 525_600
CLOCKS = [
    ("business", gettext_lazy("working time")),
    ("calendar", gettext_lazy("calendar time")),
]


def windows(text: str) -> list[list[str]]:
    """“09:00-12:30, 13:30-17:00” as windows; what is no window is left for the reader to refuse."""
    return [TO.split(part.strip()) for part in text.split(",") if part.strip()]


def window_text(pairs: list[list[str]]) -> str:
    return ", ".join("-".join(pair) for pair in pairs)


class HoursForm(forms.Form):
    """A team's week. After is_valid(), `week` is a WorkWeek that can be reckoned with."""

    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One day a line, such as 2026-12-25. The team is closed then."),
    )
    overrides = forms.CharField(
        label=gettext_lazy("Days with other hours"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One a line: the day, then its hours, such as 2026-12-24 09:00-12:00."
        ),
    )

    def __init__(self, *args: Any, week: dict[str, Any] | None, **more: Any) -> None:
        more["initial"] = _initial(week) if week else {"zone": "UTC"}
        super().__init__(*args, **more)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        stored = more["initial"]["zone"]
        known = time_zones.choices()
        zone.choices = known if stored in dict(known) else [(stored, stored), *known]
        for key, label in WEEKDAYS.items():
            self.fields[f"day_{key}"] = forms.CharField(
                label=label, required=False, max_length=400,
                widget=forms.TextInput(attrs={"placeholder": "09:00-17:00"}),
            )  # fmt: skip
        self.order_fields(["zone", *(f"day_{key}" for key in WEEKDAYS), "holidays", "overrides"])

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{key}"] for key in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        data: dict[str, Any] = {"zone": cleaned.get("zone"), "weekly": {}}
        for key in WEEKDAYS:
            day = windows(cleaned.get(f"day_{key}", ""))
            if day and self._readable(f"day_{key}", week_json.read_weekly, {"0": day}):
                data["weekly"][key] = day
        data["holidays"] = cleaned.get("holidays", "").split()
        self._readable("holidays", week_json.read_holidays, data["holidays"])
        data["overrides"] = _overrides(cleaned.get("overrides", ""))
        self._readable("overrides", week_json.read_overrides, data["overrides"])
        if not self.errors:
            self._read_whole(data)
        return cleaned

    def _readable(self, field: str, read: Callable[[object], object], part: object) -> bool:
        """Whether this part can be read; if not, the reason stands beside its field."""
        try:
            read(part)
        except CalendarError as error:
            self.add_error(field, str(error))
            return False
        return True

    def _read_whole(self, data: dict[str, Any]) -> None:
        try:
            self.week = WorkWeek.from_json(data)
        except CalendarError as error:
            self.add_error(None, str(error))


def _overrides(text: str) -> dict[str, list[list[str]]]:
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return {line[0]: windows(line[1] if len(line) > 1 else "") for line in lines}


def _initial(week: dict[str, Any]) -> dict[str, Any]:
    days = {f"day_{key}": window_text(week["weekly"].get(key, [])) for key in WEEKDAYS}
    special = week.get("overrides", {}).items()
    return {
        "zone": week["zone"],
        **days,
        "holidays": "\n".join(week.get("holidays", [])),
        "overrides": "\n".join(f"{day} {window_text(pairs)}".strip() for day, pairs in special),
    }


class PolicyForm(forms.Form):
    """The targets of a policy; an empty number of minutes promises nothing."""

    warn_percent = forms.IntegerField(
        label=gettext_lazy("Warn when so much of the time is gone, in percent"),
        min_value=1,
        max_value=99,
        initial=75,
    )

    def __init__(self, *args: Any, version: SlaPolicyVersion | None = None, **more: Any) -> None:
        initial: dict[str, Any] = {"warn_percent": version.warn_percent} if version else {}
        for key, target in (version.targets if version else {}).items():
            initial |= {f"{key}_minutes": target["minutes"], f"{key}_clock": target.get("clock")}
        more["initial"] = initial
        super().__init__(*args, **more)
        for key, label in SlaTimer.Milestone.choices:
            self.fields[f"{key}_minutes"] = forms.IntegerField(
                label=_("%(promise)s within, in minutes") % {"promise": label},
                required=False, min_value=1, max_value=MOST_MINUTES,
            )  # fmt: skip
            self.fields[f"{key}_clock"] = forms.ChoiceField(
                label=_("%(promise)s counts") % {"promise": label}, choices=CLOCKS, required=False
            )
        own = [name for name in self.fields if name in ("name", "team", "band")]
        promised = [name for name in self.fields if name.endswith(("_minutes", "_clock"))]
        self.order_fields([*own, *promised, "warn_percent"])

    @property
    def targets(self) -> dict[str, dict[str, Any]]:
        return {
            key: {
                "minutes": self.cleaned_data[f"{key}_minutes"],
                "clock": self.cleaned_data[f"{key}_clock"] or "business",
            }
            for key in SlaTimer.Milestone.values
            if self.cleaned_data.get(f"{key}_minutes")
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.targets:
            raise forms.ValidationError(_("Promise at least one thing."))
        return cleaned


class NewPolicyForm(PolicyForm):
    """A further policy: for whom, and what it promises."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.all(), required=False,
        empty_label=gettext_lazy("Every team"),
    )  # fmt: skip
    band = forms.ChoiceField(label=gettext_lazy("Band"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        band = self.fields["band"]
        assert isinstance(band, forms.ChoiceField)
        band.choices = [("", _("Every band")), *((key, b.name) for key, b in bands().items())]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if SlaPolicy.objects.filter(name=name).exists():
            raise forms.ValidationError(_("Another policy has this name."))
        return name
