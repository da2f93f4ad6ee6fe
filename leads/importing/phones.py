"""Rows that name a person by nothing but a phone number. Pure."""

import re

from django.utils.translation import gettext as _

from leads.identity import contact_keys
from leads.identity.joining import Key
from leads.importing.cells import RowRejected
from leads.importing.mapping import key_kind

# Fewer digits are an extension or a slip; more have no telephone (ITU-T E.164).
DIGITS = range(7, 16)
SPELLED = re.compile(r"[+\d\s().,/x-]+", re.IGNORECASE)
KIND = key_kind("phone")


def phone_key(text: str, country: str) -> Key:
    """The number as a key, so that each way to write it is one person's. Raises RowRejected for no number."""
    region = country if len(country) == 2 else None
    if number := contact_keys.normal_phone(text, region):
        return KIND, number
    # A number that no plan of numbers knows still names the same person next time.
    digits = re.sub(r"\D", "", text)
    if not SPELLED.fullmatch(text) or len(digits) not in DIGITS:
        raise RowRejected(_("“%(text)s” is not a phone number.") % {"text": text[:40]})
    return KIND, digits
