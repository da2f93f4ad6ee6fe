"""The form of a key."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.confirming_forms import ConfirmedForm
from accounts.forms import Line
from accounts.models import ApiKey

KINDS = [
    (ApiKey.Kind.PUBLIC, _("Public write key: may only send events; it can stand in a web page")),
    (ApiKey.Kind.SECRET, _("Secret server key: reads and writes; keep it on a server")),
]


class KeyForm(ConfirmedForm):
    name = Line(label=_("What it is for"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, widget=forms.RadioSelect)
