"""Working hours as people write them, and public holidays to begin with."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

import holidays
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from holidays.registry import COUNTRIES

from accounts import time_zones
from handoff import examples, hours_text, week_json
from handoff.business_time import WorkWeek
from handoff.promises import Promise
from handoff.week_json import CalendarError

WEEKDAYS = {
    "0": gettext_lazy("Monday"),
    "1": gettext_lazy("Tuesday"),
    "2": gettext_lazy("Wednesday"),
    "3": gettext_lazy("Thursday"),
    "4": gettext_lazy("Friday"),
    "5": gettext_lazy("Saturday"),
    "6": gettext_lazy("Sunday"),
}
# So many years of holidays are filled in, this one included.
YEARS = 3
AN_HOUR = 3600
WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])")
# The picture of a week: the height of a day, and the room for its name.
ROW, NAMES = 90, 200


class HoursForm(forms.Form):
    """The week of a team or a rep. After is_valid(), `week` is a WorkWeek that can be reckoned with."""

    zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("One day a line, such as 2026-12-25 Christmas Day. Closed then."),
    )
    overrides = forms.CharField(
        label=gettext_lazy("Days with other hours"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: the day, then its hours, such as 2026-12-24 09:00-12:00, or closed. "
            "They also open a holiday."
        ),
    )
    apply = forms.BooleanField(
        label=gettext_lazy("Apply to clocks that run already"), required=False,
        help_text=gettext_lazy("You see first what would happen to them."),
    )  # fmt: skip

    def __init__(self, *args: Any, week: dict[str, Any] | None, at: datetime, **more: Any) -> None:
        more["initial"] = _initial(week) if week else {"zone": "UTC", **_OFFICE}
        self.at = at
        super().__init__(*args, **more)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        stored = more["initial"]["zone"]
        known = time_zones.choices()
        zone.choices = known if stored in dict(known) else [(stored, stored), *known]
        for key, label in WEEKDAYS.items():
            self.fields[f"day_{key}"] = forms.CharField(
                label=label, required=False, max_length=400,
                widget=forms.TextInput(attrs={"placeholder": _("closed"), "autocomplete": "off"}),
            )  # fmt: skip
        names = ["zone", *(f"day_{key}" for key in WEEKDAYS), "holidays", "overrides", "apply"]
        self.order_fields(names)

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{key}"] for key in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        data: dict[str, Any] = {"zone": cleaned.get("zone"), "weekly": {}}
        for key in WEEKDAYS:
            day = hours_text.windows(cleaned.get(f"day_{key}", ""))
            if day and self._readable(f"day_{key}", week_json.read_weekly, {"0": day}):
                data["weekly"][key] = day
        named = [line.split(maxsplit=1) for line in cleaned.get("holidays", "").splitlines()]
        data["holidays"] = [parts[0] for parts in named if parts]
        data["names"] = {parts[0]: parts[1] for parts in named if len(parts) > 1}
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
            self.week = WorkWeek.from_json(data, at=self.at)
        except CalendarError as error:
            self.add_error(None, str(error))

    def words(self) -> list[str]:
        """When leads with an hour would be due in these hours; nothing where they cannot be read."""
        week = getattr(self, "week", None)
        if week is None:
            return []
        hour = Promise("claim", AN_HOUR, 75, 0, None, week)
        return [example.text for example in examples.of(hour, at=self.at)]

    def bars(self) -> list[dict[str, Any]]:
        """The week as a picture: a row a day, a unit a minute, with the open stretches of each."""
        week = getattr(self, "week", None)
        weekly = week.weekly if week else {}
        return [
            {
                "name": name,
                "y": ROW * int(key),
                "spans": [(NAMES + start, length) for start, length in _spans(weekly, int(key))],
            }
            for key, name in WEEKDAYS.items()
        ]


def _spans(weekly: Any, day: int) -> Any:
    """What is open on the day, in minutes: also the end of a shift that began the day before."""
    for _opening, closing in weekly.get((day - 1) % 7, ()):
        if closing > week_json.DAY:
            yield 0, (closing - week_json.DAY) // 60
    for opening, closing in weekly.get(day, ()):
        yield opening // 60, (min(closing, week_json.DAY) - opening) // 60


class HolidaysForm(forms.Form):
    """Which country's public holidays to begin with: they are written into the list, and stay as they are."""

    country = forms.ChoiceField(label=gettext_lazy("Public holidays of"), required=False)
    region = forms.CharField(
        label=gettext_lazy("Region"), required=False, max_length=40,
        help_text=gettext_lazy("Its code, such as BY for Bavaria; empty for the whole country."),
    )  # fmt: skip

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.year = at.year
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = [("", "—"), *_country_names()]

    def clean_region(self) -> str:
        region: str = self.cleaned_data["region"].strip()
        known = _countries().get(self.cleaned_data.get("country", ""), [])
        found = next((code for code in known if code.lower() == region.lower()), "")
        if region and not found:
            offered = ", ".join(known) or _("none")
            raise forms.ValidationError(
                _("There is no region %(region)s. There are: %(offered)s.")
                % {"region": region, "offered": offered}
            )
        return found

    def lines(self) -> list[str]:
        """The holidays of this year and the next ones, a line each."""
        country, region = self.cleaned_data["country"], self.cleaned_data["region"]
        if not country:
            return []
        years = range(self.year, self.year + YEARS)
        found = holidays.country_holidays(
            country, subdiv=region or None, years=years, language=_language(country)
        )
        return [f"{day.isoformat()} {name}" for day, name in sorted(found.items())]


@cache
def _country_names() -> list[tuple[str, str]]:
    """The countries whose holidays are known, by their names in the library's own register."""
    known = _countries()
    named = [(classes[1], classes[0]) for classes in COUNTRIES.values() if classes[1] in known]
    apart = ((code, WORD_BEGINS.sub(" ", name)) for code, name in named)
    return sorted(apart, key=lambda one: one[1])


def _countries() -> dict[str, list[str]]:
    found: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=False)
    return found


def _language(country: str) -> str | None:
    """English where the names are known in it."""
    known = holidays.list_localized_countries().get(country, [])
    return "en_US" if "en_US" in known else None


def together(text: str, lines: list[str]) -> str:
    """The list as it stands with further days; a day that stands there already stays as somebody wrote it."""
    kept = {line.split()[0]: line.strip() for line in text.splitlines() if line.strip()}
    more = {line.split()[0]: line for line in lines}
    return "\n".join(line for _day, line in sorted({**more, **kept}.items()))


_OFFICE = {f"day_{key}": "09:00-17:00" for key in "01234"}


def _overrides(text: str) -> dict[str, list[list[str]]]:
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return {line[0]: hours_text.windows(line[1] if len(line) > 1 else "") for line in lines}


def _initial(week: dict[str, Any]) -> dict[str, Any]:
    days = {f"day_{key}": hours_text.written(week["weekly"].get(key, [])) for key in WEEKDAYS}
    special, names = week.get("overrides", {}).items(), week.get("names", {})
    return {
        "zone": week["zone"],
        **days,
        "holidays": "\n".join(f"{day} {names.get(day, '')}".strip() for day in week["holidays"]),
        "overrides": "\n".join(
            f"{day} {hours_text.written(pairs) or _('closed')}" for day, pairs in special
        ),
    }
