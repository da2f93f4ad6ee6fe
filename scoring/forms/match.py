"""Which events count: a kind, and what else must be true of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.typed import Part, Typed, Values, flat, rows
from scoring.definition import EventMatch

MOST_PROPERTIES = 5
TESTS = [
    ("is", _("is")),
    ("contains", _("contains")),
    ("starts_with", _("starts with")),
    ("at_least", _("is at least")),
    ("at_most", _("is at most")),
]


class PropertyPart(Part):
    """One property of an event and what it must be."""

    def __init__(self, form: Typed, prefix: str) -> None:
        super().__init__(form, prefix)
        self.put("property", forms.CharField(label=_("Property")))
        self.put("op", forms.ChoiceField(label=_("Must be"), choices=TESTS), "is")
        self.put("value", forms.CharField(label=_("Value")))

    def shape(self) -> dict[str, Any]:
        return {name: self.said(name) for name in ("property", "op", "value")}


class MatchPart(Part):
    """A kind of event with a name, the beginning of a page, a campaign and properties."""

    def __init__(self, form: Typed, prefix: str = "") -> None:
        super().__init__(form, prefix)
        kinds = form.vocabulary.kinds
        self.put("kind", forms.ChoiceField(label=_("Kind of event"), choices=kinds), kinds[0][0])
        self.put("path", _optional(_("Page"), _("How its path begins, such as /pricing.")))
        self.put("name", _optional(_("Name of the event")))
        self.put("campaign", _optional(_("Campaign")))
        count = min(rows(form.values, f"{prefix}property"), MOST_PROPERTIES)
        self.properties = [PropertyPart(form, f"{prefix}property{n}-") for n in range(1, count + 1)]

    @property
    def has_room(self) -> bool:
        return len(self.properties) < MOST_PROPERTIES

    def shape(self) -> dict[str, Any]:
        """The match as a definition holds it, not yet understood."""
        said = {name: self.said(name) for name in ("kind", "name", "path", "campaign")}
        return {**said, "properties": [part.shape() for part in self.properties]}


def _optional(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text)


def of_match(match: EventMatch, prefix: str = "") -> Values:
    """The values of the part for a match that exists."""
    said = {"kind": match.kind, "name": match.name, "path": match.path, "campaign": match.campaign}
    values = flat(said, prefix)
    for n, test in enumerate(match.properties, start=1):
        shape = {"property": test.property, "op": test.op, "value": test.value}
        values |= flat(shape, f"{prefix}property{n}-")
    return values
