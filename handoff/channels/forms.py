"""The form of a channel."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import outbound
from accounts.confirming_forms import ConfirmedForm
from accounts.forms import Line
from accounts.outbound import OutboundError
from accounts.signed_in import person
from handoff.channels import editing, kinds
from handoff.models import Channel

KINDS = [
    (Channel.Kind.SLACK, gettext_lazy("Slack: one line for each thing that happens")),
    (Channel.Kind.WEBHOOK, gettext_lazy("Webhook: signed JSON for another system")),
]


class ChannelForm(ConfirmedForm):
    """`channel` is the one that is changed. Its address is a secret and not shown again."""

    password_help = gettext_lazy(
        "A new address needs it: what leadhub tells leaves the house there."
    )

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=KINDS, widget=forms.RadioSelect, initial="slack"
    )
    name = Line(label=gettext_lazy("Name"), max_length=120)
    url = Line(
        label=gettext_lazy("Address"), max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Tell of"), choices=kinds.CHOSEN, widget=forms.CheckboxSelectMultiple,
        initial=kinds.USUAL,
        error_messages={"required": gettext_lazy("Choose at least one thing to tell of.")},
    )  # fmt: skip
    tells_who = forms.BooleanField(
        label=gettext_lazy("Send names, e-mail addresses and phone numbers of leads"),
        required=False,
        help_text=gettext_lazy(
            "Without it a message has ids, company, score and a link, which is enough for many systems."
        ),
    )

    def __init__(self, *args: Any, channel: Channel | None = None, **more: Any) -> None:
        names = ("name", "kinds", "team", "tells_who")
        more["initial"] = {name: getattr(channel, name) for name in names} if channel else {}
        super().__init__(*args, **more)
        user = person(self.request)
        every = editing.may_choose_all(user)
        self.fields["team"] = forms.ModelChoiceField(
            label=_("Of which team"), queryset=editing.teams_for(user), required=not every,
            empty_label=_("Every team") if every else None,
        )  # fmt: skip
        self.fields["url"].help_text = _(
            "From Slack: Apps, Incoming Webhooks. Any address that begins with https://."
        )
        if channel:
            del self.fields["kind"]
            self.fields["url"].required = False
            self.fields["url"].help_text = (
                _("Leave it empty to keep the address at %s.") % channel.host
            )
        self.order_fields(["kind", "name", "url", "team", "kinds", "tells_who"])

    def needs_password(self) -> bool:
        """An address that was refused is not worth it, and one that stays needs none."""
        return bool(self.cleaned_data.get("url"))

    def clean_url(self) -> str:
        """Refuses what is never called, with the reason; who cannot be found is told too."""
        url: str = self.cleaned_data["url"]
        if url:
            try:
                outbound.check(url)
            except OutboundError as error:
                raise forms.ValidationError(str(error)) from error
        return url
