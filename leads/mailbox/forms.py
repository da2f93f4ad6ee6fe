"""The form of a mailbox."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import outbound
from accounts.forms import Line
from leads.models import Mailbox


class MailboxForm(forms.Form):
    name = Line(label=_("Name"), max_length=120, help_text=_("For you and your colleagues."))
    host = Line(
        label=_("Mail server"), max_length=253,
        help_text=_("Its IMAP name, such as imap.example.com. It is reached over TLS."),
    )  # fmt: skip
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    user = Line(label=_("User"), max_length=254)
    password = forms.CharField(
        label=_("Password"), max_length=500, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    folder = Line(label=_("Folder"), max_length=200, initial="INBOX")
    becomes = forms.ChoiceField(
        label=_("Messages become"), choices=Mailbox.Becomes, widget=forms.RadioSelect,
        initial=Mailbox.Becomes.LEADS,
    )  # fmt: skip
    source = Line(
        label=_("Source"), max_length=80, initial=_("E-mail"),
        help_text=_("Leads that first come by this mailbox keep it as their source."),
    )  # fmt: skip
    past = forms.BooleanField(
        label=_("Also take the messages of the last 30 days"), required=False,
        help_text=_("Otherwise those that come from today on."),
    )  # fmt: skip
    is_on = forms.BooleanField(
        label=_("On"), required=False, initial=True, help_text=_("It is read every minute.")
    )

    def __init__(self, data: Any = None, *, mailbox: Mailbox | None = None) -> None:
        kept = [name for name in self.base_fields if hasattr(mailbox, name) and name != "password"]
        super().__init__(data, initial={name: getattr(mailbox, name) for name in kept})
        self.fields["password"].required = mailbox is None
        if mailbox is not None:
            self.fields["password"].help_text = _("Leave it empty to keep the present one.")

    def clean_folder(self) -> str:
        folder = str(self.cleaned_data["folder"])
        if not folder.isascii():
            raise ValidationError(_("Write the name of the folder in ASCII letters."))
        return folder

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "host" in cleaned and "port" in cleaned:
            try:
                outbound.judged(cleaned["host"], cleaned["port"])
            except outbound.OutboundError as error:
                self.add_error("host", str(error))
        return cleaned
