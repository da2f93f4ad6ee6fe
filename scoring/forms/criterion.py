"""A criterion: what it asks, its points, and how they behave."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.condition_part import REDRAWS, ConditionPart, of_condition
from leads.vocabulary.offered import Vocabulary
from leads.vocabulary.typed import Typed, Values, flat, number, rows
from scoring.definition import Criterion, Group
from scoring.forms import behaviour
from scoring.forms.behaviour import BehaviourPart, of_behaviour
from scoring.forms.match import MatchPart, of_match

ATTRIBUTE, EVENT, SEQUENCE = "attribute", "event", "sequence"
PEOPLE, SILENCE = "people", "silence"
ASKS = {
    ATTRIBUTE: _("Something we know about them"),
    EVENT: _("Something they did"),
    SEQUENCE: _("Several things they did, in this order"),
    PEOPLE: _("What several people of one company did"),
    SILENCE: _("That they do nothing"),
}
COMPANY_ASKS = {ATTRIBUTE: _("Something we know about the company"), PEOPLE: ASKS[PEOPLE]}
# What a criterion of a group most often asks.
USUAL = {
    Group.FIT: ATTRIBUTE,
    Group.ENGAGEMENT: EVENT,
    Group.ACCOUNT: PEOPLE,
    Group.NEGATIVE: ATTRIBUTE,
}
MOST_STEPS = 5


class CriterionForm(Typed):
    """A criterion of `group`; which fields are shown depends on what it asks, and of which field. `names` are
    the names of first-match groups that the model has."""

    aliases = {**behaviour.ALIASES, "key": "label", "group": "asks", "deeds": "people"}

    def __init__(
        self, values: Values, vocabulary: Vocabulary, *, group: Group, names: list[str] | None = None
    ) -> None:  # fmt: skip
        super().__init__(values, vocabulary)
        self.group, self.names = group, names or []
        asks = COMPANY_ASKS if group is Group.ACCOUNT else ASKS
        self.put("label", forms.CharField(label=_("Name")))
        self.put("points", number(_("Points"), required=True))
        radios = forms.RadioSelect(attrs=REDRAWS)
        self.put(
            "asks",
            forms.ChoiceField(label=_("What it asks"), choices=list(asks.items()), widget=radios),
            USUAL[group],
        )
        if self.what not in asks:
            self.fields["asks"].initial = USUAL[group]
        self.steps: list[MatchPart] = []
        self.condition = ConditionPart(self) if self.what == ATTRIBUTE else None
        self._put_deeds()
        self._put_first_of()

    @property
    def what(self) -> str:
        return self.said("asks")

    @property
    def stem(self) -> str:
        """What the rows of this question are called: steps that follow one another, or deeds."""
        return "step" if self.what == SEQUENCE else "deed"

    @property
    def fewest(self) -> int:
        return 2 if self.what == SEQUENCE else 1

    @property
    def has_room(self) -> bool:
        return len(self.steps) < MOST_STEPS

    @property
    def may_drop(self) -> bool:
        return len(self.steps) > self.fewest

    def _put_deeds(self) -> None:
        self.event = MatchPart(self) if self.what == EVENT else None
        if self.what in (SEQUENCE, PEOPLE):
            count = min(max(rows(self.values, self.stem), self.fewest), MOST_STEPS)
            self.steps = [MatchPart(self, f"{self.stem}{n}-") for n in range(1, count + 1)]
        if self.what == SEQUENCE:
            span = number(_("All of it within days"), required=True, min=1, max=730)
            again = number(
                _("Again at the earliest after days"), _("Empty: whenever it happens again."), min=1, max=730
            )  # fmt: skip
            self.put("span_days", span)
            self.put("again_days", again)
        if self.what == PEOPLE:
            people = number(_("Different people"), required=True, min=1, max=1000)
            self.put("people", people, "2")
        counts = self.what in (EVENT, SEQUENCE)
        self.behaviour = BehaviourPart(self) if counts else None
        if self.what in (PEOPLE, SILENCE):
            label = _("Days back") if self.what == PEOPLE else _("For how many days")
            self.put("within_days", number(label, required=True, min=1, max=730))

    def _put_first_of(self) -> None:
        widget = forms.TextInput(attrs={"list": "first-of-names", "autocomplete": "off"})
        note = _("Of the criteria with the same words here only the first that holds counts.")
        label = _("One of several that exclude each other")
        self.put(
            "first_of", forms.CharField(label=label, required=False, help_text=note, widget=widget)
        )

    def shape(self) -> dict[str, Any]:
        """The criterion as a definition holds it, not yet understood."""
        shape: dict[str, Any] = {name: self.said(name) for name in ("label", "points", "first_of")}
        shape["group"] = str(self.group)
        if self.condition:
            return {**shape, "condition": self.condition.shape()}
        shape["within_days"] = self.said("within_days")
        if self.event:
            shape["event"] = self.event.shape()
        steps = [step.shape() for step in self.steps]
        if self.what == SEQUENCE:
            days = {name: self.said(name) for name in ("span_days", "again_days")}
            shape["sequence"] = {"steps": steps, **days}
        if self.what == PEOPLE:
            shape["people"] = {"people": self.said("people"), "deeds": steps}
        return {**shape, **(self.behaviour.shape() if self.behaviour else {})}


def of_criterion(c: Criterion, vocabulary: Vocabulary) -> Values:
    """The form's values for a criterion that exists."""
    values = flat({"label": c.label, "points": c.points, "first_of": c.first_of, "asks": asked(c)})
    if c.condition:
        return {**values, **of_condition(c.condition, vocabulary)}
    if c.event:
        values |= of_match(c.event)
    if c.sequence:
        values |= flat({"span_days": c.sequence.span_days, "again_days": c.sequence.again_days})
        for n, step in enumerate(c.sequence.steps, start=1):
            values |= of_match(step, f"step{n}-")
    if c.people:
        values |= flat({"people": c.people.people, "within_days": c.within_days})
        for n, deed in enumerate(c.people.deeds, start=1):
            values |= of_match(deed, f"deed{n}-")
    return {**values, **(of_behaviour(c) if c.counts else flat({"within_days": c.within_days}))}


def asked(c: Criterion) -> str:
    """Which of the questions a criterion asks."""
    if c.condition:
        return ATTRIBUTE
    if c.event:
        return EVENT
    return SEQUENCE if c.sequence else PEOPLE if c.people else SILENCE
