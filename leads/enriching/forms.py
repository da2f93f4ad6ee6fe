"""What a person is asked about a drawer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import outbound
from leads.enriching import offline, providers, visiting
from leads.enriching.desk import NEVER_FILLED
from leads.fields import LeadField
from leads.hooks import paths
from leads.importing.forms import TargetField
from leads.importing.mapping import LEAVE, Group
from leads.models import Drawer

MOST_ROWS = 200


@dataclass(frozen=True)
class Row:
    """Something a drawer says, for example, and the field of the form for what it becomes."""

    path: str
    label: Any
    example: str
    field: forms.BoundField


class DrawerForm(forms.Form):
    """The fields of every drawer, and a target for each thing it says."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    overwrites = forms.BooleanField(
        label=gettext_lazy("Overwrites what is known"),
        required=False,
        help_text=gettext_lazy("Otherwise it fills what is empty, and what it filled itself."),
    )

    def __init__(
        self, data: QueryDict | None, *, drawer: Drawer | None, known: Mapping[str, LeadField]
    ) -> None:
        kept = {
            name: getattr(drawer, name) for name in self.base_fields if drawer and name != "key"
        }
        super().__init__(data, initial=kept)
        self.groups = self.targets(known)
        targets = {key: label for _label, options in self.groups for key, label in options}
        self.says = _posted(data) if data is not None else _said(drawer)
        filled = {paths.written(path): field for path, field in (drawer.fills if drawer else [])}
        for number, (path, _label, _example) in enumerate(self.says):
            initial = filled.get(paths.written(path), LEAVE)
            self.fields[f"target_{number}"] = TargetField(targets, initial=initial)

    def targets(self, known: Mapping[str, LeadField]) -> list[Group]:
        """What a value of the drawer can become."""
        return _groups(known)

    @property
    def settings(self) -> list[forms.BoundField]:
        return [self[name] for name in self.base_fields]

    @property
    def rows(self) -> list[Row]:
        return [
            Row(paths.written(path), label, example, self[f"target_{number}"])
            for number, (path, label, example) in enumerate(self.says)
        ]

    def values(self) -> dict[str, Any]:
        """What was decided; for a valid form."""
        told = {name: self.cleaned_data[name] for name in self.base_fields}
        chosen = [
            [list(path), self.cleaned_data[f"target_{number}"]]
            for number, (path, _label, _example) in enumerate(self.says)
        ]
        return {**told, "fills": [pair for pair in chosen if pair[1] != LEAVE]}


class ProviderForm(DrawerForm):
    places: Sequence[str] = providers.PLACES
    example = "example.com"
    asks = forms.ChoiceField(label=gettext_lazy("Ask for"), choices=Drawer.Asks.choices)
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=400,
        help_text=gettext_lazy(
            "With {domain} or {email} where it belongs: https://api.example.com/v1/{domain}"
        ),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    header = forms.RegexField(
        r"^[A-Za-z0-9-]{1,80}$",
        label=gettext_lazy("Header of the key"),
        required=False,
        help_text=gettext_lazy("Such as Authorization or X-Api-Key."),
        error_messages={
            "invalid": gettext_lazy("A header is made of letters, digits and hyphens.")
        },
    )
    key = forms.RegexField(
        r"^[\x21-\x7e][\x20-\x7e]*$",
        label=gettext_lazy("Key"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": gettext_lazy("A key is made of plain letters, digits and signs.")
        },
    )
    confidence = forms.IntegerField(
        label=gettext_lazy("How far to believe it, in percent"),
        min_value=1,
        max_value=100,
        initial=70,
    )
    calls_a_day = forms.IntegerField(
        label=gettext_lazy("Calls a day at most"), min_value=0, max_value=1_000_000, initial=500
    )
    days_kept = forms.IntegerField(
        label=gettext_lazy("Days to keep an answer"), min_value=1, max_value=3650, initial=30
    )

    def __init__(
        self, data: QueryDict | None, *, drawer: Drawer | None, known: Mapping[str, LeadField]
    ) -> None:
        super().__init__(data, drawer=drawer, known=known)
        has_key = bool(drawer and drawer.key)
        told = _("A key is kept. Enter a new one to replace it.")
        self.fields["key"].help_text = (
            told if has_key else _("As the header holds it: Bearer abc, or abc.")
        )
        self.has_key = has_key

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not any(place in url for place in self.places):
            places = _(" or ").join(self.places)
            raise forms.ValidationError(_("Say where the address belongs: %s.") % places)
        try:
            outbound.check(providers.url_for(url, self.example))
        except outbound.OutboundError as error:
            raise forms.ValidationError(str(error)) from None
        return url

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "header" in cleaned and "key" in cleaned:
            if cleaned["key"] and not cleaned["header"]:
                self.add_error("header", _("Give the header that carries the key."))
            if cleaned["header"] and not cleaned["key"] and not self.has_key:
                self.add_error("key", _("Give the key that the header carries."))
        return cleaned


class VisitsForm(ProviderForm):
    """Of the drawer that says which company a network address belongs to."""

    places = (providers.ADDRESS,)
    example = "192.0.2.1"
    asks = None  # type: ignore[assignment]
    overwrites = None  # type: ignore[assignment]
    confidence = None  # type: ignore[assignment]

    def __init__(
        self, data: QueryDict | None, *, drawer: Drawer | None, known: Mapping[str, LeadField]
    ) -> None:
        super().__init__(data, drawer=drawer, known=known)
        self.fields["url"].help_text = _(
            "With {address} where it belongs: https://api.example.com/v1/{address}"
        )

    def targets(self, _known: Mapping[str, LeadField]) -> list[Group]:
        labels = [(key, str(label)) for key, label in visiting.FACTS.items()]
        return [("", [(LEAVE, _("Leave out"))]), (_("Of the company"), labels)]


class TryForm(forms.Form):
    asked = forms.CharField(label=gettext_lazy("Domain or e-mail to try"), max_length=254)


class TryAddressForm(forms.Form):
    asked = forms.GenericIPAddressField(label=gettext_lazy("Network address to try"))


def try_form_of(drawer: Drawer | None) -> type[forms.Form]:
    return TryAddressForm if drawer and drawer.kind == Drawer.VISITS else TryForm


def form_of(drawer: Drawer | None) -> type[DrawerForm]:
    if drawer is None or drawer.kind == Drawer.HTTP:
        return ProviderForm
    return VisitsForm if drawer.kind == Drawer.VISITS else DrawerForm


def _groups(known: Mapping[str, LeadField]) -> list[Group]:
    fields = [field for key, field in known.items() if key not in NEVER_FILLED]
    built_in = [(field.key, field.label) for field in fields if field.attribute is None]
    own = [(field.key, field.label) for field in fields if field.attribute]
    declared = {key for key, _label in own}
    # What the drawers of the product declare when they are switched on.
    coming = [
        (f"custom.{key}", label)
        for kind in offline.KINDS.values()
        for key, label, _type, _choices in offline.declared(kind)
        if f"custom.{key}" not in declared
    ]
    return [
        ("", [(LEAVE, _("Leave out"))]),
        (_("Fields of a lead"), built_in),
        (_("Your own fields"), [*own, *coming]),
    ]


Said = tuple[paths.Path, Any, str]


def _said(drawer: Drawer | None) -> list[Said]:
    """What a drawer says: its answers, or the values of the answer it is mapped by."""
    if drawer is None:
        return []
    if drawer.kind in offline.KINDS:
        return [((name,), label, "") for name, label, _f, _c in offline.KINDS[drawer.kind].answers]
    mapped = [paths.checked(path) for path, _field in drawer.fills]
    answer = json.loads(drawer.sample) if drawer.sample else None
    seen = {paths.written(path) for path in mapped}
    others = [leaf.path for leaf in paths.leaves(answer) if paths.written(leaf.path) not in seen]
    return [_example(path, answer) for path in [*mapped, *others][:MOST_ROWS]]


def _example(path: paths.Path, answer: Any) -> Said:
    return path, paths.shown(path), paths.text_of(paths.read(answer, path))[:80]


def _posted(data: QueryDict) -> list[Said]:
    said: list[Said] = []
    examples: Sequence[str] = data.getlist("example")
    for number, written in enumerate(data.getlist("path")[:MOST_ROWS]):
        try:
            path = paths.parsed(written)
        except ValueError:
            continue
        said.append(
            (path, paths.shown(path), examples[number][:80] if number < len(examples) else "")
        )
    return said
