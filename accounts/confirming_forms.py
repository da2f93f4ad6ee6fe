"""A form that asks for the password again."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import clock, confirming, logins
from accounts.forms import password_field

NAME = "own_password"


class ConfirmedForm(forms.Form):
    """Has a field for the password of who sends it, unless it was typed a moment ago. What the room gets never
    contains it."""

    password_help = gettext_lazy("So that nobody else does this while you are away.")

    def __init__(self, *args: Any, request: HttpRequest, **more: Any) -> None:
        super().__init__(*args, **more)
        self.request = request
        if not confirming.is_fresh(request, at=clock.now()):
            self.fields[NAME] = password_field(gettext_lazy("Your password"), new=False)
            self.fields[NAME].required = False
            self.fields[NAME].help_text = self.password_help

    def needs_password(self) -> bool:
        """Whether what was filled in is worth asking for it."""
        return True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if NAME in self.fields:
            password = cleaned.pop(NAME, "")
            if self.needs_password():
                self._confirm(password)
        return cleaned

    def _confirm(self, password: str) -> None:
        if not password:
            self.add_error(NAME, _("Type your password to go on."))
            return
        try:
            confirming.check(self.request, password=password, at=clock.now())
        except confirming.WrongPassword:
            self.add_error(NAME, _("This is not your present password."))
        except logins.TooOften as refused:
            text = _("Too many attempts. Try again in %(seconds)d seconds.")
            self.add_error(NAME, text % {"seconds": refused.retry_after_s})
        else:
            # Where something else is wrong, it need not be typed a second time.
            del self.fields[NAME]
