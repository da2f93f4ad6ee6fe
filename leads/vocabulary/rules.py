"""The rule language, pure: a condition names a field, an operator and a value. Scoring criteria, routing
and lists say "country is DE" in the same words; leads/vocabulary/rule_sql.py turns them into SQL."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

TEXT, NUMBER, DATE, BOOLEAN = "text", "number", "date", "boolean"

# What each kind of field may be asked, with the words an editor shows.
OPERATORS: dict[str, dict[str, str]] = {
    TEXT: {
        "is": "is",
        "one_of": "is one of",
        "not_one_of": "is known and none of",
        "in_list": "is in the list",
        "not_in_list": "is known and not in the list",
        "has_word": "has one of the words",
        "contains_any": "contains one of",
        "starts_with": "starts with",
        "known": "is known",
        "unknown": "is unknown",
    },
    NUMBER: {"between": "is between", "is": "is", "known": "is known", "unknown": "is unknown"},
    DATE: {"between": "is between", "known": "is known", "unknown": "is unknown"},
    BOOLEAN: {"is": "is", "known": "is known", "unknown": "is unknown"},
}
NO_VALUE = {"known", "unknown"}
LIST_VALUE = {"one_of", "not_one_of", "has_word", "contains_any"}
# The value is the key of a list that people keep (leads/vocabulary/lists.py).
NAMED_LIST = {"in_list", "not_in_list"}


class RuleError(ValueError):
    """A rule that cannot be meant; the text is for the person who wrote it."""


@dataclass(frozen=True)
class Condition:
    """`field` is a key of the catalogue in rule_sql; `value` is a string, a list, a pair or None."""

    field: str
    op: str
    value: Any = None

    def to_json(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"field": self.field, "op": self.op}
        if self.op not in NO_VALUE:
            shape["value"] = list(self.value) if isinstance(self.value, tuple) else self.value
        return shape


def parse(data: Any, *, fields: dict[str, str], lists: Collection[str] | None = None) -> Condition:
    """A condition out of JSON. `fields` maps field keys to types, `lists` holds the keys of the lists that
    may be named; None lets any pass. Raises RuleError."""
    if not isinstance(data, dict):
        raise RuleError("A condition needs a field, an operator and a value.")
    field, op, value = data.get("field"), data.get("op"), data.get("value")
    if not isinstance(field, str) or field not in fields:
        raise RuleError(f"There is no field “{field}”.")
    if not isinstance(op, str) or op not in OPERATORS[fields[field]]:
        raise RuleError(f"“{field}” cannot be asked “{op}”.")
    found = Condition(field, op, _value(fields[field], op, value))
    if op in NAMED_LIST and lists is not None and found.value not in lists:
        raise RuleError(f"There is no list “{found.value}”.")
    return found


def parse_all(
    data: Any, *, fields: dict[str, str], lists: Collection[str] | None = None
) -> tuple[Condition, ...]:
    """Conditions that must all hold; an empty list holds for everybody. Raises RuleError."""
    if not isinstance(data, list | tuple):
        raise RuleError("Give a list of conditions.")
    return tuple(parse(item, fields=fields, lists=lists) for item in data[:20])


def _value(type_: str, op: str, value: Any) -> Any:
    if op in NO_VALUE:
        return None
    if op in LIST_VALUE:
        return _texts(value)
    if op == "between":
        return _range(type_, value)
    if type_ == NUMBER:
        return _number(value)
    if type_ == BOOLEAN:
        return value in (True, "true", "yes", "1")
    if not isinstance(value, str) or not value.strip():
        raise RuleError("Say which text to compare with.")
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise RuleError("Give a list of texts.")
    texts = tuple(dict.fromkeys(str(item).strip() for item in items if str(item).strip()))
    if not texts:
        raise RuleError("Give at least one text.")
    if len(texts) > 20_000:
        raise RuleError("A list holds at most 20,000 texts.")
    return texts


def _range(type_: str, value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise RuleError("Give a lower and an upper bound; one of them may be empty.")
    low, high = (None if bound in (None, "") else bound for bound in value)
    clean: Callable[[Any], Any] = {NUMBER: _number, DATE: _date}[type_]
    low, high = (None if bound is None else clean(bound) for bound in (low, high))
    if low is None and high is None:
        raise RuleError("Give a lower or an upper bound.")
    if low is not None and high is not None and low > high:
        raise RuleError("The lower bound is above the upper one.")
    return (low, high)


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise RuleError(f"“{value}” is not a date such as 2026-11-19.") from None


def _number(value: Any) -> int:
    try:
        number = int(str(value).strip())
    except ValueError:
        raise RuleError(f"“{value}” is not a whole number.") from None
    if abs(number) > 10**12:
        raise RuleError("This number is too large.")
    return number
