"""A condition asked of a value in Python, as rule_sql asks it of a row: for one lead, and for answers that
nobody gave yet."""

from collections.abc import Mapping
from datetime import UTC
from functools import lru_cache
from typing import Any

from leads.models import AttributeField, Lead
from leads.stages import Stage
from leads.vocabulary.lists import Frozen, Level
from leads.vocabulary.rule_sql import ATTRIBUTE_TYPES, BETWEEN_WORDS
from leads.vocabulary.rules import NAMED_LIST, Condition

_AS_SPACES = str.maketrans(BETWEEN_WORDS, " " * len(BETWEEN_WORDS))


def values_of(lead: Lead) -> dict[str, Any]:
    """What is known of a lead by rule field: "" and None are unknown. Titles are read by `with_levels`."""
    company = lead.company
    known = {
        "title": lead.title, "country": lead.country, "email": lead.email or "",
        "email_domain": domain(lead.email or ""), "phone": lead.phone, "source": lead.source,
        "campaign": lead.campaign, "direction": lead.direction, "lead_type": _type(lead),
        "stage": lead.stage, "created_at": lead.created_at.astimezone(UTC).date().isoformat(),
        "company_name": lead.company_name,
        "company.industry": company.industry if company else "",
        "company.employees": company.employees if company else None,
        "company.country": company.country if company else "",
        "company.domain": company.domain if company else "",
    }  # fmt: skip
    return known | {f"custom.{key}": value for key, value in lead.attributes.items()}


def custom_types() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Type and choices of each declared field by rule field; one query."""
    return {
        f"custom.{field.key}": (
            ATTRIBUTE_TYPES[AttributeField.Type(field.type)],
            tuple(field.choices),
        )
        for field in AttributeField.objects.all()
    }


def domain(email: str) -> str:
    return email.partition("@")[2].partition("@")[0]


def _type(lead: Lead) -> str:
    if lead.stage == Stage.CUSTOMER:
        return "service"
    return "product" if lead.product_used_at else "marketing"


def with_levels(known: Mapping[str, Any], frozen: Frozen) -> dict[str, Any]:
    """The same with what the title table reads out of the title."""
    title = known.get("title") or ""
    return {
        **known,
        "title.seniority": level(title, frozen.seniority),
        "title.department": level(title, frozen.department),
    }


def level(title: str, levels: tuple[Level, ...]) -> str:
    """The first of the levels one of whose words the title has."""
    return next((one.key for one in levels if has_word(title, one.words)), "")


def holds(condition: Condition, known: Mapping[str, Any], frozen: Frozen) -> bool:
    """Whether it holds of values by field, levels of the title included."""
    value = known.get(condition.field)
    empty = value is None or value == ""
    if condition.op in ("known", "unknown"):
        return empty is (condition.op == "unknown")
    if value is None:
        return False
    if isinstance(value, str) and condition.op not in ("between",):
        return _text_holds(condition, value, frozen)
    if condition.op == "is":
        return bool(value == condition.value)
    low, high = condition.value
    return (low is None or value >= low) and (high is None or value <= high)


def _text_holds(condition: Condition, value: str, frozen: Frozen) -> bool:
    op, said = condition.op, value.lower()
    if op in ("is", "starts_with"):
        asked = condition.value.lower()
        return said == asked if op == "is" else said.startswith(asked)
    texts = frozen.values(condition.value) if op in NAMED_LIST else condition.value
    if op == "has_word":
        return has_word(value, texts)
    if op == "contains_any":
        return any(text.lower() in said for text in texts)
    met = said in {text.lower() for text in texts}
    return met if op in ("one_of", "in_list") else bool(said) and not met


def has_word(text: str, words: tuple[str, ...]) -> bool:
    """“cto” is a word of “CTO, Europe” and not of “Director”."""
    apart = f" {text.lower().translate(_AS_SPACES)} "
    return any(f" {word} " in apart for word in map(_plain, words) if word)


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    return " ".join(word.lower().translate(_AS_SPACES).split())
