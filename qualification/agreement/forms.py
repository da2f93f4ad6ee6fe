"""Terms, reviews and minutes as people type them."""

from datetime import date
from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from leads import fields
from qualification.agreement.terms import MOST_MQLS
from qualification.models import Review, Terms


def _percent(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, required=False, min_value=0, max_value=100
    )


class TermsForm(forms.Form):
    """Both sides' numbers for a team; what is left empty is not promised."""

    mqls_a_month = forms.IntegerField(
        label=gettext_lazy("MQLs a month"), required=False, min_value=1, max_value=MOST_MQLS,
        help_text=gettext_lazy("Marketing hands over at least so many."),
    )  # fmt: skip
    accepted_percent = _percent(
        gettext_lazy("Accepted, in percent"),
        gettext_lazy("Of the MQLs that sales decides, it accepts at least so many as SQL."),
    )
    complete_percent = _percent(
        gettext_lazy("Complete, in percent"),
        gettext_lazy("At least so many of the MQLs come with what is ticked below."),
    )
    complete_fields = forms.MultipleChoiceField(
        label=gettext_lazy("A lead is complete with"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    kept_percent = _percent(
        gettext_lazy("Deadlines met, in percent"),
        gettext_lazy("Sales meets at least so many of the deadlines of its policies."),
    )
    attempts = forms.IntegerField(
        label=gettext_lazy("Attempts"), required=False, min_value=1, max_value=50,
        help_text=gettext_lazy("Sales calls, writes or meets so often before it says “unable to reach”."),
    )  # fmt: skip

    def __init__(self, *args: Any, terms: Terms, **more: Any) -> None:
        more["initial"] = model_to_dict(terms)
        super().__init__(*args, **more)
        chosen = self.fields["complete_fields"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(key, str(field.label)) for key, field in fields.catalogue().items()]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("complete_percent") is not None and not given.get("complete_fields"):
            self.add_error("complete_fields", _("Tick what a lead must come with."))
        return given


class PlanForm(forms.Form):
    """Who calls the next review, and until when."""

    owner = forms.ModelChoiceField(label=gettext_lazy("Who calls it"), queryset=User.objects.none())
    due_on = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, today: date, review: Review | None, **more: Any) -> None:
        if review is not None:
            more["initial"] = {"owner": review.owner, "due_on": review.due_on.isoformat()}
        super().__init__(*args, **more)
        self.today = today
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = User.objects.filter(
            is_active=True, role__in=[Role.MARKETER, Role.MANAGER, Role.ADMINISTRATOR]
        )

    def clean_due_on(self) -> date:
        due: date = self.cleaned_data["due_on"]
        if due < self.today:
            today = date_format(self.today, "j M Y")
            raise forms.ValidationError(_("Choose %(day)s or later.") % {"day": today})
        return due


class MinutesForm(forms.Form):
    """What the two sides found and decided."""

    minutes = forms.CharField(
        label=gettext_lazy("Minutes"), max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("What you looked at, what you found, and what changes by it."),
    )  # fmt: skip
