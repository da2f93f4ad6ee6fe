"""Policies as people write them: for whom, what is promised, and since when it shall count."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from handoff import examples
from handoff.business_time import CalendarError
from handoff.models import SlaPolicy, SlaPolicyVersion, Tier
from handoff.promise_versions import Targets
from handoff.promises import Promise, newest_calendars, promise
from leads.bands import HANDED, bands

UNITS = [
    ("minutes", gettext_lazy("minutes")),
    ("hours", gettext_lazy("hours")),
    ("days", gettext_lazy("days")),
]
CLOCKS = [
    ("business", gettext_lazy("working time")),
    ("calendar", gettext_lazy("calendar time")),
]
IN_MINUTES = {"minutes": 1, "hours": 60, "days": 1440}
MOST_MINUTES = 525_600
MILESTONES: dict[str, tuple[Any, Any]] = {
    "claim": (gettext_lazy("Claimed"), gettext_lazy("Somebody takes the lead.")),
    "first_touch": (
        gettext_lazy("First touch"),
        gettext_lazy("A call, an e-mail or a meeting is written down."),
    ),
    "follow_up": (
        gettext_lazy("Next touch"),
        gettext_lazy("At most so long after the touch before, until the lead is decided."),
    ),
    "disposition": (
        gettext_lazy("Decided"),
        gettext_lazy("Accepted, recycled or disqualified; counted from the handoff."),
    ),
}
# What must come later than what.
ORDER = ("claim", "first_touch", "disposition")


class PolicyForm(forms.Form):
    """A policy and its targets; an empty number promises nothing. `said` is what stands in fields that are drawn
    anew and not judged yet."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.all(), required=False,
        empty_label=gettext_lazy("Every team"),
    )  # fmt: skip
    band = forms.ChoiceField(label=gettext_lazy("Band"), required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), required=False)
    warn_percent = forms.IntegerField(
        label=gettext_lazy("Warn when so much of the time is gone, in percent"),
        min_value=1, max_value=99, initial=75,
    )  # fmt: skip
    pause_days = forms.IntegerField(
        label=gettext_lazy("Clocks may rest for so many days in all"),
        min_value=0, max_value=90, initial=5,
        help_text=gettext_lazy("While a lead waits for the prospect. 0: never."),
    )  # fmt: skip
    apply = forms.BooleanField(
        label=gettext_lazy("Apply to clocks that run already"), required=False,
        help_text=gettext_lazy("You see first what would happen to them."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, at: datetime, policy: SlaPolicy | None = None,
        version: SlaPolicyVersion | None = None, said: Mapping[str, Any] | None = None, **more: Any,
    ) -> None:  # fmt: skip
        self.policy, self.version, self.at = policy, version, at
        more["initial"] = _initial(policy, version) if said is None else dict(said)
        super().__init__(*args, **more)
        self._offer()
        for key, (label, _help) in MILESTONES.items():
            said = {"promise": label}
            self.fields[f"{key}_amount"] = forms.IntegerField(
                label=_("%(promise)s within") % said, required=False, min_value=1,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": "—"}),
            )  # fmt: skip
            self.fields[f"{key}_unit"] = forms.ChoiceField(
                label=_("Unit of %(promise)s") % said, choices=UNITS, required=False
            )
            self.fields[f"{key}_clock"] = forms.ChoiceField(
                label=_("%(promise)s counts") % said, choices=CLOCKS, required=False
            )

    def _offer(self) -> None:
        handed = [(key, band.name) for key, band in bands().items() if band.effect in HANDED]
        offers: dict[str, list[tuple[str, Any]]] = {
            "band": [("", _("Every band")), *handed],
            "tier": [("", _("Every tier")), *Tier.objects.values_list("key", "name")],
        }
        for name, choices in offers.items():
            own, field = self.initial.get(name), self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices if not own or own in dict(choices) else [*choices, (own, own)]

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        """The targets as a page lays them out, each with what it comes to in words."""
        words = self.words()
        for key, (label, note) in MILESTONES.items():
            each = {part: self[f"{key}_{part}"] for part in ("amount", "unit", "clock")}
            yield {"key": key, "label": label, "note": note, "words": words.get(key, []), **each}

    @property
    def targets(self) -> Targets:
        return {
            key: _target(amount, self._said(f"{key}_unit"), self._said(f"{key}_clock"))
            for key in MILESTONES
            if (amount := self.cleaned_data.get(f"{key}_amount"))
        }

    def _said(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    def words(self) -> dict[str, list[str]]:
        """Of each target that can be read, when leads would be due."""
        targets = self.targets if hasattr(self, "cleaned_data") else self._stored()
        said = {}
        for promised in self._promised(targets).values():
            for one in promised:
                try:
                    found = examples.of(one, at=self.at)
                except CalendarError:
                    continue
                if one.milestone not in said:
                    said[one.milestone] = [example.text for example in found]
        return said

    def _stored(self) -> Targets:
        return self.version.targets if self.version else {}

    def _promised(self, targets: Targets) -> dict[int | None, list[Promise]]:
        """The promises in the hours of each team that the policy may be for."""
        draft = SlaPolicyVersion(targets=targets, warn_percent=75)
        calendars = newest_calendars()
        team = self.cleaned_data.get("team") if hasattr(self, "cleaned_data") else None
        if team is None and not self.is_bound and self.policy:
            team = self.policy.team
        teams: list[int | None] = [team.pk] if team else [key for key in calendars if key] or [None]
        return {
            key: [
                promise(name, target, draft, calendars.get(key) or calendars.get(None))
                for name, target in targets.items()
            ]
            for key in teams
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        others = SlaPolicy.objects.all()
        if self.policy:
            others = others.exclude(pk=self.policy.pk)
        if others.filter(name=name).exists():
            raise forms.ValidationError(_("Another policy has this name."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for key in MILESTONES:
            amount = cleaned.get(f"{key}_amount")
            if (
                amount
                and amount * IN_MINUTES[self._said(f"{key}_unit") or "minutes"] > MOST_MINUTES
            ):
                self.add_error(f"{key}_amount", _("A promise of more than a year keeps nobody."))
        if not self.errors and not self.targets:
            raise forms.ValidationError(_("Promise at least one thing."))
        if not self.errors:
            self._refuse_what_cannot_be_met()
        return cleaned

    def _refuse_what_cannot_be_met(self) -> None:
        names = dict(Team.objects.values_list("pk", "name"))
        for team_id, promised in self._promised(self.targets).items():
            by_key = {one.milestone: one for one in promised}
            in_order = [by_key[key] for key in ORDER if key in by_key]
            for one in promised:
                self._refuse_unreachable(one, names.get(team_id or 0, ""))
            if self.errors:
                return
            for first, second in pairwise(in_order):
                if not examples.never_before(first, second, at=self.at):
                    said = {"first": MILESTONES[first.milestone][0]}
                    text = _("This is due before “%(first)s” is, so it cannot be kept.") % said
                    self.add_error(f"{second.milestone}_amount", text)
            if self.errors:
                return

    def _refuse_unreachable(self, one: Promise, team: str) -> None:
        try:
            examples.of(one, at=self.at)
        except CalendarError as error:
            text = f"{team}: {error}" if team else str(error)
            self.add_error(f"{one.milestone}_amount", text)


def _target(amount: int, unit: str, clock: str) -> dict[str, Any]:
    """Days of working time are whole days at the same time on the wall, and not so many hours."""
    clock = clock or "business"
    if unit == "days" and clock == "business":
        return {"days": amount, "clock": clock}
    return {"minutes": amount * IN_MINUTES[unit or "minutes"], "clock": clock}


def _initial(policy: SlaPolicy | None, version: SlaPolicyVersion | None) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    if policy is not None:
        initial |= {
            "name": policy.name, "team": policy.team_id, "band": policy.band, "tier": policy.tier,
        }  # fmt: skip
    if version is not None:
        initial |= {"warn_percent": version.warn_percent, "pause_days": version.pause_days}
        for key, target in version.targets.items():
            amount, unit = _written(target)
            initial |= {
                f"{key}_amount": amount,
                f"{key}_unit": unit,
                f"{key}_clock": target["clock"],
            }
    return initial


def _written(target: dict[str, Any]) -> tuple[int, str]:
    if "days" in target:
        return target["days"], "days"
    minutes = int(target["minutes"])
    if target.get("clock") == "calendar" and minutes % 1440 == 0:
        return minutes // 1440, "days"
    return (minutes // 60, "hours") if minutes % 60 == 0 else (minutes, "minutes")


def in_words(target: dict[str, Any]) -> str:
    """“3 days, working time”."""
    amount, unit = _written(target)
    clock = dict(CLOCKS)[target.get("clock", "business")]
    return f"{amount} {dict(UNITS)[unit] if amount != 1 else _ONE[unit]}, {clock}"


_ONE = {
    "minutes": gettext_lazy("minute"),
    "hours": gettext_lazy("hour"),
    "days": gettext_lazy("day"),
}
