"""Drawers that know by themselves: the class of an address, the country of a number, what a title says, a company's
name without its legal form. No network; each takes a set of leads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.utils.translation import gettext_lazy as _

from leads.identity import contact_keys, mail_domains
from leads.models import AttributeField, Lead, ValueList
from leads.vocabulary import value_lists

Answers = dict[str, tuple[Any, int]]
# Endings that everybody may have, whatever country they were meant for.
FOR_ANYBODY = {
    "ai",
    "co",
    "io",
    "me",
    "tv",
    "cc",
    "ws",
    "fm",
    "eu",
    "ly",
    "gg",
    "to",
    "sh",
    "la",
    "so",
}
DISPOSABLE, FREE, BUSINESS = "disposable", "free", "business"


@dataclass(frozen=True)
class Kind:
    """A drawer as it comes with the product. `answers` are (name, label, field it fills unless told otherwise,
    choices of that field if it has to be declared). `read` answers for a set of leads, each value with its
    confidence in percent."""

    key: str
    name: Any
    told: Any
    answers: tuple[tuple[str, Any, str, tuple[str, ...]], ...]
    read: Callable[[Iterable[Lead]], dict[int, Answers]]


def _email(leads: Iterable[Lead]) -> dict[int, Answers]:
    """The lists of the libraries and those that people keep. Disposable comes first: such a provider may stand in
    both."""
    lists = dict(ValueList.objects.filter(key__in=LISTS).values_list("key", "values"))
    throwaway, free = (set(lists.get(key, ())) for key in LISTS)
    found: dict[int, Answers] = {}
    for lead in leads:
        domain = (lead.email or "").rpartition("@")[2]
        if not domain:
            continue
        kind = mail_domains.kind(domain)
        name = BUSINESS
        if kind is mail_domains.Kind.DISPOSABLE or _among(domain, throwaway):
            name = DISPOSABLE
        elif kind is mail_domains.Kind.FREE or domain in free:
            name = FREE
        found[lead.pk] = {"class": (name, 80 if name == BUSINESS else 98)}
    return found


LISTS = ("disposable_mail", "free_mail")


def _among(domain: str, known: set[str]) -> bool:
    """Whether the domain or one above it is in the list."""
    parts = domain.split(".")
    return any(".".join(parts[number:]) in known for number in range(len(parts) - 1))


def _phone(leads: Iterable[Lead]) -> dict[int, Answers]:
    found: dict[int, Answers] = {}
    for lead in leads:
        number = contact_keys.normal_phone(lead.phone, lead.country or None) if lead.phone else None
        country = _region(number) if number else ""
        if country:
            found[lead.pk] = {"country": (country, 90)}
    return found


def _region(e164: str) -> str:
    region = phonenumbers.region_code_for_number(phonenumbers.parse(e164)) or ""
    return region if len(region) == 2 and region.isalpha() else ""


def _domain(leads: Iterable[Lead]) -> dict[int, Answers]:
    found: dict[int, Answers] = {}
    for lead in leads:
        ending = (lead.email or "").rpartition(".")[2]
        if len(ending) == 2 and ending.isascii() and ending.isalpha() and ending not in FOR_ANYBODY:
            found[lead.pk] = {"country": ("GB" if ending == "uk" else ending.upper(), 60)}
    return found


def _title(leads: Iterable[Lead]) -> dict[int, Answers]:
    titles = {lead.pk: lead.title for lead in leads if lead.title}
    read = value_lists.read_all(set(titles.values()))
    return {
        pk: {"seniority": (read[title].seniority, 85), "department": (read[title].department, 80)}
        for pk, title in titles.items()
    }


def _company(leads: Iterable[Lead]) -> dict[int, Answers]:
    plain = {lead.pk: plain_name(lead.company_name) for lead in leads if lead.company_name}
    return {pk: {"plain": (name, 90)} for pk, name in plain.items() if name}


def plain_name(name: str) -> str:
    """The name as people say it: “TIDELINE ROBOTICS GmbH & Co. KG” is “Tideline Robotics”."""
    words = name.split()
    key = contact_keys.company_name_key(name)
    starts = (" ".join(words[:number]).strip(" ,.&-") for number in range(1, len(words) + 1))
    plain = next((text for text in starts if contact_keys.company_name_key(text) == key), name)
    if plain.isupper() or plain.islower():
        # Somebody's caps lock; names of up to four letters are written like that.
        plain = " ".join(word.title() if len(word) > 4 else word for word in plain.split())
    return plain[:200]


CLASS = (DISPOSABLE, FREE, BUSINESS)
KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "email", _("Class of the e-mail"),
            _("Disposable, free or business, by the lists of providers."),
            (("class", _("E-mail class"), "custom.email_class", CLASS),), _email,
        ),
        Kind(
            "phone", _("Country of the phone"), _("The country that the number belongs to."),
            (("country", _("Country"), "country", ()),), _phone,
        ),
        Kind(
            "domain", _("Country of the domain"), _("The country that the ending of the e-mail names."),
            (("country", _("Country"), "country", ()),), _domain,
        ),
        Kind(
            "title", _("What the title says"), _("Seniority and department, by the table of titles."),
            (
                ("seniority", _("Seniority"), "custom.seniority", ()),
                ("department", _("Department"), "custom.department", ()),
            ),
            _title,
        ),
        Kind(
            "company", _("Company as people say it"), _("The name without legal form and shouting."),
            (("plain", _("Company, plain"), "custom.company_plain", ()),), _company,
        ),
    )
}  # fmt: skip


def answers(kind: str, leads: Mapping[int, Lead]) -> dict[int, Answers]:
    """What a drawer of this kind knows of these leads, by lead."""
    return KINDS[kind].read(leads.values())


def declared(kind: Kind) -> list[tuple[str, Any, str, tuple[str, ...]]]:
    """The custom fields that this drawer fills by itself: (key, label, type, choices)."""
    return [
        (field.removeprefix("custom."), label,
         AttributeField.Type.CHOICE if choices else AttributeField.Type.TEXT, choices)
        for _name, label, field, choices in kind.answers
        if field.startswith("custom.")
    ]  # fmt: skip
