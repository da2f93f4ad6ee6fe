"""How the points of something that people do behave: how often, for how long, and what silence takes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.condition_part import REDRAWS
from leads.vocabulary.typed import Part, Typed, Values, flat, number
from scoring.definition import Criterion

TIMES = [("each", _("each time")), ("once", _("once"))]
DECAYS = [
    ("", _("They keep their full worth")),
    ("half_life", _("They halve every so many days")),
    ("linear", _("They shrink evenly to nothing")),
]
ALIASES = {"decay": "decay_days", "bonus": "bonus_points", "idle": "idle_lose"}


class BehaviourPart(Part):
    def __init__(self, form: Typed, prefix: str = "") -> None:
        super().__init__(form, prefix)
        radios = forms.RadioSelect
        self.put("each", forms.ChoiceField(label=_("Counts"), choices=TIMES, widget=radios), "each")
        self.put("at_least", number(_("From which time on"), _("1: from the first."), min=1), "1")
        self.put("within_days", number(_("Days back"), _("Empty: at any time."), min=1, max=730))
        self.put("cap", number(_("Points at most"), _("Empty: no limit."), min=1))
        choose = forms.Select(attrs=REDRAWS)
        fading = forms.ChoiceField(
            label=_("With time the points"), choices=DECAYS, widget=choose, required=False
        )
        self.put("decay", fading)
        if self.fades:
            self.put("decay_days", number(_("Days"), required=True, min=1, max=365))
        self.put("bonus_points", number(_("Extra points for each")))
        self.put("bonus_days", number(_("of the last … days"), min=1, max=365))
        self.put("idle_lose", number(_("Per cent lost"), min=1, max=100))
        self.put("idle_days", number(_("for every … days of silence"), min=1, max=365))

    @property
    def fades(self) -> bool:
        return bool(self.said("decay"))

    def shape(self) -> dict[str, Any]:
        """What it adds to a criterion's shape, not yet understood."""
        said = self.said
        return {
            "within_days": said("within_days"),
            "each": said("each") != "once",
            "at_least": said("at_least") or 1,
            "cap": said("cap"),
            "decay": {"kind": said("decay"), "days": said("decay_days")} if self.fades else None,
            "bonus": self._pair("bonus", "points"),
            "idle": self._pair("idle", "lose"),
        }

    def _pair(self, stem: str, first: str) -> dict[str, str] | None:
        """Nothing where neither field is filled."""
        pair = {first: self.said(f"{stem}_{first}"), "days": self.said(f"{stem}_days")}
        return pair if any(pair.values()) else None


def of_behaviour(c: Criterion) -> Values:
    """The values of the part for a criterion that exists."""
    values: dict[str, Any] = {
        "within_days": c.within_days, "at_least": c.at_least, "cap": c.cap,
        "each": "each" if c.each else "once",
    }  # fmt: skip
    if c.decay:
        values |= {"decay": c.decay.kind, "decay_days": c.decay.days}
    if c.bonus:
        values |= {"bonus_points": c.bonus.points, "bonus_days": c.bonus.days}
    if c.idle:
        values |= {"idle_lose": c.idle.lose, "idle_days": c.idle.days}
    return flat(values)
