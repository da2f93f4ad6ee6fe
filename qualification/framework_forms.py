"""Forms of the frameworks: a rule in a sentence, and a framework with its elements."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.condition_part import ConditionPart, of_conditions
from leads.vocabulary.offered import Vocabulary
from leads.vocabulary.typed import Part, Typed, Values, flat, number, rows
from qualification.framework_editing import MOST_ELEMENTS, MOST_WEIGHT
from qualification.models import Framework, FrameworkRule
from qualification.rule_editing import MOST_CONDITIONS

STEM, ELEMENT = "when", "element"
LEAST = [("0", _("nothing")), ("1", _("assumed")), ("2", _("stated")), ("3", _("proven"))]


class RuleForm(Typed):
    """For leads where …, the card starts with …, and … decides."""

    def __init__(
        self, values: Values, words: Vocabulary, *, frameworks: Sequence[Framework], places: int
    ) -> None:
        super().__init__(values, words)
        there = [(one.key, one.name) for one in frameworks]
        self.put("name", forms.CharField(label=_("Name"), max_length=120))
        count = min(rows(values, STEM), MOST_CONDITIONS)
        self.when = [ConditionPart(self, f"{STEM}{n}-") for n in range(1, count + 1)]
        start = forms.ChoiceField(label=_("The card starts with"), choices=there)
        self.put("framework", start, there[0][0] if there else "")
        then = forms.ChoiceField(
            label=_("Then decides"), required=False, choices=[("", _("the same")), *there],
            help_text=_("Broad questions first, the stricter gate after them."),
        )  # fmt: skip
        self.put("then", then)
        note = _("1 is asked first.")
        self.put("place", number(_("Place in the order"), note, min=1, max=places), str(places))

    @property
    def has_room(self) -> bool:
        return len(self.when) < MOST_CONDITIONS

    @property
    def place(self) -> int:
        said = self.said("place")
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 5 else 10_000

    def shape(self) -> dict[str, Any]:
        """The rule as rule_editing.put() takes it, not yet understood."""
        said = {name: self.said(name) for name in ("name", "framework", "then")}
        return {**said, "conditions": [part.shape() for part in self.when]}


def of_rule(rule: FrameworkRule, words: Vocabulary) -> Values:
    """The form's values for a rule that exists; a condition that cannot be meant any more is left out."""
    values = flat(
        {"name": rule.name, "framework": rule.framework, "then": rule.then, "place": rule.order}
    )
    return values | of_conditions(rule.conditions, words, STEM)


def line(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required)


def area(
    label: Any, help_text: Any = "", *, rows: int = 2, required: bool = True
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget)


class ElementPart(Part):
    """One element: what is asked, what each step looks like, how much it counts."""

    def __init__(self, form: "FrameworkForm", prefix: str) -> None:
        super().__init__(form, prefix)
        self.put("name", line(_("Name")))
        self.put("letter", line(_("Letter")))
        self.put("means", line(_("What it means")))
        self.put("question", area(_("Question, as it is spoken")))
        note = _("One a line.")
        self.put("follow_ups", area(_("Follow-ups"), note, rows=3, required=False))
        self.put("tip", line(_("Tip"), required=False))
        for step, label in (
            ("unknown", _("0 unknown looks like")), ("assumed", _("1 assumed looks like")),
            ("stated", _("2 stated looks like")), ("proven", _("3 proven looks like")),
        ):  # fmt: skip
            self.put(step, line(label))
        self.put("weight", number(_("Counts"), _("times in the sum"), min=1, max=MOST_WEIGHT), "1")
        least = forms.ChoiceField(label=_("The gate asks for"), choices=LEAST)
        self.put("least", least, "0")
        note = _("Elements of two frameworks with the same meaning share their answers.")
        self.put("meaning", line(_("Meaning"), note, required=False))
        facts = forms.ChoiceField(
            label=_("A field that tells of it"), required=False, choices=self._fields(form)
        )
        self.put("fact", facts)
        self.put("key", forms.CharField(required=False, widget=forms.HiddenInput()))

    def _fields(self, form: "FrameworkForm") -> list[tuple[str, Any]]:
        """Those of a lead, with the one it names already, also where nobody has declared that yet."""
        named = form.values.get(f"{self.prefix}fact", [])
        own = [(key, key) for key in named if key and key not in form.vocabulary.types]
        return [("", _("none")), *own, *form.vocabulary.fields]

    @property
    def fields(self) -> dict[str, forms.BoundField]:
        names = [name for name in self.form.fields if name.startswith(self.prefix)]
        return {name.removeprefix(self.prefix): self.form[name] for name in names}

    @property
    def row(self) -> str:
        return self.prefix.rstrip("-")

    @property
    def has_errors(self) -> bool:
        return any(name.startswith(self.prefix) for name in self.form.errors)

    @property
    def title(self) -> str:
        return self.said("name")

    def shape(self) -> dict[str, Any]:
        names = [name for name in self.fields if name != "follow_ups"]
        said = {name: self.said(name) for name in names}
        return {**said, "follow_ups": self.said("follow_ups").splitlines()}


class FrameworkForm(Typed):
    def __init__(self, values: Values, words: Vocabulary) -> None:
        super().__init__(values, words)
        self.put("name", line(_("Name")))
        self.put("best_for", area(_("Best for")))
        self.put("limits", area(_("Its limits")))
        note = _("0 for none. Each step counts as many points as its number.")
        self.put("sum", number(_("The gate asks for a sum of"), note, min=0), "0")
        count = min(rows(values, ELEMENT), MOST_ELEMENTS)
        self.elements = [ElementPart(self, f"{ELEMENT}{n}-") for n in range(1, count + 1)]

    @property
    def has_room(self) -> bool:
        return len(self.elements) < MOST_ELEMENTS

    def shape(self) -> dict[str, Any]:
        """The framework as framework_editing.publish() takes it, not yet understood."""
        said = {name: self.said(name) for name in ("name", "best_for", "limits", "sum")}
        return {**said, "elements": [part.shape() for part in self.elements]}


def in_order(sent: QueryDict) -> QueryDict:
    """What was sent with the elements numbered as they stand on the page: `order` says how they were moved."""
    order = [
        one for one in dict.fromkeys(sent.getlist("order")) if re.fullmatch(r"element\d{1,2}", one)
    ]
    names = {one: f"{ELEMENT}{place}" for place, one in enumerate(order, start=1)}
    made = QueryDict(mutable=True)
    for name, values in sent.lists():
        row, dash, last = name.partition("-")
        made.setlist(f"{names[row]}-{last}" if dash and row in names else name, values)
    commands = [(one[:1], one[1:]) for one in sent.getlist("redraw")]
    if commands:
        made.setlist("redraw", [sign + names.get(row, row) for sign, row in commands])
    return made


def of_shape(shape: dict[str, Any]) -> Values:
    """The form's values for a framework that exists."""
    values = flat({name: shape[name] for name in ("name", "best_for", "limits", "sum")})
    for place, element in enumerate(shape["elements"], start=1):
        lines = {**element, "follow_ups": "\n".join(element["follow_ups"])}
        values |= flat(lines, f"{ELEMENT}{place}-")
    return values
