"""Ways of writing that are the same for everybody. Pure: a way looks at one lead and says what it would hold."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.db.models import F, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower, Trim, Upper
from django.db.models.lookups import In

from leads.identity.joining import get
from leads.models import Fix, Lead

Kind = Fix.Kind
TEXTS = ("first_name", "last_name", "title", "company_name", "phone")
NAMES = ("first_name", "last_name")
BLANKS = r"^\s|\s$|\s\s"
LETTERS = re.compile(r"[^\W\d_]+")
# Fields whose words can be mapped to others, beside custom fields of text.
WORD_FIELDS = ("source", "title", "company_name")


@dataclass(frozen=True)
class Way:
    """`asks` is the question to the database that leaves out whoever cannot be meant, `mends` gives the new
    values of the fields that change."""

    asks: Q
    mends: Callable[[Lead], dict[str, Any]]


def way(fix: Fix) -> Way:
    """How this fix writes."""
    if fix.kind == Kind.WORDS:
        return Way(_words_asked(fix), lambda lead: _words(lead, fix.field, fix.words))
    return WAYS[Kind(fix.kind)]


def _spaces(lead: Lead) -> dict[str, Any]:
    found = {name: " ".join(getattr(lead, name).split()) for name in TEXTS}
    return {name: value for name, value in found.items() if value != getattr(lead, name)}


def _capitals(lead: Lead) -> dict[str, Any]:
    """ADA or ada becomes Ada; who writes mixed letters knows why, and a single letter is an initial."""
    changes = {}
    for name in NAMES:
        value = getattr(lead, name)
        if len(value) > 1 and (value.isupper() or value.islower()):
            written = LETTERS.sub(lambda word: _capital(word[0]), value)
            if written != value:
                changes[name] = written
    return changes


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:].lower()


def _phone(lead: Lead) -> dict[str, Any]:
    if not lead.phone_e164:
        return {}
    number = phonenumbers.parse(lead.phone_e164)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return {"phone": written} if written != lead.phone else {}


def _country(lead: Lead) -> dict[str, Any]:
    """Only where the number belongs to one country alone."""
    if lead.country or not lead.phone_e164:
        return {}
    number = phonenumbers.parse(lead.phone_e164)
    region = phonenumbers.region_code_for_number(number)
    known = region is not None and region.isalpha()
    return {"country": region} if known else {}


def _words(lead: Lead, field: str, words: Mapping[str, str]) -> dict[str, Any]:
    present = get(lead, field)
    if not isinstance(present, str):
        return {}
    wanted = words.get(present.strip().lower())
    return {field: wanted} if wanted is not None and wanted != present else {}


def _words_asked(fix: Fix) -> Q:
    column: Any = F(fix.field)
    if fix.field.startswith("custom."):
        column = KeyTextTransform(fix.field.removeprefix("custom."), "attributes")
    return Q(In(Lower(Trim(column)), list(fix.words)))


_spaced = Q()
for _name in TEXTS:
    _spaced |= Q(**{f"{_name}__regex": BLANKS})
_shouted = Q()
for _name in NAMES:
    _shouted |= ~Q(**{_name: ""}) & (Q(**{_name: Upper(_name)}) | Q(**{_name: Lower(_name)}))

WAYS: dict[Kind, Way] = {
    Kind.SPACES: Way(_spaced, _spaces),
    Kind.CAPITALS: Way(_shouted, _capitals),
    Kind.PHONE: Way(~Q(phone_e164="") & ~Q(phone=F("phone_e164")), _phone),
    Kind.COUNTRY: Way(Q(country="") & ~Q(phone_e164=""), _country),
}
