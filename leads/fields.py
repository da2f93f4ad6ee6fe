"""The fields a person or a machine may write on a lead, and how a value is cleaned.

Forms, API, events, imports and the edit page all read this one list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.text import clean_text
from leads.identity import contact_keys
from leads.models import AttributeField, ValueList
from leads.stages import Direction
from leads.vocabulary import countries


class FieldError(ValueError):
    """A value that cannot be kept; the text says why, for the person who entered it."""


@dataclass(frozen=True)
class LeadField:
    """`key` is a column of Lead, or `custom.<key>` for a declared attribute. `type` and `choices` say
    how a form asks for it."""

    key: str
    label: Any
    limit: int
    clean: Callable[[str], Any]
    type: str = AttributeField.Type.TEXT
    choices: tuple[str, ...] = ()

    @property
    def attribute(self) -> str | None:
        return self.key.removeprefix("custom.") if self.key.startswith("custom.") else None


def _text(value: str) -> str:
    return value


def _email(value: str) -> str:
    email = contact_keys.normal_email(value)
    if email is None:
        raise FieldError(_("“%s” is not an e-mail address.") % value[:80])
    return email


def _country(value: str) -> str:
    code = countries.code_of(value)
    if code is None:
        raise FieldError(_("Give the country as its two-letter code, such as DE."))
    return code


def _direction(value: str) -> str:
    word = value.strip().casefold()
    if word not in Direction.values:
        raise FieldError(_("Say inbound or outbound."))
    return word


# Of a custom field.
LONGEST_TEXT = 2_000

BUILT_IN: dict[str, LeadField] = {
    field.key: field
    for field in (
        LeadField("email", _("E-mail"), 254, _email),
        LeadField("first_name", _("First name"), 120, _text),
        LeadField("last_name", _("Last name"), 120, _text),
        LeadField("title", _("Job title"), 160, _text),
        LeadField("company_name", _("Company"), 200, _text),
        LeadField("phone", _("Phone"), 60, _text),
        LeadField("country", _("Country"), 80, _country),
        LeadField(
            "direction",
            _("Inbound or outbound"),
            10,
            _direction,
            AttributeField.Type.CHOICE,
            tuple(Direction.values),
        ),
    )
}


def _number(value: str) -> int:
    try:
        return int(value.replace(",", "").replace(" ", ""))
    except ValueError:
        raise FieldError(_("“%s” is not a whole number.") % value[:40]) from None


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise FieldError(_("Give the date as year-month-day, such as 2026-03-31.")) from None


def _boolean(value: str) -> bool:
    word = value.strip().casefold()
    if word in {"yes", "true", "1", "y", "on"}:
        return True
    if word in {"no", "false", "0", "n", "off"}:
        return False
    raise FieldError(_("Answer yes or no."))


def _choice(choices: list[str]) -> Callable[[str], str]:
    def clean(value: str) -> str:
        match = next((c for c in choices if c.casefold() == value.casefold()), None)
        if match is None:
            raise FieldError(_("“%s” is not one of the choices.") % value[:60])
        return match

    return clean


def catalogue() -> dict[str, LeadField]:
    """Built-in and declared fields by key; two queries. A field whose words a list controls offers them to
    people; what machines send is taken as it is, and data health says what is not on the list."""
    fields = dict(BUILT_IN)
    for declared in AttributeField.objects.all():
        cleaners: dict[str, Callable[[str], Any]] = {
            AttributeField.Type.NUMBER: _number,
            AttributeField.Type.DATE: _date,
            AttributeField.Type.BOOLEAN: _boolean,
            AttributeField.Type.CHOICE: _choice(declared.choices),
        }
        key = f"custom.{declared.key}"
        cleaner = cleaners.get(declared.type, _text)
        fields[key] = LeadField(
            key, declared.label, LONGEST_TEXT, cleaner, declared.type, tuple(declared.choices)
        )
    for key, words in controlled().items():
        if key in fields:
            fields[key] = replace(fields[key], choices=tuple(words))
    return fields


def controlled() -> dict[str, list[str]]:
    """Words by the field that a list controls; one query."""
    return dict(ValueList.objects.exclude(controls="").values_list("controls", "values"))


def clean(
    values: Mapping[str, Any], *, fields: Mapping[str, LeadField]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Cleaned values and, for each field that cannot be kept, the reason. Empty texts are left out."""
    kept: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for key, value in values.items():
        field = fields.get(key)
        if field is None:
            errors[key] = str(_("There is no such field."))
            continue
        try:
            cleaned = _cleaned(field, value)
        except ValueError as error:
            errors[key] = str(error)
            continue
        if cleaned is not None:
            kept[key] = cleaned
    return kept, errors


def _cleaned(field: LeadField, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, dict | list):
        raise FieldError(_("Give a single value."))
    text = clean_text(str(value), limit=field.limit).strip()
    return field.clean(text) if text else None
