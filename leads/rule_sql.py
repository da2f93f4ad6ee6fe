"""A condition as a SQL fragment with parameters, and the catalogue of fields it may name.

The fragments read `l` (leads_lead) and `c` (leads_company, left-joined)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.models import AttributeField
from leads.rules import BOOLEAN, DATE, NUMBER, TEXT, Condition

BUILT_IN: dict[str, tuple[Any, str, str]] = {
    "title": (_("Job title"), TEXT, "l.title"),
    "country": (_("Country"), TEXT, "l.country"),
    "email_domain": (_("E-mail domain"), TEXT, "split_part(coalesce(l.email, ''), '@', 2)"),
    "email": (_("E-mail"), TEXT, "coalesce(l.email, '')"),
    "phone": (_("Phone"), TEXT, "l.phone"),
    "source": (_("Source"), TEXT, "l.source"),
    "campaign": (_("Campaign"), TEXT, "l.campaign"),
    "company_name": (_("Company"), TEXT, "l.company_name"),
    "company.industry": (_("Industry"), TEXT, "coalesce(c.industry, '')"),
    "company.employees": (_("Employees"), NUMBER, "c.employees"),
    "company.country": (_("Company country"), TEXT, "coalesce(c.country, '')"),
    "company.domain": (_("Company domain"), TEXT, "coalesce(c.domain, '')"),
}

ATTRIBUTE_TYPES = {
    AttributeField.Type.TEXT: TEXT,
    AttributeField.Type.CHOICE: TEXT,
    AttributeField.Type.NUMBER: NUMBER,
    AttributeField.Type.DATE: DATE,
    AttributeField.Type.BOOLEAN: BOOLEAN,
}


def catalogue() -> dict[str, tuple[Any, str]]:
    """Every field a rule may name: key -> (label, type). Custom fields are `custom.<key>`."""
    fields = {key: (label, type_) for key, (label, type_, sql) in BUILT_IN.items()}
    for field in AttributeField.objects.all():
        fields[f"custom.{field.key}"] = (
            field.label,
            ATTRIBUTE_TYPES[AttributeField.Type(field.type)],
        )
    return fields


def types() -> dict[str, str]:
    return {key: type_ for key, (label, type_) in catalogue().items()}


class Parameters(dict[str, Any]):
    """Named parameters of one statement; `add` gives each value its placeholder."""

    def add(self, value: Any) -> str:
        name = f"p{len(self)}"
        self[name] = value
        return f"%({name})s"


def fragment(condition: Condition, parameters: Parameters) -> str:
    """A boolean SQL expression that is true or false, never null."""
    type_, column = _column(condition.field, condition.op, parameters)
    build = _TEXT_OPS if type_ == TEXT else _OTHER_OPS
    return f"coalesce({build[condition.op](column, condition.value, parameters, type_)}, false)"


def _column(field: str, op: str, parameters: Parameters) -> tuple[str, str]:
    if field in BUILT_IN:
        return BUILT_IN[field][1], BUILT_IN[field][2]
    key = parameters.add(field.removeprefix("custom."))
    kind = AttributeField.objects.filter(key=field.removeprefix("custom.")).values_list(
        "type", flat=True
    )
    type_ = ATTRIBUTE_TYPES[AttributeField.Type(kind[0])]
    raw = f"(l.attributes ->> {key})"
    # Values are checked when they are stored, so that a cast can only fail on a field
    # whose type was changed since; such a value counts as unknown.
    if type_ == NUMBER:
        return type_, f"(CASE WHEN {raw} ~ '^-?[0-9]{{1,15}}$' THEN {raw}::bigint END)"
    if type_ == BOOLEAN:
        return type_, f"(CASE {raw} WHEN 'true' THEN true WHEN 'false' THEN false END)"
    return type_, f"coalesce({raw}, '')" if type_ == TEXT else raw


BETWEEN_WORDS = ".,;:/|&()-–_+'\""
_AS_SPACES = str.maketrans(BETWEEN_WORDS, " " * len(BETWEEN_WORDS))


def _like(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_").lower()


def _text_any(column: str, texts: tuple[str, ...], p: Parameters, type_: str) -> str:
    return f"lower({column}) = ANY({p.add([text.lower() for text in texts])}::text[])"


def _contains(column: str, texts: tuple[str, ...], p: Parameters, type_: str) -> str:
    return f"lower({column}) LIKE ANY({p.add([f'%{_like(text)}%' for text in texts])}::text[])"


def _has_word(column: str, texts: tuple[str, ...], p: Parameters, type_: str) -> str:
    """“cto” is a word of “CTO, Europe” and not of “Director”."""
    words = [" ".join(text.lower().translate(_AS_SPACES).split()) for text in texts]
    patterns = p.add([f"% {_like(word)} %" for word in words if word])
    apart = f"translate(lower({column}), {p.add(BETWEEN_WORDS)}, {p.add(' ' * len(BETWEEN_WORDS))})"
    return f"(' ' || {apart} || ' ') LIKE ANY({patterns}::text[])"


def _between(column: str, bounds: tuple[Any, Any], p: Parameters, type_: str) -> str:
    cast = "bigint" if type_ == NUMBER else "text"
    parts = [
        f"{column} {sign} {p.add(bound)}::{cast}"
        for sign, bound in zip((">=", "<="), bounds, strict=True)
        if bound is not None
    ]
    return "(" + " AND ".join(parts) + ")"


_TEXT_OPS: dict[str, Any] = {
    "is": lambda c, v, p, t: _text_any(c, (v,), p, t),
    "one_of": _text_any,
    "has_word": _has_word,
    "contains_any": _contains,
    "starts_with": lambda c, v, p, t: f"lower({c}) LIKE {p.add(_like(v) + '%')}",
    "known": lambda c, v, p, t: f"{c} <> ''",
    "unknown": lambda c, v, p, t: f"{c} = ''",
}
_OTHER_OPS: dict[str, Any] = {
    "is": lambda c, v, p, t: f"{c} = {p.add(v)}",
    "between": _between,
    "known": lambda c, v, p, t: f"{c} IS NOT NULL",
    "unknown": lambda c, v, p, t: f"{c} IS NULL",
}
