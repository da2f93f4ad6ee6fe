"""What people are asked who set rules, teams and absences."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from handoff.models import RoutingRule, TeamRouting
from handoff.routing import fields
from handoff.routing.rules import MOST_CONDITIONS, WORKS
from handoff.routing.words import own_choices
from leads.vocabulary.condition_part import REDRAWS, ConditionPart, of_conditions
from leads.vocabulary.offered import Vocabulary
from leads.vocabulary.typed import Typed, Values, flat, number, rows

Goes = RoutingRule.Goes
STEM = "when"


def vocabulary() -> Vocabulary:
    return Vocabulary.read(fields.OWN_LABELS, own_choices())


class RuleForm(Typed):
    """A rule in one sentence: for leads where …, to …. `places` is how many there are to choose from."""

    def __init__(self, values: Values, words: Vocabulary, *, places: int) -> None:
        super().__init__(values, words)
        self.put("name", forms.CharField(label=_("Name"), max_length=120))
        count = min(rows(values, STEM), MOST_CONDITIONS)
        self.when = [ConditionPart(self, f"{STEM}{n}-") for n in range(1, count + 1)]
        choose = forms.Select(attrs=REDRAWS)
        self.put(
            "goes",
            forms.ChoiceField(label=_("Goes to"), choices=Goes.choices, widget=choose),
            Goes.TEAM,
        )
        if self.said("goes") == Goes.TEAM:
            self._put_team()
        if self.said("goes") == Goes.REP:
            people = User.objects.filter(is_active=True, role__in=WORKS, teams__isnull=False)
            some = people.order_by("name").distinct().values_list("pk", "name")
            self.put("rep", forms.ChoiceField(label=_("Person"), choices=[("", "—"), *some]))
        note = _("1 is asked first.")
        self.put("place", number(_("Place in the order"), note, min=1, max=places), str(places))

    def _put_team(self) -> None:
        teams = Team.objects.values_list("pk", "name")
        self.put("team", forms.ChoiceField(label=_("Team"), choices=[("", "—"), *teams]))
        seniors = forms.BooleanField(label=_("Only to its seniors"), required=False)
        self.put("seniors_only", seniors)

    @property
    def has_room(self) -> bool:
        return len(self.when) < MOST_CONDITIONS

    @property
    def place(self) -> int:
        said = self.said("place")
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 5 else 10_000

    def shape(self) -> dict[str, Any]:
        """The rule as rules.read() takes it, not yet understood."""
        said = {name: self.said(name) for name in ("name", "goes", "team", "rep", "seniors_only")}
        return {**said, "conditions": [part.shape() for part in self.when]}


def of_rule(rule: RoutingRule, words: Vocabulary) -> Values:
    """The form's values for a rule that exists; a condition that cannot be meant any more is left out."""
    seniors = "on" if rule.seniors_only else ""
    values = flat(
        {
            "name": rule.name, "goes": rule.goes, "team": rule.team_id, "rep": rule.rep_id,
            "seniors_only": seniors, "place": rule.order,
        }
    )  # fmt: skip
    return values | of_conditions(rule.conditions, words, STEM)


class TeamForm(forms.Form):
    strategy = forms.ChoiceField(
        label=_("Leads go to"), choices=TeamRouting.Strategy.choices, widget=forms.RadioSelect
    )
    offer_minutes = forms.IntegerField(
        label=_("An offer stands for so many working minutes"), min_value=1, max_value=10_080,
        help_text=_("Then anybody of the team can take the lead."),
    )  # fmt: skip
    is_fallback = forms.BooleanField(
        label=_("This is the fallback queue"), required=False,
        help_text=_("Leads lie here for which no rule holds, or which nobody can take."),
    )  # fmt: skip


class RepForm(forms.Form):
    """What one person can take; an empty limit is none."""

    weight = forms.IntegerField(label=_("Weight"), min_value=0, max_value=100)
    per_day = forms.IntegerField(
        label=_("Most a day"), min_value=0, max_value=10_000, required=False
    )
    open_limit = forms.IntegerField(
        label=_("Most open"), min_value=0, max_value=10_000, required=False
    )
    is_senior = forms.BooleanField(label=_("Senior"), required=False)


class AbsenceForm(forms.Form):
    first_day = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))


class AbsenceOfForm(AbsenceForm):
    user = forms.ChoiceField(label=_("Who"))
    field_order = ["user", "first_day", "last_day"]

    def __init__(self, *args: Any, people: list[User], **more: Any) -> None:
        super().__init__(*args, **more)
        who = self.fields["user"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = [(str(one.pk), one.name) for one in people]


class TierForm(forms.Form):
    name = forms.CharField(label=_("Tier"), max_length=60, required=False)
    least = forms.IntegerField(
        label=_("Employees from"), min_value=0, max_value=100_000_000, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("name")) != (cleaned.get("least") is not None) and not self.errors:
            self.add_error(
                "least" if cleaned.get("name") else "name",
                _("A tier needs a name and a number."),
            )
        return cleaned
