"""Is it a program that sent this? Whoever is suspected is thanked like everybody and waits for a person."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from leads.identity import mail_domains

TRAP, FAST, DISPOSABLE = "trap", "fast", "disposable"
# What a person who looks at a suspected submission is told.
MARKS = {
    TRAP: _("Filled in a field that people do not see."),
    FAST: _("Sent faster than a person can type."),
    DISPOSABLE: _("The address is of a throw-away mail service."),
}
# A throw-away address is worth knowing, and no reason to hold anybody.
SUSPICIOUS = frozenset({TRAP, FAST})


def marks(*, trapped: bool, took: timedelta, least_seconds: int, email: str = "") -> list[str]:
    """The keys of MARKS that hold for a submission that `took` so long since its page was made."""
    found = {
        TRAP: trapped,
        FAST: took < timedelta(seconds=least_seconds),
        DISPOSABLE: mail_domains.kind(email.rpartition("@")[2]) is mail_domains.Kind.DISPOSABLE,
    }
    return [mark for mark, holds in found.items() if holds]


def suspected(found: Iterable[str]) -> bool:
    return not SUSPICIOUS.isdisjoint(found)
