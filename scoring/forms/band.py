"""A band: how a lead enters it, how it leaves, and what follows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.condition_part import REDRAWS
from leads.vocabulary.offered import Vocabulary
from leads.vocabulary.typed import Typed, Values, flat, number
from scoring.definition import Band, Definition, Effect

EFFECTS = {
    Effect.NONE: _("Nothing"),
    Effect.NURTURE: _("Nurture: marketing keeps in touch"),
    Effect.MQL: _("MQL: handed to sales"),
    Effect.SALES_READY: _("Sales-ready: handed to sales, first in the queue"),
    Effect.DISQUALIFY: _("Disqualify: out of the race"),
}
NUMBERS = ("start", "min_fit", "min_engagement", "leave")


class BandForm(Typed):
    """A band of `definition`; the lowest is asked only for its name and effect."""

    def __init__(
        self, values: Values, vocabulary: Vocabulary, *, definition: Definition, band: Band | None
    ) -> None:
        super().__init__(values, vocabulary)
        self.band, self.lowest = band, band is not None and band.is_lowest
        self.put("name", forms.CharField(label=_("Name"), max_length=40))
        effects = [(str(effect), label) for effect, label in EFFECTS.items()]
        choose = forms.Select(attrs=REDRAWS)
        self.put(
            "effect", forms.ChoiceField(label=_("What follows"), choices=effects, widget=choose), "none"
        )  # fmt: skip
        if self.said("effect") == Effect.DISQUALIFY:
            self.put("reason", forms.CharField(label=_("Reason"), max_length=200))
        if not self.lowest:
            self._put_entry(definition)

    def _put_entry(self, definition: Definition) -> None:
        asked = [(c.key, c.label) for c in definition.criteria]
        below = [(b.key, b.name) for b in definition.bands if b != self.band]
        self.put("start", number(_("Score from"), _("Empty: only by what must be met.")))
        ticks = forms.CheckboxSelectMultiple()
        needs = forms.MultipleChoiceField(
            label=_("Criteria that must be met"), choices=asked, widget=ticks, required=False
        )
        self.put("needs", needs)
        self.put("min_fit", number(_("Fit at least")))
        self.put("min_engagement", number(_("Engagement at least")))
        note = _("Empty: as soon as it no longer enters.")
        self.put("leave", number(_("Left below a score of"), note))
        note = _("Only asked where no score says it.")
        self.put(
            "above",
            forms.ChoiceField(
                label=_("Stands above"), choices=below, help_text=note, required=False
            ),
            below[-1][0],
        )

    def shape(self) -> dict[str, Any]:
        """The band as a definition holds it, not yet understood."""
        shape: dict[str, Any] = {name: self.said(name) for name in ("name", "effect", "reason")}
        if "reason" not in self.fields and self.band:
            shape["reason"] = self.band.reason
        if self.lowest:
            return {**shape, "start": None}
        numbers = {name: self.said(name) for name in NUMBERS}
        return {**shape, **numbers, "needs": self.listed("needs")}

    @property
    def above(self) -> str:
        """Key of the band that it stands above, where its start does not say that."""
        return self.said("above")


def of_band(band: Band, definition: Definition) -> Values:
    """The form's values for a band that exists."""
    place = definition.bands.index(band)
    values = {name: getattr(band, name) for name in ("name", "effect", "reason", "needs", *NUMBERS)}
    below = definition.bands[place - 1].key if place else ""
    return flat({**values, "above": below})
