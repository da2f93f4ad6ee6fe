"""What the URLs of reports may ask for."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from handoff.models import Handoff, SlaTimer
from insights import periods, segments
from insights.deeds import Deed
from insights.endings import ENDINGS
from insights.funnel.steps import REACHED
from insights.numbers import Show
from insights.periods import Period
from insights.segments import Segment
from insights.signals import Signal
from leads import fields
from leads.models import Outcome
from leads.stages import Stage
from scoring.models import ScoringModel


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


# What a choice of sources sends for all of them; a lead without a source has the source "".
ANY = "*"


class ReportCardForm(PeriodForm):
    """A period, a model, a source and a segment; what cannot be chosen is left out."""

    def __init__(
        self, data: QueryDict, *, at: datetime, here: ZoneInfo, models: list[ScoringModel]
    ) -> None:
        super().__init__(data, at=at, here=here)
        chosen = [model for model in models if str(model.pk) == data.get("model")]
        # With one model nothing need be told apart; with several each has a card of its own.
        self.model = next(iter(chosen or models), None) if len(models) > 1 else None
        source = data.get("source")
        self.source = str(source) if source is not None and source != ANY else None
        self.segment = segments.read(data.get("segment", ""))


class FunnelForm(ReportCardForm):
    """The same for cohorts, which are followed by month or by source; nothing is this month and the five before."""

    def __init__(self, data: QueryDict, **more: Any) -> None:
        super().__init__(data, **more)
        self.by = "source" if data.get("by") == "source" else "month"
        first = self.today.replace(day=1)
        for _month in range(5):
            first = (first - timedelta(days=1)).replace(day=1)
        self.usual = Period(first, self.today, self.here)

    @property
    def period(self) -> Period:
        asked = super().period
        chosen = self.is_valid() and (self.cleaned_data["days"] or self.cleaned_data["first"])
        return asked if chosen else self.usual

    @property
    def chosen_days(self) -> int | None:
        return super().chosen_days if self.is_valid() and self.cleaned_data["days"] else None


OPEN, DECIDED, ENDED = "open", "decided", "ended"
STEPS = [(step, step) for step in REACHED]
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
    campaign = forms.CharField(required=False, max_length=200, strip=False)
    reason = forms.CharField(required=False, max_length=60)
    criterion = forms.CharField(required=False, max_length=200)
    none_alone = forms.BooleanField(required=False)
    # A criterion that gave points, pivotal or not.
    gave = forms.CharField(required=False, max_length=200)
    signal = forms.ChoiceField(required=False, choices=Signal)
    ending = forms.ChoiceField(
        required=False, choices=[(ending, ending) for ending in (*ENDINGS, ENDED)]
    )
    # How far they came, and whether they were old (or too young) at `since` to be asked for a step.
    reached = forms.ChoiceField(required=False, choices=STEPS)
    old = forms.ChoiceField(required=False, choices=STEPS)
    young = forms.ChoiceField(required=False, choices=STEPS)
    since = forms.CharField(required=False, max_length=40)
    model = forms.IntegerField(required=False, min_value=0, max_value=MOST)
    segment = forms.CharField(required=False, max_length=200, strip=False)
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
        given["since"] = self._since(given)
        given["segment"] = self._segment(given.get("segment", ""))
        given["besides"] = self.query.getlist("besides")
        # A lead may have come without a source or a band, which is not the same as asking for any.
        given["band"] = given.get("band", "") if "band" in self.query else None
        for name in ("source", "campaign"):
            given[name] = given.get(name, "") if name in self.query else None
        return given

    def _segment(self, text: str) -> Segment | None:
        found = segments.read(text) if text else None
        if text and found is None:
            self.add_error("segment", _("There is no such segment."))
        return found

    def _since(self, given: dict[str, Any]) -> datetime | None:
        """A moment as it was written into the address, to the microsecond."""
        if not (given.get("old") or given.get("young")):
            return None
        try:
            found = datetime.fromisoformat(given.get("since", ""))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.add_error("since", _("There is no such moment."))
            return None
        return found
