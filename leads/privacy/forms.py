"""Forms of the privacy pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.text import TextError, clean_text
from leads.models import ConsentPurpose, RetentionRule, Suppression

LONGEST_TEXT = 4_000
LONGEST_DAYS = 3_650


def _kept(value: str, limit: int) -> str:
    try:
        return clean_text(value, limit=limit).strip()
    except TextError as error:
        raise forms.ValidationError(str(error)) from None


class PurposeForm(forms.Form):
    """A new purpose, or one that is changed: other words make another version of its text."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As the person reads it."))
    description = forms.CharField(label=_("What it allows"), max_length=400, required=False)
    text = forms.CharField(
        label=_("Words to agree to"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Shown beside the box on forms. Every change is a new version; answers keep theirs."
        ),
    )
    covers_activity = forms.BooleanField(
        label=_("A no takes the person's visits out of scores"), required=False
    )
    is_active = forms.BooleanField(label=_("Ask for it"), required=False, initial=True)

    def __init__(self, found: ConsentPurpose | None, sent: Any = None) -> None:
        super().__init__(sent, initial=self._initial(found))
        if found is None:
            del self.fields["is_active"]

    def _initial(self, found: ConsentPurpose | None) -> dict[str, Any]:
        if found is None:
            return {}
        newest = found.texts.first()
        return {
            "name": found.name,
            "description": found.description,
            "covers_activity": found.covers_activity,
            "is_active": found.is_active,
            "text": newest.text if newest else "",
        }

    def clean_name(self) -> str:
        return _kept(self.cleaned_data["name"], 120)

    def clean_description(self) -> str:
        return _kept(self.cleaned_data["description"], 400)

    def clean_text(self) -> str:
        return _kept(self.cleaned_data["text"], LONGEST_TEXT)


class ByHandForm(forms.Form):
    """A yes or no that a colleague heard."""

    purpose = forms.ModelChoiceField(
        label=_("Purpose"), queryset=ConsentPurpose.objects.filter(is_active=True),
        to_field_name="key", empty_label=None,
    )  # fmt: skip
    granted = forms.ChoiceField(
        label=_("The person said"), choices=[("yes", _("Yes")), ("no", _("No"))]
    )
    how = forms.CharField(
        label=_("How do we know?"), max_length=200,
        help_text=_("On the phone on 3 March, by letter, at the fair."),
    )  # fmt: skip

    def clean_how(self) -> str:
        return _kept(self.cleaned_data["how"], 200)


class SuppressForm(forms.Form):
    lines = forms.CharField(
        label=_("Addresses and numbers"),
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: name@firm.example or +49 30 1234567."),
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (reason.value, reason.label)
            for reason in (
                Suppression.Reason.LIST, Suppression.Reason.BY_HAND, Suppression.Reason.COMPLAINT,
                Suppression.Reason.BOUNCED, Suppression.Reason.UNSUBSCRIBED,
            )
        ],
    )  # fmt: skip

    def clean_lines(self) -> str:
        return _kept(self.cleaned_data["lines"], 2_000_000)


class LookUpForm(forms.Form):
    contact = forms.CharField(label=_("Is somebody on the list?"), max_length=254)

    def clean_contact(self) -> str:
        return _kept(self.cleaned_data["contact"], 254)


class EraseForm(forms.Form):
    """Typed, so that nobody erases by a slip."""

    typed = forms.CharField(label=_("To go on, type"), max_length=254)

    def __init__(self, word: str, sent: Any = None) -> None:
        super().__init__(sent)
        self.word = word
        self.fields["typed"].help_text = word

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed.casefold() != self.word.casefold():
            raise forms.ValidationError(_now("This is not “%s”. Nothing was erased.") % self.word)
        return typed


class RetentionForm(forms.Form):
    is_on = forms.BooleanField(label=_("Forget by itself"), required=False)
    days = forms.IntegerField(label=_("After how many days"), min_value=30, max_value=LONGEST_DAYS)

    def __init__(self, rule: RetentionRule, sent: Any = None) -> None:
        initial = {"is_on": rule.is_on, "days": rule.days}
        super().__init__(sent, initial=initial, prefix=rule.what)
