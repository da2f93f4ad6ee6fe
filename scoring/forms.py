"""Forms of scoring. They only read what was typed; what it can mean is decided by parsing.py."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from leads.rules import LIST_VALUE, NO_VALUE, NUMBER, OPERATORS
from scoring import catalogue
from scoring.definition import Criterion, Group
from scoring.definition.reading import DefinitionError
from scoring.starters import STARTERS, Starter

ATTRIBUTE, EVENT, SILENCE = "attribute", "event", "silence"
ASKS = [
    (ATTRIBUTE, _("Something we know about them")),
    (EVENT, _("Something they did")),
    (SILENCE, _("That they do nothing")),
]
DECAYS = [
    ("", _("They keep their full worth")),
    ("half_life", _("They halve every so many days")),
    ("linear", _("They shrink evenly to nothing")),
]
# Which field of the form a place in the definition belongs to.
PLACES = {"condition": "value", "decay": "decay_days", "key": "label", "group": "label"}


def _number(
    label: Any, help_text: Any = "", *, required: bool = True, **attributes: Any
) -> forms.CharField:
    widget = forms.NumberInput(attrs=attributes)
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget)


class CriterionForm(forms.Form):
    """A criterion of `group`; which fields are shown depends on what it asks, and of which field."""

    label = forms.CharField(label=_("Name"))
    points = _number(_("Points"))
    asks = forms.ChoiceField(label=_("What it asks"), choices=ASKS, widget=forms.RadioSelect)
    field = forms.ChoiceField(label=_("Field"))
    op = forms.ChoiceField(label=_("Must be"))
    value = forms.CharField(label=_("Value"))
    low = forms.CharField(label=_("From"), required=False)
    high = forms.CharField(label=_("Up to"), required=False)
    kind = forms.ChoiceField(label=_("Kind of event"))
    name = forms.CharField(
        label=_("Name of the event"), required=False, help_text=_("Empty: any name.")
    )
    path = forms.CharField(
        label=_("Page"),
        required=False,
        help_text=_("The beginning of the path, such as /pricing. Empty: any page."),
    )
    each = forms.ChoiceField(
        label=_("Counts"),
        choices=[("each", _("each time")), ("once", _("once"))],
        widget=forms.RadioSelect,
    )
    at_least = _number(_("From which time on"), _("1: from the first."), min=1)
    cap = _number(_("Points at most"), _("Empty: no limit."), required=False, min=1)
    within_days = _number(_("Days back"), _("Empty: at any time."), required=False, min=1, max=730)
    decay = forms.ChoiceField(label=_("With time the points"), choices=DECAYS)
    decay_days = _number(_("Days"), min=1, max=365)

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        self.types = catalogue.catalogues()[0]
        self.first, _label = (fields := _by_label(catalogue.field_labels()))[0]
        self._choice("field").choices = fields
        self._choice("kind").choices = _by_label(catalogue.kind_labels())
        self._choice("op").choices = list(OPERATORS[self.type].items())
        self._draw_value()
        if self.what == SILENCE:
            silence = self.fields["within_days"]
            silence.label, silence.help_text, silence.required = _("For how many days"), "", True

    def full_clean(self) -> None:
        """Nothing is refused here; `show` puts the parser's reasons beside the fields."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def _choice(self, name: str) -> forms.ChoiceField:
        chosen = self.fields[name]
        assert isinstance(chosen, forms.ChoiceField)
        return chosen

    def said(self, name: str) -> str:
        """What stands in a field now, typed or initial."""
        return str(self[name].value() or "")

    @property
    def fades(self) -> bool:
        return bool(self.said("decay"))

    @property
    def what(self) -> str:
        return self.said("asks") or ATTRIBUTE

    @property
    def type(self) -> str:
        """Type of the chosen field, or of the first in the list."""
        return self.types.get(self.said("field")) or self.types[self.first]

    @property
    def operator(self) -> str:
        """The operator chosen, or the first that the field can be asked."""
        chosen = self.said("op")
        return chosen if chosen in OPERATORS[self.type] else next(iter(OPERATORS[self.type]))

    @property
    def value_fields(self) -> list[forms.BoundField]:
        if self.operator in NO_VALUE:
            return []
        return [self["low"], self["high"]] if self.operator == "between" else [self["value"]]

    def _draw_value(self) -> None:
        if self.operator in LIST_VALUE:
            self.fields["value"].widget = forms.Textarea(attrs={"rows": 4})
            self.fields["value"].help_text = _("One a line, or with commas between.")
        elif self.type == "boolean":
            self.fields["value"].widget = forms.Select(
                choices=[("true", _("yes")), ("false", _("no"))]
            )
        kind = {NUMBER: "number", "date": "date"}.get(self.type, "text")
        for name in ("low", "high"):
            self.fields[name].widget = forms.TextInput(attrs={"type": kind})

    def shape(self) -> dict[str, Any]:
        """The criterion as a definition holds it, not yet understood."""
        said = self.said
        shape: dict[str, Any] = {
            "label": said("label"),
            "group": str(self.group),
            "points": said("points"),
        }
        if self.what == ATTRIBUTE:
            return {
                **shape,
                "condition": {"field": said("field"), "op": self.operator, "value": self._value()},
            }
        shape["within_days"] = said("within_days")
        if self.what == SILENCE:
            return shape
        decay = said("decay")
        return {
            **shape,
            "event": {"kind": said("kind"), "name": said("name"), "path": said("path")},
            "each": said("each") != "once",
            "at_least": said("at_least") or 1,
            "cap": said("cap"),
            "decay": {"kind": decay, "days": said("decay_days")} if decay else None,
        }

    def _value(self) -> Any:
        if self.operator == "between":
            return [self.said("low"), self.said("high")]
        value = self.said("value")
        return value.replace("\n", ",") if self.operator in LIST_VALUE else value

    def show(self, error: DefinitionError, key: str) -> None:
        """Puts the reasons of `error` beside their fields; those of other places stand above."""
        self.is_valid()
        for place, texts in error.problems.items():
            _key, _dot, name = place.partition(".")
            beside = PLACES.get(name, name) if _key == key else None
            shown = {field.name for field in self.value_fields} | set(self.fields) - {
                "value",
                "low",
                "high",
            }
            if beside == "value" and beside not in shown:
                beside = "high" if self.operator == "between" else "op"
            for text in texts:
                self.add_error(beside if beside in shown else None, text)


def _by_label(labels: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(labels.items(), key=lambda item: item[1].lower())


def initial(criterion: Criterion) -> dict[str, Any]:
    """The form's values for a criterion that exists."""
    values: dict[str, Any] = {
        "label": criterion.label, "points": criterion.points, "within_days": criterion.within_days,
        "at_least": criterion.at_least, "each": "each" if criterion.each else "once", "cap": criterion.cap,
        "asks": ATTRIBUTE if criterion.condition else EVENT if criterion.event else SILENCE,
    }  # fmt: skip
    if criterion.condition:
        values |= {"field": criterion.condition.field, "op": criterion.condition.op}
        values |= _initial_value(criterion.condition.op, criterion.condition.value)
    if criterion.event:
        values |= {
            "kind": criterion.event.kind,
            "name": criterion.event.name,
            "path": criterion.event.path,
        }
    if criterion.decay:
        values |= {"decay": criterion.decay.kind, "decay_days": criterion.decay.days}
    return values


def _initial_value(op: str, value: Any) -> dict[str, Any]:
    if op == "between":
        low, high = value
        return {"low": low, "high": high}
    if isinstance(value, bool):
        return {"value": "true" if value else "false"}
    return {"value": "\n".join(value) if op in LIST_VALUE else value}


FRESH: dict[str, Any] = {"each": "each", "at_least": 1, "asks": ATTRIBUTE}


class StartForm(forms.Form):
    """The name of the first model, and what it begins with."""

    name = forms.CharField(label=_("Name of the model"), max_length=120)
    starter = forms.ChoiceField(
        label=_("Begin with"),
        choices=[(s.key, s.label) for s in STARTERS],
        widget=forms.RadioSelect,
    )

    @property
    def starter_chosen(self) -> Starter:
        return next(s for s in STARTERS if s.key == self.cleaned_data["starter"])
