"""The editor of a chat: its texts, where it shows up, and its steps with their rules."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from accounts.sites import SitesField
from leads.models import ConsentText
from qualification.chatting.steps import EMAIL, END, HAS, IS, SKIPPED, Rule, Step
from qualification.forms import Words
from qualification.models import Chat

NEW = "add"
MOST_STEPS, MOST_CHOICES, RULES = 20, 8, 2
STEP = re.compile("s[0-9]{1,3}")


class PathsField(forms.CharField):
    """Beginnings of paths, one a line; cleaned it is a list."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        for line in lines:
            if not line.startswith("/") or len(line) > 400:
                raise ValidationError(_("“%s” is no path: it begins with a slash.") % line[:80])
        return list(dict.fromkeys(lines))[:50]


def _text(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ChatForm(forms.Form):
    name = Line(
        label=_("Name"),
        max_length=120,
        help_text=_("Visitors read it on the button that opens it."),
    )
    slug = forms.SlugField(
        label=_("Address"), max_length=60,
        help_text=_("The last part of the link: small letters, digits and hyphens."),
    )  # fmt: skip
    greeting = Words(
        label=_("Greeting"), max_length=400, widget=_text(),
        initial=_("Hello! A few short questions, and you talk to the right person."),
    )  # fmt: skip
    closing = Words(
        label=_("At the end"), max_length=400, widget=_text(),
        initial=_("Thank you. We will be in touch."),
    )  # fmt: skip
    source = Line(
        label=_("Source"), max_length=80, initial=_("Chat"),
        help_text=_("Leads that first come by this chat keep it as their source."),
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label=_("Consent"), required=False,
        help_text=_("Its text stands where the e-mail is asked for, to be ticked."),
    )  # fmt: skip
    pages = PathsField(
        label=_("Shows up by itself on"), required=False,
        help_text=_("Beginnings of paths, one a line, such as /pricing. Elsewhere the visitor opens it."),
    )  # fmt: skip
    after_s = forms.IntegerField(
        label=_("After so many seconds"), min_value=0, max_value=600, initial=5
    )
    embed_hosts = SitesField(
        label=_("Sites that may show it"), required=False,
        help_text=_("One a line, such as www.example.com."),
    )  # fmt: skip
    least_seconds = forms.IntegerField(
        label=_("Suspect whoever is faster than (seconds)"), min_value=0, max_value=60, initial=3
    )
    is_live = forms.BooleanField(label=_("Live"), required=False, initial=True)

    def __init__(
        self, texts: Mapping[str, ConsentText], data: Any = None, *, chat: Chat | None = None
    ) -> None:
        kept = {name: getattr(chat, name) for name in self.base_fields} if chat else {}
        super().__init__(data, initial=kept)
        purpose = self.fields["purpose"]
        assert isinstance(purpose, forms.ChoiceField)
        known = [(key, text.purpose.name) for key, text in texts.items()]
        purpose.choices = [("", _("Ask for none")), *known]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug == NEW:
            raise ValidationError(_("This address is our own. Choose another one."))
        return slug


class StepForm(forms.Form):
    ask = Line(label=_("Question"), max_length=300)
    about = forms.ChoiceField(label=_("The answer is about"), required=False)
    choices = Words(
        label=_("Choices"), required=False, max_length=1000, widget=_text(),
        help_text=_("One a line. Without any, the visitor types."),
    )  # fmt: skip
    may_skip = forms.BooleanField(label=_("May be skipped"), required=False)

    def __init__(
        self,
        key: str,
        data: Any = None,
        *,
        step: Step | None = None,
        subjects: Sequence[tuple[str, str]],
        others: Sequence[str],
    ) -> None:
        super().__init__(data, prefix=key, initial=_initial(step))
        self.key = key
        self.number = others.index(key) + 1
        self.later = others[self.number :]
        self.fields["about"].choices = subjects  # type: ignore[attr-defined]
        for number in range(RULES):
            self._add_rule(number)

    def _add_rule(self, number: int) -> None:
        whens = [("", "—"), (IS, _("is")), (HAS, _("holds")), (SKIPPED, _("was skipped"))]
        # The number of a question is its place; the words of it may still change.
        goes = [(key, _("question %d") % (self.number + n)) for n, key in enumerate(self.later, 1)]
        back = {"invalid_choice": _("A rule leads to a later question.")}
        fields = {
            f"when{number}": forms.ChoiceField(
                label=_("If the answer"), choices=whens, required=False
            ),
            f"value{number}": Line(label=_("this"), max_length=200, required=False),
            f"go{number}": forms.ChoiceField(
                label=_("go to"), choices=[*goes, (END, _("the end"))], required=False,
                error_messages=back,
            ),
        }  # fmt: skip
        self.fields.update(fields)

    @property
    def rules(self) -> list[list[forms.BoundField]]:
        return [[self[f"{part}{n}"] for part in ("when", "value", "go")] for n in range(RULES)]

    @property
    def is_special(self) -> bool:
        """Whether there are choices or rules to look at, or mistakes in them."""
        names = ["choices", *(f"when{n}" for n in range(RULES))]
        return any(self[name].value() for name in names) or bool(self.errors)

    def clean_choices(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines()]
        choices = list(dict.fromkeys(line for line in lines if line))
        if len(choices) > MOST_CHOICES or any(len(choice) > 120 for choice in choices):
            raise ValidationError(_("At most %d choices of 120 characters.") % MOST_CHOICES)
        return choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for number in range(RULES):
            when = cleaned.get(f"when{number}")
            if when in (IS, HAS) and not cleaned.get(f"value{number}"):
                self.add_error(f"value{number}", _("Say which answer."))
        if cleaned.get("about") == EMAIL and cleaned.get("choices"):
            self.add_error("choices", _("An address is typed."))
        return cleaned

    def step(self) -> Step:
        """The step that was typed; call it on a valid form."""
        told = self.cleaned_data
        rules = [
            Rule(told[f"when{n}"], told[f"value{n}"], told[f"go{n}"])
            for n in range(RULES)
            if told[f"when{n}"]
        ]
        return Step(
            self.key,
            told["ask"],
            told["about"],
            tuple(told["choices"]),
            told["may_skip"],
            tuple(rules),
        )


def _initial(step: Step | None) -> dict[str, Any]:
    if step is None:
        return {}
    told: dict[str, Any] = {"ask": step.ask, "about": step.about, "may_skip": step.may_skip}
    told["choices"] = "\n".join(step.choices)
    for number, rule in enumerate(step.rules[:RULES]):
        told |= {f"when{number}": rule.when, f"value{number}": rule.value, f"go{number}": rule.go}
    return told


def as_typed(form: forms.Form, data: QueryDict) -> None:
    """Shows an unbound form with what was typed, and judges nothing yet."""
    for name, field in form.fields.items():
        form.initial[name] = field.widget.value_from_datadict(data, {}, form.add_prefix(name))


def order_of(data: QueryDict) -> list[str]:
    """The keys of the steps as they were sent, in their order, without those taken away, with a new one if asked."""
    gone = set(data.getlist("gone"))
    keys = [key for key in dict.fromkeys(data.getlist("order")) if STEP.fullmatch(key)]
    kept = [key for key in keys if key not in gone][:MOST_STEPS]
    if "more" in data and len(kept) < MOST_STEPS:
        kept.append(f"s{max((int(key[1:]) for key in keys), default=0) + 1}")
    return kept


def problem_of(steps: Sequence[Step]) -> str:
    """Why these steps make no chat, for the person who wrote them; empty if they do."""
    if not steps:
        return str(_("Ask at least one question."))
    if sum(step.about == EMAIL for step in steps) != 1:
        return str(
            _("Ask for the e-mail once: without it nobody can be reached, and nothing is kept.")
        )
    return ""
