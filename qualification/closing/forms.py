"""What comes in about deals: opening one, changing it, how it ended, sending an SQL back."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from accounts.models import Role, Team, User
from qualification import recycling
from qualification.closing import deals
from qualification.forms import Words
from qualification.models import DealReason, DealStage, Opportunity

DAY = {"type": "date"}


class Currency(Line):
    """Three letters as ISO 4217 has them."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).upper()
        if text and not re.fullmatch("[A-Z]{3}", text):
            raise ValidationError(_("Three letters, such as EUR."))
        return text


def amount_field() -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Amount"), required=False, min_value=0, max_digits=14, decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip


def day_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, **more)


def owners(team: Team | None) -> Any:
    """Who can hold a deal of this team; anybody who works deals where it has no team."""
    people = User.objects.filter(is_active=True)
    if team is None:
        return people.filter(role__in=(Role.SDR, Role.MANAGER, Role.ADMINISTRATOR))
    return people.filter(teams=team, role__in=(Role.SDR, Role.MANAGER))


class DealForm(forms.Form):
    """An opportunity to open."""

    amount = amount_field()
    currency = Currency(label=_("Currency"), max_length=3)
    expected_on = day_field(_("Expected close"))
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), empty_label=_("Nobody yet"), required=False
    )
    name = Line(label=_("Name"), max_length=200)

    def __init__(
        self, data: Any = None, *, team: Team | None, also: User | None = None, **more: Any
    ) -> None:
        super().__init__(data, auto_id="deal-%s", **more)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        holders = owners(team) | User.objects.filter(pk=also.pk if also else 0)
        field.queryset = holders.distinct()


class ChangeForm(DealForm):
    """An open opportunity."""

    deal = Line(label=_("Id in another system"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, deal: Opportunity) -> None:
        there = {name: getattr(deal, name) for name in self.base_fields}
        super().__init__(data, team=deal.team, also=deal.owner, initial=there)


class StageForm(forms.Form):
    stage = forms.ModelChoiceField(queryset=DealStage.objects.filter(is_active=True))


class EndForm(forms.Form):
    """How a deal ended."""

    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=DealReason.objects.none(), required=False,
        widget=forms.RadioSelect, empty_label=None,
    )  # fmt: skip
    on = day_field(_("Day"))
    note = Words(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, state: str, today: date) -> None:
        super().__init__(data, auto_id=f"{state}-%s", initial={"on": today})
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ModelChoiceField)
        self.reasons = DealReason.objects.filter(ending=state, is_active=True)
        reason.queryset = self.reasons


class SendBackForm(forms.Form):
    until = day_field(_("Rests until"))
    note = Words(
        label=_("Why there is no deal in it"), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, today: date) -> None:
        later = recycling.in_months(today, 3)
        super().__init__(data, auto_id="back-%s", initial={"until": later})
        self.today = today

    def clean_until(self) -> date:
        day: date | None = self.cleaned_data["until"]
        if day is None or not self.today < day <= self.today + timedelta(days=730):
            raise ValidationError(_("Choose a day within two years, from tomorrow on."))
        return day


def opening(lead: Any, passed: Any, *, by: User, data: Any = None) -> DealForm:
    """The form for a lead: what is known stands in it."""
    team = passed.team if passed else lead.team
    owner = (passed.owner if passed else None) or by
    there = {
        "currency": deals.usual_currency(), "owner": owner.pk,
        "name": lead.company_name or lead.name,
    }  # fmt: skip
    return DealForm(data, team=team, also=by, initial=there)
