"""What a person says of events: which ones, and who was behind them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.activity.trust_sql import FIELDS
from leads.models import CLASSES, Event, EventKind, TrustRule

SHORT = "j M Y, H:i"


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


def _text(label: Any, length: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=length, help_text=help_text)


class TrustForm(forms.Form):
    """`seen` names the rule whose preview was looked at: only that one is kept."""

    trust = forms.TypedChoiceField(
        label=gettext_lazy("They are"),
        choices=CLASSES,
        coerce=int,
        initial=Event.Trust.INTERNAL,
    )
    domain = _text(
        gettext_lazy("Lead’s e-mail domain"), 253, gettext_lazy("For example ourfirm.example.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of event"), required=False)
    path = _text(gettext_lazy("Path begins with"), 400)
    name = _text(gettext_lazy("Name"), 200)
    campaign = _text(gettext_lazy("Campaign"), 120)
    visitor = _text(gettext_lazy("Visitor id"), 100, gettext_lazy("The anonymous id of a browser."))
    since = _moment(gettext_lazy("From"))
    until = _moment(gettext_lazy("Until"))
    future = forms.BooleanField(
        label=gettext_lazy("Also events to come"), required=False, initial=True
    )
    note = _text(gettext_lazy("Note"), 200)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        kinds = EventKind.objects.values_list("key", "label")
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("Any")), *kinds]

    def clean_domain(self) -> str:
        return str(self.cleaned_data["domain"]).strip().lower().lstrip("@")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not any(said.get(name) for name in FIELDS):
            self.add_error(None, _("Say which events are meant: fill in at least one field."))
        if said.get("since") and said.get("until") and said["since"] >= said["until"]:
            self.add_error("until", _("The end lies before the beginning."))
        return said

    def rule(self) -> TrustRule:
        said = self.cleaned_data
        return TrustRule(**{name: said[name] for name in (*FIELDS, "trust", "future", "note")})

    @property
    def mark(self) -> str:
        """What `seen` must be for the rule to be kept."""
        said = self.cleaned_data
        return "|".join(str(said[name]) for name in (*FIELDS, "trust", "future"))


def said(rule: TrustRule, kinds: Mapping[str, str]) -> str:
    """Which events a rule is about, in words. `kinds` gives the label of a kind by its key."""
    parts = [kinds.get(rule.kind, rule.kind) if rule.kind else _("Any event")]
    texts = (
        (rule.name, _("named “%s”")), (rule.path, _("path begins with %s")), (rule.campaign, _("campaign %s")),
        (rule.visitor, _("visitor %s")), (rule.domain, _("of leads @%s")), (_shown(rule.since), _("from %s")),
        (_shown(rule.until), _("until %s")),
    )  # fmt: skip
    return ", ".join([*parts, *(text % value for value, text in texts if value)])


def _shown(moment: Any) -> str:
    return date_format(timezone.localtime(moment), SHORT) if moment else ""
