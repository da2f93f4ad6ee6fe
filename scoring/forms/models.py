"""Forms of the line-up: a new model, and whom and what a model is for."""

import json
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.rules import TEXT, Condition, RuleError
from scoring import catalogue
from scoring.models import ScoringModel
from scoring.publishing import line_up
from scoring.starters import STARTERS
from scoring.starters.guided import SIGNS, Answers, guided
from scoring.starters.pieces import Shape

GUIDED, FILE = "guided", "file"
ROWS = 3
LARGEST_FILE = 2_000_000
OPS = [("one_of", _("is one of")), ("not_one_of", _("is none of"))]


class NewModelForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=_("What it scores"), choices=ScoringModel.Kind, initial=ScoringModel.Kind.MARKETING,
        help_text=_("A service model scores customers; who crosses goes to the owner of the account."),
    )  # fmt: skip
    starter = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("A model as JSON, as a model's page gives it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["starter"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(s.key, s.label) for s in STARTERS]
        chosen.choices += [
            (GUIDED, _("Five questions about your ideal customer")),
            (FILE, _("A file")),
        ]
        chosen.initial = STARTERS[0].key

    def clean_file(self) -> Shape | None:
        sent: UploadedFile | None = self.cleaned_data["file"]
        if sent is None:
            return None
        if (sent.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_now("The file is larger than any model."))
        try:
            data = json.loads(sent.read())
        except (ValueError, RecursionError):
            raise forms.ValidationError(_now("This is no JSON.")) from None
        if not isinstance(data, dict):
            raise forms.ValidationError(_now("This is no model."))
        inner = data.get("definition", data)
        return inner if isinstance(inner, dict) else {}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("starter") == FILE and not said.get("file") and "file" not in self.errors:
            self.add_error("file", _now("Choose the file."))
        return said

    def definition(self) -> Shape:
        """What it begins with; for the five questions see GuidedForm."""
        if self.cleaned_data["starter"] == FILE:
            found: Shape = self.cleaned_data["file"]
            return found
        return next(s.definition() for s in STARTERS if s.key == self.cleaned_data["starter"])


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


class GuidedForm(forms.Form):
    """Five questions about the ideal customer."""

    seniority = forms.MultipleChoiceField(
        label=_("Who decides at a good customer?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    smallest = forms.IntegerField(
        label=_("How large is it? Employees from"),
        required=False,
        min_value=1,
        max_value=10_000_000,
    )
    largest = forms.IntegerField(
        label=_("Employees up to"), required=False, min_value=1, max_value=10_000_000
    )
    industries = forms.CharField(
        label=_("In which industries?"),
        required=False,
        max_length=2000,
        help_text=_("With commas between."),
    )
    countries = forms.CharField(
        label=_("In which countries do you sell?"), required=False, max_length=2000,
        help_text=_("Two-letter codes with commas between, such as DE, AT, CH."),
    )  # fmt: skip
    signs = forms.MultipleChoiceField(
        label=_("What do people do before they buy?"), required=False,
        choices=[(key, label) for key, (label, _shape) in SIGNS.items()],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["seniority"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = catalogue.seniorities()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        low, high = said.get("smallest"), said.get("largest")
        if low is not None and high is not None and low > high:
            self.add_error("largest", _now("This lies below the smallest."))
        return said

    def definition(self) -> Shape:
        said = self.cleaned_data
        return guided(
            Answers(
                tuple(said["seniority"]), said["smallest"], said["largest"], _words(said["industries"]),
                tuple(code.upper() for code in _words(said["countries"])), tuple(said["signs"]),
            )
        )  # fmt: skip


class ArrangeForm(forms.ModelForm):
    """Name, order, kind and capacity of a model, and up to ROWS conditions of its segment."""

    class Meta:
        model = ScoringModel
        fields = ("name", "order", "kind", "capacity", "needs_approval")
        labels = {
            "name": _("Name"),
            "order": _("Place in the order"),
            "kind": _("What it scores"),
            "capacity": _("MQLs that sales can take a day"),
            "needs_approval": _("A second person approves what is published"),
        }
        help_texts = {
            "order": _("The first model whose conditions hold scores a lead."),
            "needs_approval": _("An administrator switches this."),
        }

    def __init__(self, *args: Any, may_govern: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Else it stays as it is, whatever is sent.
        self.fields["needs_approval"].disabled = not may_govern
        self.fields["order"].widget.attrs["max"] = 1000
        types, labels = catalogue.catalogues()[0], catalogue.field_labels()
        texts = [
            (k, labels[k]) for k, t in types.items() if t == TEXT and not k.startswith("title.")
        ]
        shown = self.instance.segment.get("all", []) if self.instance.pk else []
        for n in range(ROWS):
            row = shown[n] if n < len(shown) else {}
            value = row.get("value", "")
            said = ", ".join(value) if isinstance(value, list) else value
            self.fields |= {
                f"field{n}": forms.ChoiceField(
                    label=_("For leads where") if n == 0 else _("and"), required=False,
                    choices=[("", _("everybody")), *sorted(texts, key=lambda one: str(one[1]))],
                    initial=row.get("field", ""),
                ),
                f"op{n}": forms.ChoiceField(
                    label=_("Comparison"), choices=OPS, required=False, initial=row.get("op", "one_of")
                ),
                f"value{n}": forms.CharField(
                    label=_("Values"), required=False, max_length=2000, initial=said,
                    help_text=_("With commas between."),
                ),
            }  # fmt: skip

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).strip()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        conditions: list[Condition] = []
        for n in range(ROWS):
            if not said.get(f"field{n}"):
                continue
            row = {
                "field": said[f"field{n}"],
                "op": said.get(f"op{n}") or "one_of",
                "value": list(_words(said.get(f"value{n}") or "")),
            }
            try:
                conditions += line_up.understood_segment([row])
            except RuleError as error:
                self.add_error(f"value{n}", str(error))
        said["segment"] = {"all": [c.to_json() for c in conditions]} if conditions else {}
        return said
