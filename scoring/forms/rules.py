"""Who is out of the race, and for whom other points count."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.condition_part import ConditionPart, of_condition
from leads.vocabulary.offered import Vocabulary
from leads.vocabulary.typed import Typed, Values, flat, number, rows
from scoring.definition import Definition, Disqualifier, Variant

MOST_CONDITIONS = 5


class DisqualifierForm(Typed):
    """A reason and the fact that brings it."""

    def __init__(self, values: Values, vocabulary: Vocabulary) -> None:
        super().__init__(values, vocabulary)
        note = _("Sales and reports read it, for example: works for a competitor.")
        self.put("label", forms.CharField(label=_("Reason"), max_length=120, help_text=note))
        self.condition = ConditionPart(self)

    def shape(self) -> dict[str, Any]:
        """The disqualifier as a definition holds it, not yet understood."""
        return {"label": self.said("label"), "condition": self.condition.shape()}


def of_disqualifier(q: Disqualifier, vocabulary: Vocabulary) -> Values:
    """The form's values for a disqualifier that exists."""
    return {**flat({"label": q.label}), **of_condition(q.condition, vocabulary)}


class VariantForm(Typed):
    """Conditions that must all hold, and the points that differ then."""

    def __init__(self, values: Values, vocabulary: Vocabulary, *, definition: Definition) -> None:
        super().__init__(values, vocabulary)
        self.definition = definition
        self.put("label", forms.CharField(label=_("Name"), max_length=120))
        count = min(max(rows(values, "when"), 1), MOST_CONDITIONS)
        self.when = [ConditionPart(self, f"when{n}-") for n in range(1, count + 1)]
        for c in definition.criteria:
            field = number(c.label, placeholder=c.points)
            self.put(f"points-{c.key}", field)

    @property
    def points(self) -> list[forms.BoundField]:
        return [self[f"points-{c.key}"] for c in self.definition.criteria]

    @property
    def has_room(self) -> bool:
        return len(self.when) < MOST_CONDITIONS

    @property
    def may_drop(self) -> bool:
        return len(self.when) > 1

    def shape(self) -> dict[str, Any]:
        """The variant as a definition holds it, not yet understood."""
        given = {c.key: self.said(f"points-{c.key}") for c in self.definition.criteria}
        return {
            "label": self.said("label"),
            "when": [part.shape() for part in self.when],
            "points": {key: value for key, value in given.items() if value},
        }


def of_variant(variant: Variant, vocabulary: Vocabulary) -> Values:
    """The form's values for a variant that exists."""
    values = flat({"label": variant.label})
    for n, condition in enumerate(variant.when, start=1):
        found = of_condition(condition, vocabulary)
        values |= {f"when{n}-{name}": value for name, value in found.items()}
    return values | flat(dict(variant.points), "points-")
