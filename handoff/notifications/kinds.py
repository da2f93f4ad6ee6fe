"""What people are told of: each kind with its name, its icon and how one hears of it who chose nothing."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """`by_mail`: by e-mail too; `passes`: its e-mail comes in quiet hours as well."""

    label: Any
    icon: str = "bell"
    in_app: bool = True
    by_mail: bool = False
    passes: bool = False


KINDS: dict[str, Kind] = {
    "opened": Kind(_("A lead lies in your queue"), "inbox"),
    "offered": Kind(_("A lead is offered to you first"), "user-check"),
    "fallback": Kind(
        _("A lead lies where nobody was meant to get it"), "alert-triangle", by_mail=True
    ),
    "handed": Kind(_("A lead is given to you or taken from you"), "users"),
    "warn": Kind(_("A deadline comes near"), "clock"),
    "breach": Kind(_("A deadline is missed"), "clock-exclamation", by_mail=True, passes=True),
    "nudge": Kind(_("Somebody, or a rule, asks you to get to a lead"), "bell"),
    "annulled": Kind(_("A missed deadline was none after all"), "clock-check"),
    "warmed": Kind(_("A lead warms up"), "bolt"),
    "rose": Kind(_("A lead that you hold rises in band"), "arrow-up"),
    "flagged": Kind(_("A lead that you hold is out of the race"), "ban", by_mail=True),
    "moved": Kind(_("A promise changed for clocks that run"), "clock"),
    "wrote": Kind(_("A lead writes an e-mail"), "mail"),
    "answered": Kind(_("A lead answers our questions"), "list-check"),
    "sql": Kind(_("An accepted lead waits for an opportunity"), "trophy"),
    "review": Kind(_("A deal of yours is closed and can be reviewed"), "list-check"),
    "coached": Kind(_("Your manager writes to a card of yours"), "message"),
    "rating": Kind(_("A manager asks you to rate leads"), "flask"),
    "disputed": Kind(_("Marketing settles what you disputed"), "check"),
    "proposed": Kind(_("Somebody proposes a scoring model"), "adjustments-horizontal"),
    "approved": Kind(_("Your scoring model is approved"), "check"),
    "sent_back": Kind(_("Your scoring model is sent back"), "arrow-back-up"),
    "channel_off": Kind(
        _("A channel is switched off because nothing arrives"), "plug", by_mail=True
    ),
}
# Of a kind nobody named: told, and no more.
OTHER = Kind(_("Other"))


def of(key: str) -> Kind:
    return KINDS.get(key, OTHER)
