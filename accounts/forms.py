"""Forms of accounts. They say what is wrong beside the field; what happens then is in the rooms."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import time_zones
from accounts.models import Role, Team, User
from accounts.sites import SitesField
from accounts.text import TextError, clean_text

# What each role does, for the person who gives it.
ROLES = [
    (Role.SDR, _("SDR: claims, calls and qualifies the leads of their teams")),
    (Role.MANAGER, _("Manager: sees the clocks of their teams and steps in")),
    (Role.MARKETER, _("Marketer: sees all leads, changes the model, forms and imports")),
    (Role.ADMINISTRATOR, _("Administrator: everything, and people and keys")),
]


class Line(forms.CharField):
    """One line of text: no control characters, no spaces around, none twice."""

    def clean(self, value: Any) -> str:
        try:
            text = clean_text(str(value or ""), limit=100_000)
        except TextError as error:
            raise ValidationError(str(error)) from error
        return str(super().clean(" ".join(text.split())))


class Email(forms.EmailField):
    """An address as we keep it: case-folded, in ASCII."""

    def clean(self, value: Any) -> str:
        email = str(super().clean(value)).casefold()
        if not email.isascii():
            raise ValidationError(_("Write the address without accents or other special letters."))
        return email


def zone_field(label: Any = _("Time zone")) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=time_zones.choices, initial="UTC")


def password_field(label: Any, *, new: bool = True) -> forms.CharField:
    word = "new-password" if new else "current-password"
    return forms.CharField(
        label=label, strip=False, max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": word}),
        help_text=_("At least 10 characters. A short sentence is easy to keep.") if new else "",
    )  # fmt: skip


def email_field(label: Any = _("E-mail"), **attrs: str) -> Email:
    widget = forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false", **attrs})
    return Email(label=label, max_length=254, widget=widget)


class LoginForm(forms.Form):
    # Not checked as an address: whatever is wrong, the answer is the same sentence.
    email = forms.CharField(
        label=_("E-mail"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )  # fmt: skip
    password = password_field(_("Password"), new=False)


class PasswordForm(forms.Form):
    """A new password, checked against what the person is called."""

    password = password_field(_("New password"))

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self.user)
        return password


class OwnPasswordForm(PasswordForm):
    current = password_field(_("Present password"), new=False)
    field_order = ["current", "password"]

    def clean_current(self) -> str:
        current = str(self.cleaned_data["current"])
        if self.user is None or not self.user.check_password(current):
            raise ValidationError(_("This is not your present password."))
        return current


class FirstRunForm(forms.Form):
    organisation = Line(label=_("Organisation"), max_length=120)
    time_zone = zone_field(_("Its time zone"))
    name = Line(label=_("Your name"), max_length=120)
    email = email_field(_("Your e-mail"))
    password = password_field(_("Password"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        user = User(email=data.get("email", ""), name=data.get("name", ""))
        if "password" in data:
            try:
                password_validation.validate_password(data["password"], user)
            except ValidationError as error:
                self.add_error("password", error)
        return data


class SelfForm(forms.Form):
    name = Line(label=_("Name"), max_length=120)
    time_zone = zone_field()


def role_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)


def teams_field() -> "forms.ModelMultipleChoiceField[Team]":
    return forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.all(), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("SDRs and managers see the leads of their teams."),
    )  # fmt: skip


class PersonForm(forms.Form):
    name = Line(label=_("Name"), max_length=120)
    role = role_field()
    teams = teams_field()


class InviteForm(PersonForm):
    email = email_field(autocomplete="off")
    time_zone = zone_field()
    field_order = ["email", "name", "role", "teams", "time_zone"]


class TeamForm(forms.Form):
    name = Line(label=_("Name"), max_length=120)
    time_zone = zone_field()
    closes = forms.BooleanField(
        label=_("This team closes deals"), required=False,
        help_text=_("Its people open opportunities and win or lose them."),
    )  # fmt: skip
    closed_by = forms.ModelChoiceField(
        label=_("What it accepts goes to"), queryset=Team.objects.filter(closes=True), required=False,
        empty_label=_("Stays in this team"), help_text=_("Teams that close deals can be chosen."),
    )  # fmt: skip


class OrganisationForm(forms.Form):
    name = Line(label=_("Name"), max_length=120)
    time_zone = zone_field()
    time_zone.help_text = _("Reports count their days and weeks in it.")
    sites = SitesField(
        label=_("Our web sites"),
        required=False,
        max_length=8000,
        help_text=_(
            "One a line, such as www.example.com or *.example.com. Forms send visitors to no other."
        ),
    )
