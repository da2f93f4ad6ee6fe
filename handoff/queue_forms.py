"""What people are asked for around the queue: until when, to whom, why, and its settings."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff import to_do
from handoff.models import QueueSettings, Skip, TaskRule, Touch
from handoff.snoozing import LONGEST

MORNING = time(9)


def presets(at: datetime) -> dict[str, tuple[Any, datetime]]:
    """The naps of one tap, by key: what they are called and when they end, in the zone of who reads."""
    here = timezone.localtime(at)
    tomorrow = datetime.combine(here.date() + timedelta(days=1), MORNING, here.tzinfo)
    monday = tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)
    return {
        "hour": (_("One hour"), at + timedelta(hours=1)),
        "later": (_("Three hours"), at + timedelta(hours=3)),
        "tomorrow": (_("Tomorrow at nine"), tomorrow),
        "monday": (_("Monday at nine"), monday),
    }


class UntilForm(forms.Form):
    """`moment` is the chosen time after is_valid()."""

    when = forms.ChoiceField(label=_("Until"), widget=forms.RadioSelect)
    until = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write the time as day and hour, such as 2026-11-24 09:30.")},
    )

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.at = at
        self.presets = presets(at)
        choices = [(key, label) for key, (label, _end) in self.presets.items()]
        self.fields["when"].choices = [*choices, ("day", _("At a time of your choice"))]  # type: ignore[attr-defined]

    @property
    def moment(self) -> datetime:
        when = self.cleaned_data["when"]
        until: datetime = self.cleaned_data["until"] if when == "day" else self.presets[when][1]
        return until

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("when") == "day" and "until" not in self.errors:
            self._check(cleaned.get("until"))
        return cleaned

    def _check(self, until: datetime | None) -> None:
        if until is None:
            self.add_error("until", _("When shall it come back?"))
        elif until <= self.at:
            self.add_error("until", _("That is over already."))
        elif until > self.at + LONGEST:
            self.add_error("until", _("That is more than three months away."))


class SkipForm(forms.Form):
    reason = forms.ChoiceField(choices=Skip.Reason.choices)


class ViewForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    query = forms.CharField(required=False, max_length=400)


class ReassignForm(forms.Form):
    to = forms.ModelChoiceField(label=_("To"), queryset=User.objects.none())
    reason = forms.CharField(label=_("Why"), required=False, max_length=300)

    def __init__(self, *args: Any, people: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """A task by hand."""

    text = forms.CharField(label=_("What is to be done?"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Done by"), choices=[("", _("A tap")), *Touch.Kind.choices], required=False
    )
    due_at = forms.DateTimeField(
        label=_("Due"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write the time as day and hour, such as 2026-11-24 09:30.")},
    )

    def __init__(self, *args: Any, at: datetime, **more: Any) -> None:
        tomorrow = presets(at)["tomorrow"][1]
        super().__init__(*args, **{**more, "initial": {"due_at": timezone.localtime(tomorrow)}})
        self.at = at

    def clean_due_at(self) -> datetime:
        due_at: datetime = self.cleaned_data["due_at"]
        if flaw := to_do.flaw_of(due_at, at=self.at):
            raise forms.ValidationError(flaw)
        return due_at


REACHING = [choice for choice in Touch.Kind.choices if choice[0] != Touch.Kind.NOTE]


class SettingsForm(forms.ModelForm):
    first_touches = forms.MultipleChoiceField(
        label=_("A first touch is"), choices=REACHING, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = QueueSettings
        fields = [
            "lease_minutes",
            "usual_sql_percent",
            "first_touches",
            "counts_unreached",
            "goal_percent",
        ]
        labels = {
            "lease_minutes": _("Minutes that a claimed lead is kept without a touch"),
            "usual_sql_percent": _("Share that becomes SQL, in per cent, of a band with too few outcomes"),
            "counts_unreached": _("A call that reached nobody counts as well"),
            "goal_percent": _("Goal: promises kept, in per cent"),
        }  # fmt: skip
        help_texts = {
            "lease_minutes": _("Then it goes back to the queue. 0: a claim lasts."),
            "usual_sql_percent": _("Counted over 90 days where a band has at least 30 outcomes."),
            "goal_percent": _("The page of promises marks what lies below it."),
        }

    def clean_usual_sql_percent(self) -> int:
        return self._share("usual_sql_percent")

    def clean_goal_percent(self) -> int:
        return self._share("goal_percent")

    def _share(self, name: str) -> int:
        share: int = self.cleaned_data[name]
        if not 1 <= share <= 100:
            raise forms.ValidationError(_("Between 1 and 100."))
        return share


class RuleForm(forms.ModelForm):
    class Meta:
        model = TaskRule
        fields = ["text", "hours", "clock", "kind", "team", "band", "source"]
        labels = {
            "hours": _("Due after hours"), "clock": _("Counted in"), "kind": _("Done by"),
            "team": _("Team"), "band": _("Band"), "source": _("Source"),
        }  # fmt: skip

    def __init__(self, *args: Any, bands: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["band"] = forms.ChoiceField(
            label=_("Band"), choices=[("", _("Any band")), *bands], required=False
        )
        self.fields["kind"].choices = [("", _("A tap")), *REACHING]  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("Any team")  # type: ignore[attr-defined]
        self.fields["source"].help_text = _("As it stands on leads; empty for any.")

    def clean_hours(self) -> int:
        hours: int = self.cleaned_data["hours"]
        if not 1 <= hours <= 24 * 92:
            raise forms.ValidationError(_("Between 1 hour and 92 days."))
        return hours
