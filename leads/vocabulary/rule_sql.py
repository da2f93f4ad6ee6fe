"""A condition as a SQL fragment with parameters, and the catalogue of fields it may name.

The fragments read `l` (leads_lead), `c` (leads_company, left-joined) and, where one asks how a title reads,
`t` (see `title_join`)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.models import AttributeField
from leads.vocabulary.lists import Frozen, Level
from leads.vocabulary.rules import BOOLEAN, DATE, NAMED_LIST, NUMBER, TEXT, Condition

# A customer who acts is a service lead, who used the product a product lead, everybody else one of marketing.
LEAD_TYPE = """(CASE WHEN l.stage = 'customer' THEN 'service'
    WHEN l.product_used_at IS NOT NULL THEN 'product' ELSE 'marketing' END)"""

BUILT_IN: dict[str, tuple[Any, str, str]] = {
    "title": (_("Job title"), TEXT, "l.title"),
    "title.seniority": (_("Seniority"), TEXT, "coalesce(t.seniority, '')"),
    "title.department": (_("Department"), TEXT, "coalesce(t.department, '')"),
    "country": (_("Country"), TEXT, "l.country"),
    "email_domain": (_("E-mail domain"), TEXT, "split_part(coalesce(l.email, ''), '@', 2)"),
    "email": (_("E-mail"), TEXT, "coalesce(l.email, '')"),
    "phone": (_("Phone"), TEXT, "l.phone"),
    "phone_is_valid": (
        _("Phone number is valid"),
        BOOLEAN,
        "(CASE WHEN l.phone <> '' THEN l.phone_e164 <> '' END)",
    ),
    "source": (_("Source"), TEXT, "l.source"),
    "campaign": (_("Campaign"), TEXT, "l.campaign"),
    "direction": (_("Inbound or outbound"), TEXT, "l.direction"),
    "lead_type": (_("Lead type"), TEXT, LEAD_TYPE),
    "stage": (_("Stage"), TEXT, "l.stage"),
    "created_at": (_("Lead since"), DATE, "(l.created_at AT TIME ZONE 'UTC')::date::text"),
    "company_name": (_("Company"), TEXT, "l.company_name"),
    "company.industry": (_("Industry"), TEXT, "coalesce(c.industry, '')"),
    "company.employees": (_("Employees"), NUMBER, "c.employees"),
    "company.country": (_("Company country"), TEXT, "coalesce(c.country, '')"),
    "company.domain": (_("Company domain"), TEXT, "coalesce(c.domain, '')"),
}

# Fields that only one part of the house may ask for: key -> (label, type, SQL).
Own = Mapping[str, tuple[Any, str, str]]
NONE: Own = {}

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


def fragment(condition: Condition, parameters: Parameters, frozen: Frozen, own: Own = NONE) -> str:
    """A boolean SQL expression that is true or false, never null. `frozen` holds the lists it may name, `own`
    fields beside those of the catalogue, which read what the caller's statement joins."""
    type_, column = (
        own[condition.field][1:] if condition.field in own else _column(condition.field, parameters)
    )
    build = _TEXT_OPS if type_ == TEXT else _OTHER_OPS
    value = condition.value
    if condition.op in NAMED_LIST:
        value = frozen.values(value)
    return f"coalesce({build[condition.op](column, value, parameters, type_)}, false)"


def every(
    conditions: Iterable[Condition], parameters: Parameters, frozen: Frozen, own: Own = NONE
) -> str:
    """All of them hold; true for none."""
    parts = [fragment(condition, parameters, frozen, own) for condition in conditions]
    return f"({' AND '.join(parts)})" if parts else "true"


def reads_titles(conditions: Iterable[Condition]) -> bool:
    return any(condition.field.startswith("title.") for condition in conditions)


def title_join(frozen: Frozen, parameters: Parameters, *, titles: str) -> str:
    """Each title of the query `titles` is read once, however many leads bear it."""
    seniority = _level("d.title", frozen.seniority, parameters)
    department = _level("d.title", frozen.department, parameters)
    return f"""LEFT JOIN (SELECT d.title, {seniority} AS seniority, {department} AS department
                 FROM ({titles}) AS d(title) OFFSET 0) t ON t.title = l.title"""


def _level(column: str, levels: Iterable[Level], parameters: Parameters) -> str:
    cases = " ".join(
        f"WHEN {_has_word(column, level.words, parameters, TEXT)} THEN {parameters.add(level.key)}"
        for level in levels
    )
    return f"CASE {cases} ELSE '' END" if cases else "''"


def _column(field: str, parameters: Parameters) -> tuple[str, str]:
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


def like(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_").lower()


def _text_any(column: str, texts: tuple[str, ...], p: Parameters, type_: str) -> str:
    return f"lower({column}) = ANY({p.add([text.lower() for text in texts])}::text[])"


def _contains(column: str, texts: tuple[str, ...], p: Parameters, type_: str) -> str:
    return f"lower({column}) LIKE ANY({p.add([f'%{like(text)}%' for text in texts])}::text[])"


def _has_word(column: str, texts: tuple[str, ...], p: Parameters, type_: str) -> str:
    """“cto” is a word of “CTO, Europe” and not of “Director”."""
    words = [" ".join(text.lower().translate(_AS_SPACES).split()) for text in texts]
    patterns = p.add([f"% {like(word)} %" for word in words if word])
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


def _not_any(column: str, texts: tuple[str, ...], p: Parameters, type_: str) -> str:
    return f"({column} <> '' AND NOT {_text_any(column, texts, p, type_)})"


_TEXT_OPS: dict[str, Any] = {
    "is": lambda c, v, p, t: _text_any(c, (v,), p, t),
    "one_of": _text_any,
    "not_one_of": _not_any,
    "in_list": _text_any,
    "not_in_list": _not_any,
    "has_word": _has_word,
    "contains_any": _contains,
    "starts_with": lambda c, v, p, t: f"lower({c}) LIKE {p.add(like(v) + '%')}",
    "known": lambda c, v, p, t: f"{c} <> ''",
    "unknown": lambda c, v, p, t: f"{c} = ''",
}
_OTHER_OPS: dict[str, Any] = {
    "is": lambda c, v, p, t: f"{c} = {p.add(v)}",
    "between": _between,
    "known": lambda c, v, p, t: f"{c} IS NOT NULL",
    "unknown": lambda c, v, p, t: f"{c} IS NULL",
}
