"""Is it a program that sent this? Whoever is suspected is thanked like everybody and waits for a person."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

TRAP, FAST = "trap", "fast"
# What a person who looks at a suspected submission is told.
MARKS = {
    TRAP: _("Filled in a field that people do not see."),
    FAST: _("Sent faster than a person can type."),
}
SUSPICIOUS = frozenset({TRAP, FAST})


def marks(*, trapped: bool, took: timedelta, least_seconds: int) -> list[str]:
    """The keys of MARKS that hold for a submission that `took` so long since its page was made."""
    found = {TRAP: trapped, FAST: took < timedelta(seconds=least_seconds)}
    return [mark for mark, holds in found.items() if holds]


def suspected(found: Iterable[str]) -> bool:
    return not SUSPICIOUS.isdisjoint(found)
