"""The sheets of a no: why, what the reason asks for beside it, and what the rep says of the facts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from leads.models import EventKind
from qualification import reasons, recycling, signals
from qualification.forms import Words, note_field
from qualification.models import DispositionReason, FactVerdict
from qualification.saying_no.facts import Fact
from qualification.saying_no.judging import value_name
from qualification.saying_no.told import Tick, Told

# The keys of each verdict, by the place of the fact: one column of the keyboard a fact.
KEYS = {"wrong": "qwe", "outdated": "asd", "right": "rty", "no_count": "fgh"}
MORE_THAN_ANY_FIELD = 2_000


def _day(label: Any, today: date) -> forms.DateField:
    picker = forms.DateInput(
        attrs={"type": "date", "min": today + timedelta(days=1)}, format="%Y-%m-%d"
    )
    return forms.DateField(label=label, required=False, widget=picker)


class FactLine:
    """One fact on a sheet, with what was ticked and typed."""

    def __init__(self, form: "NoForm", fact: Fact, place: int) -> None:
        self.fact = fact
        self.verdict, self.value = (
            form[f"verdict_{fact.criterion}"],
            form[value_name(fact.criterion)],
        )
        self.choices = [
            (key, label, KEYS[key][place], f"{self.verdict.auto_id}-{key}")
            for key, label in FactVerdict.Verdict.choices
        ]

    @property
    def chosen(self) -> str:
        return str(self.verdict.value() or "")


class NoForm(forms.Form):
    """What both sheets have. Its reasons can be chosen by the keys 1 to 8."""

    reason = forms.ModelChoiceField(
        queryset=DispositionReason.objects.filter(is_active=True), required=False
    )
    competitor = Line(label=_("Which one?"), required=False, max_length=120)
    facts = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, data: Any, *, prefix: str, facts: Sequence[Fact], **more: Any) -> None:
        super().__init__(data, auto_id=f"{prefix}-%s", **more)
        self.known_facts = facts
        for fact in facts:
            self.fields[f"verdict_{fact.criterion}"] = forms.ChoiceField(
                required=False, choices=FactVerdict.Verdict
            )
            self.fields[value_name(fact.criterion)] = Line(
                label=_("It really is"), required=False, max_length=MORE_THAN_ANY_FIELD
            )
        self.fields["note"] = note_field()
        self.lines = [FactLine(self, fact, place) for place, fact in enumerate(facts)]

    @property
    def reasons(self) -> list[DispositionReason]:
        return reasons.in_use()

    @property
    def told(self) -> Told:
        given = self.cleaned_data
        ticks = [
            Tick(fact, verdict, given.get(value_name(fact.criterion)) or "")
            for fact in self.known_facts
            if (verdict := given.get(f"verdict_{fact.criterion}"))
        ]
        return Told(given.get("day"), given.get("competitor") or "", ticks)


class DisqualifyForm(NoForm):
    def __init__(self, data: Any = None, *, today: date, facts: Sequence[Fact] = ()) -> None:
        super().__init__(data, prefix="disqualify", facts=facts)
        self.fields["day"] = _day(_("Until which day?"), today)


class RecycleForm(NoForm):
    when = forms.ChoiceField(label=_("Come back"), choices=[])
    signal = forms.ChoiceField(label=_("Or at once, when this happens"), required=False, choices=[])

    def __init__(self, data: Any = None, *, today: date, facts: Sequence[Fact] = ()) -> None:
        usual = {"when": "quarter", "signal": signals.USUAL}
        super().__init__(data, prefix="recycle", facts=facts, initial=usual)
        self.fields["until"] = _day(_("Day"), today)
        self.presets = {preset.key: preset for preset in recycling.presets(today)}
        days = [(key, preset.label) for key, preset in self.presets.items()]
        self._offer("when", [*days, ("day", _("On a day"))])
        kinds = EventKind.objects.filter(is_engagement=True).values_list("key", "label")
        self._offer("signal", [("", _("Nothing: only on that day")), *kinds])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def reasons(self) -> list[DispositionReason]:
        return reasons.for_recycling()

    @property
    def chosen_day(self) -> date | None:
        """The day that was chosen, by itself or by a preset."""
        preset = self.presets.get(self.cleaned_data["when"])
        day: date | None = self.cleaned_data["until"]
        return preset.until if preset else day


class ReopenForm(forms.Form):
    reason = Words(
        label=_("Why is it open again?"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )  # fmt: skip
