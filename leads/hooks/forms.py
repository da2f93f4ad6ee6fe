"""What a person is asked about a webhook, and how they say what becomes of a message."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import fields as catalogue
from leads.fields import LeadField
from leads.hooks import bodies, paths
from leads.hooks.mapping import EVENT_TARGETS, LEAVE, ONLY, PERSON_TARGETS, Plan
from leads.hooks.paths import Path
from leads.hooks.senders import SENDERS, Sender, titles
from leads.importing.forms import TargetField
from leads.importing.mapping import Group
from leads.models import EventKind, Hook

CONSTANTS = 3
# Every row lists all targets, as long as the page stays readable for a browser.
MOST_OPTIONS, FEWEST_ROWS, MOST_ROWS = 20_000, 40, 1_000
LONGEST_EXAMPLE = 80
NO_EVENT = gettext_lazy("Nothing: only who it is")
# Signatures that want a word of their own.
NEEDS = {
    Hook.Scheme.BASIC: ("user", gettext_lazy("Give the name that goes with the password.")),
    Hook.Scheme.HMAC: ("header", gettext_lazy("Give the header that carries the signature.")),
}


class HookForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    sender = forms.ChoiceField(label=gettext_lazy("Who sends"))
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("What new leads have as their source. The name, if it is empty."),
    )

    def __init__(self, data: QueryDict | None = None, **over: Any) -> None:
        super().__init__(data, **over)
        choices = [(one.key, one.name) for one in SENDERS.values()]
        self.fields["sender"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["source"] = cleaned.get("source") or cleaned.get("name", "")[:80]
        return cleaned


class SettingsForm(HookForm):
    scheme = forms.ChoiceField(label=gettext_lazy("Signature"), choices=Hook.Scheme.choices)
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        max_length=2_000,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )
    header = forms.RegexField(
        r"^[A-Za-z0-9-]{1,80}$",
        label=gettext_lazy("Header of the signature"),
        required=False,
        help_text=gettext_lazy("For an HMAC in a header only, such as X-Signature."),
        error_messages={
            "invalid": gettext_lazy("A header is made of letters, digits and hyphens.")
        },
    )
    user = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For name and password only."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    overwrites = forms.BooleanField(
        label=gettext_lazy("Messages overwrite what is known"),
        required=False,
        help_text=gettext_lazy(
            "Otherwise they fill what is empty, and the rest waits for a person."
        ),
    )
    is_live = forms.BooleanField(label=gettext_lazy("Receives messages"), required=False)

    def __init__(self, data: QueryDict | None = None, *, hook: Hook, where: Any = "") -> None:
        kept = ("name", "sender", "source", "scheme", "header", "user", "overwrites", "is_live")
        super().__init__(data, initial={name: getattr(hook, name) for name in kept})
        self.hook = hook
        told = _("A secret is kept. Enter a new one to replace it; two lines count both.")
        self.fields["secret"].help_text = told if hook.secret else where

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        needed, told = NEEDS.get(cleaned.get("scheme", ""), ("", ""))
        if needed and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, told)
        return cleaned


@dataclass(frozen=True)
class Row:
    """A value of the message: where it stands, what it is for example, and the field that says what it becomes."""

    path: str
    shown: str
    hint: str
    example: str
    field: forms.BoundField
    only: str


@dataclass(frozen=True)
class Shape:
    """A message that is mapped by: its text, its payload, and the items of it."""

    text: str
    payload: Any
    items: Sequence[Any]


def shape_of(text: str, each: Sequence[str]) -> Shape:
    """Raises bodies.Unreadable."""
    payload = bodies.sample(text)
    return Shape(text, payload, paths.items(payload, each))


class MappingForm(forms.Form):
    """A target for each place in the message, values that are always the same, and the kind of the event."""

    each = forms.ChoiceField(label=gettext_lazy("One lead for each"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("What happened"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        shape: Shape,
        plan: Plan,
        known: Mapping[str, LeadField],
        sender: Sender,
    ) -> None:
        super().__init__(data, initial={"kind": plan.kind, "each": ".".join(plan.each)})
        self.known, self.hints = known, titles(shape.payload)
        self.groups = target_groups(known)
        targets = {key: label for _group, options in self.groups for key, label in options}
        self.lists = {
            ".".join(names): names for names in [(), *paths.lists(shape.payload), plan.each]
        }
        self._choose("each", [(key, key or _("message")) for key in self.lists])
        kinds = EventKind.objects.values_list("key", "label")
        self._choose("kind", [("", NO_EVENT), *kinds])
        self.places = _places(data, plan, shape, sender, len(targets))
        for number, (_path, target, _only) in enumerate(self.places):
            self.fields[f"target_{number}"] = TargetField(targets, initial=target)
        for number in range(CONSTANTS):
            self._ask_constant(number, plan)

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def _ask_constant(self, number: int, plan: Plan) -> None:
        target, text = plan.constants[number] if number < len(plan.constants) else ("", "")
        fields = [("", "—"), *((key, field.label) for key, field in self.known.items())]
        extra = [("campaign", PERSON_TARGETS["campaign"])]
        self.fields[f"constant_target_{number}"] = forms.ChoiceField(
            label=_("Field"), choices=[*fields, *extra], required=False, initial=target
        )
        self.fields[f"constant_text_{number}"] = forms.CharField(
            label=_("Is always"), max_length=400, required=False, initial=text
        )

    def rows(self, shape: Shape) -> Iterator[Row]:
        for number, (path, _target, only) in enumerate(self.places):
            values = [paths.text_of(paths.read(item, path)) for item in shape.items[:5]]
            example = next((value for value in values if value), "")
            yield Row(
                paths.written(path), paths.shown(path), _hint(path, self.hints),
                example[:LONGEST_EXAMPLE], self[f"target_{number}"], only or example,
            )  # fmt: skip

    @property
    def constants(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [
            (self[f"constant_target_{number}"], self[f"constant_text_{number}"])
            for number in range(CONSTANTS)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for number in range(CONSTANTS):
            key = cleaned.get(f"constant_target_{number}", "")
            text = cleaned.get(f"constant_text_{number}", "")
            if bool(key) != bool(text):
                self.add_error(f"constant_text_{number}", _("Give both the field and what it is."))
            elif key in self.known:
                _kept, errors = catalogue.clean({key: text}, fields=self.known)
                for reason in errors.values():
                    self.add_error(f"constant_text_{number}", reason)
        return cleaned

    def plan(self) -> Plan:
        """What was decided; for a valid form."""
        return self._plan(self.cleaned_data)

    def draft(self) -> Plan:
        """What the form says as it stands, leaving out what cannot be; for the preview."""
        if self.is_bound:
            return self._plan(getattr(self, "cleaned_data", {}))
        initial = {name: field.initial for name, field in self.fields.items()}
        return self._plan({**initial, **self.initial})

    def _plan(self, answers: Mapping[str, Any]) -> Plan:
        chosen = [
            (path, answers.get(f"target_{number}", LEAVE), only)
            for number, (path, _target, only) in enumerate(self.places)
        ]
        pairs = [
            (
                answers.get(f"constant_target_{number}", ""),
                answers.get(f"constant_text_{number}", ""),
            )
            for number in range(CONSTANTS)
        ]
        return Plan(
            picks=[(path, target) for path, target, _only in chosen if target not in (LEAVE, ONLY)],
            only=[(path, only) for path, target, only in chosen if target == ONLY],
            constants=[pair for pair in pairs if all(pair)],
            each=self.lists.get(answers.get("each", ""), ()),
            kind=answers.get("kind", ""),
        )


def target_groups(known: Mapping[str, LeadField]) -> list[Group]:
    """What a place in a message may become, in groups."""
    built_in = [(key, field.label) for key, field in known.items() if field.attribute is None]
    own = [(key, field.label) for key, field in known.items() if field.attribute]
    return [
        ("", [(LEAVE, _("Leave out")), (ONLY, _("Only if it says this"))]),
        (_("The lead"), [*built_in, *PERSON_TARGETS.items()]),
        (_("Your own fields"), own),
        (_("What happened"), list(EVENT_TARGETS.items())),
    ]


Place = tuple[Path, str, str]


def _places(
    data: QueryDict | None, plan: Plan, shape: Shape, sender: Sender, options: int
) -> list[Place]:
    """The places to show, each with its target and the text that it must hold: what is mapped first, what
    surrounds the answers last."""
    most = max(FEWEST_ROWS, min(MOST_ROWS, MOST_OPTIONS // options))
    if data is not None:
        return _posted(data)[:MOST_ROWS]
    places: list[Place] = [(path, ONLY, text) for path, text in plan.only]
    places += [(path, target, "") for path, target in plan.picks]
    seen = {paths.written(path) for path, _target, _only in places}
    leaves = [leaf for item in shape.items[:5] for leaf in paths.leaves(item)]
    for leaf in sorted(leaves, key=lambda leaf: bool(sender.ignored & set(map(str, leaf.path)))):
        key = paths.written(leaf.path)
        if key not in seen:
            seen.add(key)
            places.append((leaf.path, LEAVE, ""))
    return places[: max(most, len(plan.only) + len(plan.picks))]


def _posted(data: QueryDict) -> list[Place]:
    texts = data.getlist("only")
    places: list[Place] = []
    for number, written in enumerate(data.getlist("path")):
        try:
            path = paths.parsed(written)
        except ValueError:
            continue
        places.append((path, LEAVE, texts[number][:400] if number < len(texts) else ""))
    return places


def _hint(path: Path, hints: Mapping[str, str]) -> str:
    named = [step["is"] for step in path if isinstance(step, dict)]
    return next((hints[name] for name in named if name in hints), "")
