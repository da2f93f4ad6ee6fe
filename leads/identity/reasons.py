"""Why two leads look like one person, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.identity.likeness import AGAINST

WORDS = {
    "mailbox": _("Same mailbox"),
    "address": _("Same address"),
    "birthday": _("Same birthday"),
    "name": _("Same name"),
    "phone": _("Same phone"),
    "company": _("Same company"),
    "local": _("Same name before the @"),
    "name_part": _("Similar name"),
    "name_some": _("Some words of the name"),
    "zip": _("Same postcode"),
    "told_both": _("One message named both"),
    "other_name": _("Names differ"),
    "other_birthday": _("Birthdays differ"),
    "other_phone": _("Phones differ"),
    "other_address": _("Addresses differ"),
    "other_zip": _("Postcodes differ"),
}


@dataclass(frozen=True)
class Reason:
    text: Any
    is_against: bool


def in_words(keys: Iterable[str]) -> list[Reason]:
    return [Reason(WORDS.get(key, key), key in AGAINST) for key in keys]
