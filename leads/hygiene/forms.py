"""Forms of data health."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.text import TextError, clean_text
from leads import fields
from leads.hygiene import fixes
from leads.hygiene.mending import WORD_FIELDS
from leads.models import AttributeField, Fix


class FixForm(forms.Form):
    """What shall be written the same way everywhere."""

    kind = forms.ChoiceField(label=_("What to mend"), choices=Fix.Kind.choices)
    field = forms.ChoiceField(label=_("Field, for words"), required=False)
    words = forms.CharField(
        label=_("Words that mean the same"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "goog = Google"}),
        help_text=_(
            "One a line: what stands there = what shall stand there. Capital letters make no difference."
        ),
    )

    def __init__(self, sent: Any = None) -> None:
        super().__init__(sent, initial={"kind": Fix.Kind.SPACES})
        known = fields.catalogue()
        names = [
            (name, known[name].label if name in known else _("Source")) for name in WORD_FIELDS
        ]
        names += [
            (key, one.label)
            for key, one in known.items()
            if one.attribute and one.type == AttributeField.Type.TEXT
        ]
        self.fields["field"].choices = names  # type: ignore[attr-defined]

    def clean_words(self) -> dict[str, str]:
        try:
            text = clean_text(self.cleaned_data["words"], limit=100_000)
        except TextError as error:
            raise forms.ValidationError(str(error)) from None
        words, wrong = fixes.read_words(text)
        if wrong:
            raise forms.ValidationError(_now("Write “old = new”: %s") % ", ".join(wrong[:5]))
        if len(words) > fixes.MOST_WORDS:
            raise forms.ValidationError(_now("At most %d words at once.") % fixes.MOST_WORDS)
        return words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") != Fix.Kind.WORDS or self.errors:
            return cleaned
        if not cleaned.get("field"):
            self.add_error("field", _("Say which field."))
        words = cleaned.get("words")
        if not words:
            self.add_error("words", _("Give at least one word."))
        else:
            self._check_lengths(cleaned.get("field", ""), words)
        return cleaned

    def _check_lengths(self, field: str, words: dict[str, str]) -> None:
        """What the field could not hold is said here and not found out on the way."""
        known = fields.catalogue().get(field)
        limit = known.limit if known else 80
        for new in words.values():
            if len(new) > limit:
                self.add_error("words", _now("“%s…” is too long for this field.") % new[:40])

    def fix(self) -> Fix:
        """The fix that is asked for, not stored."""
        given = self.cleaned_data
        if given["kind"] != Fix.Kind.WORDS:
            return Fix(kind=given["kind"])
        return Fix(kind=given["kind"], field=given["field"], words=given["words"])
