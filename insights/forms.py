"""What the URLs of reports may ask for."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from handoff.models import Handoff, SlaTimer
from insights import periods
from insights.deeds import Deed
from insights.numbers import Show
from insights.periods import Period
from leads import fields
from leads.models import Outcome
from leads.stages import Stage


class PeriodForm(forms.Form):
    """A number of days, or an own range; nothing is the last 30 days. `period` is usable in any case."""

    days = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(n, n) for n in periods.LENGTHS],
        error_messages={"invalid_choice": gettext_lazy("Choose 7, 30, 90 or 120 days.")},
    )  # fmt: skip
    first = forms.DateField(required=False, label=gettext_lazy("From"))
    last = forms.DateField(required=False, label=gettext_lazy("To"))

    def __init__(self, data: Any, *, at: datetime, here: ZoneInfo) -> None:
        super().__init__(data)
        self.today, self.here = periods.today(at, here), here
        self.usual = periods.latest(periods.USUAL_LENGTH, at=at, here=here)
        self.at = at

    def add_prefix(self, field_name: str) -> str:
        """In URLs the range reads from and to, which are no names of Python."""
        return {"first": "from", "last": "to"}.get(field_name, field_name)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if self.errors or not (first or last):
            return given
        if not (first and last):
            missing = "last" if first else "first"
            self.add_error(missing, _("Give both days of the range."))
        elif first > last:
            self.add_error("last", _("Choose a day that is not before the first."))
        elif last > self.today:
            today = date_format(self.today, "j M Y")
            self.add_error("last", _("Choose a day up to today, %(day)s.") % {"day": today})
        elif first < periods.EARLIEST:
            self.add_error("first", _("Choose a day of this century."))
        elif (last - first).days >= periods.MOST_DAYS:
            text = _("Choose a range of at most %(days)s days.")
            self.add_error("first", text % {"days": periods.MOST_DAYS})
        return given

    @property
    def period(self) -> Period:
        if not self.is_valid():
            return self.usual
        given = self.cleaned_data
        if given.get("first") and given.get("last"):
            return Period(given["first"], given["last"], self.here)
        return periods.latest(given["days"] or periods.USUAL_LENGTH, at=self.at, here=self.here)

    @property
    def chosen_days(self) -> int | None:
        """Which of the usual lengths is shown; None for an own range."""
        if not self.is_valid():
            return None
        if self.cleaned_data.get("first"):
            return None
        return self.cleaned_data["days"] or periods.USUAL_LENGTH


class SlaForm(PeriodForm):
    """A period, a team and a promise; what cannot be chosen is left out."""

    def __init__(self, data: QueryDict, *, at: datetime, here: ZoneInfo, teams: list[Team]) -> None:
        super().__init__(data, at=at, here=here)
        wanted, promise = data.get("team", ""), data.get("promise", "")
        self.team = next((team.pk for team in teams if str(team.pk) == wanted), None)
        known = SlaTimer.Milestone.values
        self.milestone = promise if promise in known else SlaTimer.Milestone.FIRST_TOUCH.value


OPEN, DECIDED = "open", "decided"
# The largest id that a column holds.
MOST = 2**63 - 1


class AskForm(forms.Form):
    """What a list shows, as `numbers.behind` writes it into an address."""

    show = forms.ChoiceField(required=False, choices=[(show, show) for show in Show])
    stage = forms.ChoiceField(required=False, choices=Stage)
    result = forms.ChoiceField(required=False, choices=Outcome.Result)
    state = forms.ChoiceField(
        required=False, choices=[*Handoff.State.choices, (OPEN, OPEN), (DECIDED, DECIDED)]
    )
    source = forms.CharField(required=False, max_length=80, strip=False)
    reason = forms.CharField(required=False, max_length=60)
    criterion = forms.CharField(required=False, max_length=200)
    none_alone = forms.BooleanField(required=False)
    # Fields of the lead that were known at the handover.
    known = forms.CharField(required=False, max_length=2000)
    milestone = forms.ChoiceField(required=False, choices=SlaTimer.Milestone)
    kept = forms.ChoiceField(required=False, choices=[("yes", "yes"), ("no", "no")])
    done = forms.BooleanField(required=False)
    charged = forms.BooleanField(required=False)
    anybody = forms.BooleanField(required=False)
    deed = forms.ChoiceField(required=False, choices=Deed)
    band = forms.CharField(required=False, max_length=40)
    policy = forms.IntegerField(required=False, min_value=0, max_value=MOST)
    # Monday is 1.
    weekday = forms.IntegerField(required=False, min_value=1, max_value=7)
    hour = forms.IntegerField(required=False, min_value=0, max_value=23)
    # 0 is nobody's.
    team = forms.IntegerField(required=False, min_value=0, max_value=MOST)
    person = forms.IntegerField(required=False, min_value=0, max_value=MOST)
    after = forms.IntegerField(required=False, min_value=0, max_value=MOST)
    before = forms.IntegerField(required=False, min_value=0, max_value=MOST)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.query = data

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["show"] = given.get("show") or Show.HANDED
        given["known"] = [key for key in given.get("known", "").split(",") if key]
        if not set(given["known"]) <= set(fields.catalogue() if given["known"] else ()):
            self.add_error("known", _("There is no such field."))
        given["besides"] = self.query.getlist("besides")
        # A lead may have come without a source or a band, which is not the same as asking for any.
        given["band"] = given.get("band", "") if "band" in self.query else None
        given["source"] = given.get("source", "") if "source" in self.query else None
        return given
