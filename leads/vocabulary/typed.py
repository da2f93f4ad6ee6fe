"""Forms that refuse nothing: what was typed goes to the parser, whose reasons come back beside the fields."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from leads.vocabulary.offered import Vocabulary

# What was typed, by the name of the field.
Values = dict[str, list[str]]


def typed(query: QueryDict) -> Values:
    """What a request brought, with the row added or taken away that it asks for in `redraw`."""
    values = {name: [str(one) for one in found] for name, found in query.lists()}
    for command in values.pop("redraw", []):
        sign, row = command[:1], command[1:]
        if sign == "+":
            values[f"{row}{rows(values, row) + 1}-"] = [""]
        elif sign == "-":
            values = without_row(values, row)
    return values


def flat(values: Mapping[str, Any], prefix: str = "") -> Values:
    """Stored values as a form holds them; None is an empty field."""
    return {prefix + name: _texts(value) for name, value in values.items()}


def _texts(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return ["" if value is None else str(value)]


def rows(values: Values, stem: str) -> int:
    """How many rows there are whose fields begin with `<stem>1-`, `<stem>2-` and so on."""
    found = (re.match(re.escape(stem) + r"(\d{1,2})-", name) for name in values)
    return max((int(one[1]) for one in found if one), default=0)


def without_row(values: Values, row: str) -> Values:
    """The same without `row`, such as step2; those after it move up."""
    said = re.fullmatch(r"(.*?)(\d{1,2})", row)
    if said is None:
        return values
    stem, gone = said[1], int(said[2])
    kept: Values = {}
    for name, value in values.items():
        found = re.match(re.escape(stem) + r"(\d{1,2})-(.*)", name)
        if found is None or int(found[1]) < gone:
            kept[name] = value
        elif int(found[1]) > gone:
            kept[f"{stem}{int(found[1]) - 1}-{found[2]}"] = value
    return kept


def number(
    label: Any, help_text: Any = "", *, required: bool = False, **attributes: Any
) -> forms.CharField:
    widget = forms.NumberInput(attrs=attributes)
    return forms.CharField(label=label, help_text=help_text, required=required, widget=widget)


class HasProblems(Protocol):
    """What a parser refuses with: sentences by place."""

    problems: dict[str, list[str]]


class Typed(forms.Form):
    """A form that begins with `values`; its fields are added by its parts. `aliases` says which field a place
    of the definition belongs to where their names differ."""

    aliases: Mapping[str, str] = {}

    def __init__(self, values: Values, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.values, self.vocabulary = values, vocabulary

    def full_clean(self) -> None:
        """Nothing is refused here; `show` puts the parser's reasons beside the fields."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def put(self, name: str, field: forms.Field, default: Any = "") -> None:
        """Adds a field with what was typed into it, or `default`."""
        found = self.values.get(name)
        many = isinstance(field, forms.MultipleChoiceField)
        if name in self.values.get("at", []):
            field.widget.attrs["autofocus"] = True
        field.initial = found if many else (found[-1] if found else default)
        self.fields[name] = field

    def said(self, name: str) -> str:
        """What stands in a field now; nothing for a field that is not shown."""
        if name not in self.fields:
            return ""
        value = self.fields[name].initial
        return "" if value is None else str(value)

    def listed(self, name: str) -> list[str]:
        """What is ticked of several."""
        return self.values.get(name, [])

    def show(self, error: HasProblems, place: str) -> None:
        """Puts the reasons at `place` beside their fields; those of other places stand above."""
        self.is_valid()
        for where, texts in error.problems.items():
            name = where.removeprefix(f"{place}.") if where.startswith(f"{place}.") else ""
            beside = self.beside(name) if name else None
            for text in texts:
                self.add_error(beside, text)

    def beside(self, name: str) -> str | None:
        """The field that `name` of a place belongs to; of a row as a whole its value; None for none."""
        row, dot, last = name.rpartition(".")
        exact = row.replace(".", "-") + ("-" if dot else "") + self.aliases.get(last, last)
        if exact in self.fields:
            return exact
        prefix = "" if name == "condition" else name.replace(".", "-") + "-"
        tried = (prefix + one for one in ("value", "high", "op", "kind"))
        return next((one for one in tried if one in self.fields), None)


class Part:
    """Some fields of a form, whose names begin with `prefix`."""

    def __init__(self, form: Typed, prefix: str = "") -> None:
        self.form, self.prefix = form, prefix

    def put(self, name: str, field: forms.Field, default: Any = "") -> None:
        # A row that was just added: the first of its fields takes the focus.
        if self.prefix and self.form.values.pop(self.prefix, []):
            field.widget.attrs["autofocus"] = True
        self.form.put(self.prefix + name, field, default)

    def __getitem__(self, name: str) -> forms.BoundField:
        return self.form[self.prefix + name]

    def said(self, name: str) -> str:
        return self.form.said(self.prefix + name)

    @property
    def row(self) -> str:
        """The name of its row, such as step2."""
        return self.prefix.removesuffix("-")
