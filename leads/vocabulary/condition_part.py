"""A condition on one field of a lead or its company."""

import csv
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.offered import OF_CHOICES, Choices, Vocabulary
from leads.vocabulary.rules import (
    BOOLEAN,
    LIST_VALUE,
    NAMED_LIST,
    NO_VALUE,
    NUMBER,
    Condition,
    RuleError,
    parse,
)
from leads.vocabulary.typed import Part, Typed, Values, flat

REDRAWS = {"data-redraw": ""}
YES_NO = [("true", _("yes")), ("false", _("no"))]


class ConditionPart(Part):
    """Which field, how it is asked, and with what: the last is drawn for the first two."""

    def __init__(self, form: Typed, prefix: str = "") -> None:
        super().__init__(form, prefix)
        known = form.vocabulary
        choose = forms.Select(attrs=REDRAWS)
        self.put(
            "field",
            forms.ChoiceField(label=_("Field"), choices=known.fields, widget=choose),
            known.fields[0][0],
        )
        if self.field not in known.types:
            form.fields[f"{prefix}field"].initial = known.fields[0][0]
        choose = forms.Select(attrs=REDRAWS)
        operators = known.operators(self.field, form.values.get(f"{prefix}op", [""])[-1])
        self.put(
            "op", forms.ChoiceField(label=_("Must be"), choices=operators, widget=choose), operators[0][0]
        )  # fmt: skip
        if self.op not in dict(operators):
            form.fields[f"{prefix}op"].initial = operators[0][0]
        self._put_value()

    @property
    def field(self) -> str:
        return self.said("field")

    @property
    def op(self) -> str:
        return self.said("op")

    @property
    def type(self) -> str:
        return self.form.vocabulary.types[self.field]

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """Those that are shown."""
        names = (self.prefix + name for name in ("value", "low", "high"))
        return [self.form[name] for name in names if name in self.form.fields]

    def _put_value(self) -> None:
        if self.op == "between":
            kind = {NUMBER: "number", "date": "date"}[self.type]
            for name, label in (("low", _("From")), ("high", _("Up to"))):
                widget = forms.TextInput(attrs={"type": kind})
                self.put(name, forms.CharField(label=label, required=False, widget=widget))
        elif self.op not in NO_VALUE:
            self.put("value", self._value_field())

    def _value_field(self) -> forms.Field:
        known = self.form.vocabulary
        if self.op in NAMED_LIST:
            return forms.ChoiceField(label=_("List"), choices=self._with_own(known.lists))
        if ticked(self.field, self.op, known):
            choices, ticks = (
                self._with_own(known.choices[self.field]),
                forms.CheckboxSelectMultiple(),
            )
            return forms.MultipleChoiceField(label=_("Values"), choices=choices, widget=ticks)
        if self.op == "is" and self.field in known.choices:
            choices = self._with_own(known.choices[self.field])
            return forms.ChoiceField(label=_("Value"), choices=choices)
        if self.op in LIST_VALUE:
            area = forms.Textarea(attrs={"rows": 4})
            note = _("One a line, or with commas between; in quotes what has a comma itself.")
            return forms.CharField(label=_("Value"), help_text=note, widget=area)
        if self.type == BOOLEAN:
            return forms.ChoiceField(label=_("Value"), choices=YES_NO)
        return forms.CharField(label=_("Value"))

    def _with_own(self, choices: Choices) -> Choices:
        """The choices with what the condition says already, also where that is gone by now."""
        own = self.form.values.get(f"{self.prefix}value", [])
        gone = [value for value in own if value and value not in dict(choices)]
        return [*choices, *((value, value) for value in gone)]

    def shape(self) -> dict[str, Any]:
        """The condition as a definition holds it, not yet understood."""
        return {"field": self.field, "op": self.op, "value": self._value()}

    def _value(self) -> Any:
        if self.op == "between":
            return [self.said("low"), self.said("high")]
        if isinstance(self.form.fields.get(f"{self.prefix}value"), forms.MultipleChoiceField):
            return self.form.listed(f"{self.prefix}value")
        value = self.said("value")
        return _texts(value) if self.op in LIST_VALUE else value


def ticked(field: str, op: str, vocabulary: Vocabulary) -> bool:
    """Whether the values are ticked in a list of all there are."""
    return field in vocabulary.choices and op in OF_CHOICES & LIST_VALUE


def _texts(value: str) -> list[str]:
    lines = csv.reader(value.splitlines(), skipinitialspace=True)
    return [text for line in lines for text in line]


def _written(texts: tuple[str, ...]) -> str:
    return "\n".join(
        '"' + text.replace('"', '""') + '"' if set(text) & {",", '"'} else text for text in texts
    )


def of_condition(condition: Condition, vocabulary: Vocabulary) -> Values:
    """The values of the part for a condition that exists."""
    values: dict[str, Any] = {"field": condition.field, "op": condition.op}
    if condition.op == "between":
        low, high = condition.value
        return flat({**values, "low": low, "high": high})
    if isinstance(condition.value, bool):
        return flat({**values, "value": "true" if condition.value else "false"})
    if condition.op in LIST_VALUE and not ticked(condition.field, condition.op, vocabulary):
        return flat({**values, "value": _written(condition.value)})
    return flat({**values, "value": condition.value})


def of_conditions(shapes: Sequence[Any], vocabulary: Vocabulary, stem: str) -> Values:
    """The values of the parts `stem`1-, `stem`2- … for conditions as they are kept; one that cannot be meant any more
    is left out."""
    values: Values = {}
    place = 0
    for shape in shapes:
        try:
            condition = parse(shape, fields=vocabulary.types)
        except RuleError:
            continue
        place += 1
        found = of_condition(condition, vocabulary)
        values |= {f"{stem}{place}-{name}": value for name, value in found.items()}
    return values
