"""What of a lead can be compared with another: normalised name, company, phone, mailbox, place. Pure; and the
keys that two leads share if they are likely to be one."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leads.identity.contact_keys import company_name_key
from leads.models import Lead

# Custom fields that say where somebody is found, by the names people give them.
PLACES = ("street_number", "address", "address_1", "address1", "street", "street_address")
ZIPS = ("zip", "zip_code", "zipcode", "postcode", "postal_code", "plz")
BIRTHDAYS = ("birthday", "birth_date", "birthdate", "date_of_birth", "dob")

SHORTEST_PHONE = 7
SHORTEST_LOCAL = 6
# Mailboxes of a house, not of a person.
ROLES = {
    "info", "sales", "contact", "office", "admin", "support", "hello", "mail", "team", "service",
    "marketing", "billing", "kontakt",
}  # fmt: skip
SIDES = {
    "n": "n", "north": "n", "s": "s", "south": "s", "e": "e", "east": "e", "w": "w", "west": "w",
}  # fmt: skip
KINDS_OF_STREET = {
    "st", "street", "str", "ave", "avenue", "av", "rd", "road", "blvd", "boulevard", "dr", "drive",
    "pl", "place", "ct", "court", "ln", "lane",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+")
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
NOT_DIGIT = re.compile(r"\D")


@dataclass(frozen=True)
class Place:
    """House number, first word of the street, and its side of the town if that was said."""

    number: str
    street: str
    side: str = ""


@dataclass(frozen=True)
class Profile:
    """Empty texts and None where nothing is known."""

    lead_id: int
    first: str = ""
    last: str = ""
    company: str = ""
    company_id: int | None = None
    phone: str = ""
    mailbox: str = ""
    local: str = ""
    address: Place | None = None
    zip: str = ""
    birthday: str = ""

    @property
    def is_person(self) -> bool:
        return bool(self.first or self.last)


def profile(lead: Lead) -> Profile:
    """The profile of a lead; no query."""
    facts = {str(key).lower(): value for key, value in lead.attributes.items()}
    mailbox, local = _mailbox(lead.email or "")
    return Profile(
        lead_id=lead.pk,
        first=plain(lead.first_name),
        last=plain(lead.last_name),
        company=company_name_key(lead.company_name),
        company_id=lead.company_id,
        phone=_phone(lead),
        mailbox=mailbox,
        local=local,
        address=place(_first_of(facts, PLACES)),
        zip=_letters(_text(facts, ZIPS)).lower()[:5],
        birthday=_letters(_text(facts, BIRTHDAYS)),
    )


def plain(text: str) -> str:
    """Small letters without accents, words parted by one blank."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in folded if not unicodedata.combining(c)).replace("'", "")
    return " ".join(WORD.findall(kept))


def place(text: str) -> Place | None:
    """The house that a text such as “1234 N. Monticello Ave” names; None unless it begins with a number."""
    words = plain(text).split()
    if len(words) < 2 or not words[0].isdecimal():
        return None
    side = ""
    for word in words[1:]:
        if word in SIDES and not side:
            side = SIDES[word]
        elif word not in KINDS_OF_STREET:
            ordinal = ORDINAL.fullmatch(word)
            return Place(words[0], ordinal[1] if ordinal else word, side)
    return None


def _first_of(facts: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The values under these names, one after the other: a house number may have a field of its own."""
    return " ".join(str(facts[name]) for name in names if facts.get(name))


def _text(facts: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(facts[name]) for name in names if facts.get(name)), "")


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _phone(lead: Lead) -> str:
    digits = NOT_DIGIT.sub("", lead.phone_e164 or lead.phone).lstrip("0")
    return digits if len(digits) >= SHORTEST_PHONE else ""


def _mailbox(email: str) -> tuple[str, str]:
    """The mailbox without what only sorts mail in it (maya+news@), and its name if it is a person's."""
    name, _at, domain = email.rpartition("@")
    name = name.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        name, domain = name.replace(".", ""), "gmail.com"
    if not name:
        return "", ""
    letters = _letters(name)
    personal = len(letters) >= SHORTEST_LOCAL and letters not in ROLES
    return f"{name}@{domain}", letters if personal else ""


def keys(one: Profile) -> list[int]:
    """Numbers of 64 bits: two leads that share one are compared."""
    return sorted({_number(text) for text in _keys(one)})


def _keys(one: Profile) -> Iterator[str]:
    if one.mailbox:
        yield f"mailbox {one.mailbox}"
    if one.local:
        yield f"local {one.local}"
    if one.phone:
        yield f"phone {one.phone[-SHORTEST_PHONE:]}"
    if one.address:
        yield f"place {one.address.number} {one.address.street}"
    if one.birthday and one.is_person:
        yield f"birthday {one.birthday}"
    yield from _name_keys(one)


def _name_keys(one: Profile) -> Iterator[str]:
    """Names alone are compared where they are the same; at one company also where a letter is wrong."""
    if one.is_person:
        words = sorted(f"{one.first} {one.last}".split())
        yield f"name {' '.join(words)}"
        house = f"#{one.company_id}" if one.company_id else one.company
        for name in (one.first, one.last):
            if house and name:
                yield f"at {house} {name[0]}"
    elif one.company:
        yield f"company {one.company}"


def _number(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
