"""What a condition, an event, fading and silence mean, naively."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

MICRO = 1_000_000

APART = ".,;:/|&()-–_+'\""


@dataclass
class Fact:
    """One event: what it was and when."""

    kind: str
    at: datetime
    name: str = ""
    path: str = ""
    trust: int = 0
    campaign: str = ""
    properties: dict[str, Any] = field(default_factory=dict)


def holds(condition: dict[str, Any], fields: dict[str, Any], frozen: dict[str, Any]) -> bool:
    field, op, value = condition["field"], condition["op"], condition.get("value")
    known = fields.get(field)
    if field in ("title.seniority", "title.department"):
        known = level(fields.get("title") or "", frozen[field.removeprefix("title.")])
    is_known = known not in (None, "")
    if op in ("known", "unknown"):
        return is_known is (op == "known")
    if known is None:
        return False
    if op == "between":
        low, high = condition["value"]
        return (low is None or known >= low) and (high is None or known <= high)
    if op == "is":
        return known.lower() == value.lower() if isinstance(value, str) else known == value
    return text_holds(op, value, known.lower(), frozen)


def text_holds(op: str, value: Any, known: str, frozen: dict[str, Any]) -> bool:
    if op == "starts_with":
        return known.startswith(value.lower())
    texts = frozen["lists"][value]["values"] if op in ("in_list", "not_in_list") else value
    wanted = [text.lower() for text in texts]
    if op in ("one_of", "in_list"):
        return known in wanted
    if op in ("not_one_of", "not_in_list"):
        return known != "" and known not in wanted
    if op == "contains_any":
        return any(text in known for text in wanted)
    return has_word(known, wanted)


def level(title: str, table: list[list[Any]]) -> str:
    """The first level of the table one of whose words the title has."""
    return next((key for key, _name, words in table if has_word(title.lower(), words)), "")


def has_word(known: str, wanted: list[str]) -> bool:
    return any(
        f" {plain(text.lower()).strip()} " in f" {plain(known)} "
        for text in wanted
        if plain(text).strip()
    )


def plain(text: str) -> str:
    return "".join(" " if letter in APART else letter for letter in text)


def matches(event: dict[str, Any], fact: Fact) -> bool:
    return (
        fact.kind == event["kind"]
        and event.get("name", "").lower() in ("", fact.name.lower())
        and fact.path.lower().startswith(event.get("path", "").lower())
        and event.get("campaign", "").lower() in ("", fact.campaign.lower())
        and all(property_holds(test, fact.properties) for test in event.get("properties", []))
    )


def property_holds(test: dict[str, str], properties: dict[str, Any]) -> bool:
    value = properties.get(test["property"])
    if value is None:
        return False
    if test["op"] in ("at_least", "at_most"):
        # A number, or a text that is one.
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", str(value), re.A):
            return False
        number, limit = Decimal(str(value)), Decimal(test["value"])
        return number >= limit if test["op"] == "at_least" else number <= limit
    said, asked = str(value).lower(), test["value"].lower()
    return {
        "is": said == asked, "contains": asked in said, "starts_with": said.startswith(asked),
    }[test["op"]]  # fmt: skip


def worth(c: dict[str, Any], age: int) -> int:
    """Millionths of an event that is `age` days old."""
    if c["within_days"] is not None and age >= c["within_days"]:
        return 0
    if c["decay"] is None:
        return MICRO
    days = c["decay"]["days"]
    if c["decay"]["kind"] == "linear":
        return max(0, MICRO * (days - age) // days)
    return halved(age, days)


def halved(age: int, days: int) -> int:
    """A million halved every `days`, to the nearest whole number: the largest n with
    n - 1/2 <= 1,000,000 / 2^(age / days), both sides raised to the power of `days`."""
    low, high = 0, MICRO
    while low < high:
        middle = (low + high + 1) // 2
        if (2 * middle - 1) ** days * 2**age <= (2 * MICRO) ** days:
            low = middle
        else:
            high = middle - 1
    return low


def cut(value: int) -> int:
    """Divided by a million, cut towards zero."""
    return abs(value) // MICRO * (1 if value >= 0 else -1)


def rounded(micro: int) -> int:
    """To whole points, halves away from zero."""
    sign = -1 if micro < 0 else 1
    whole, rest = divmod(abs(micro), MICRO)
    return sign * (whole + (1 if 2 * rest >= MICRO else 0))


def days_between(earlier: datetime, later: datetime) -> int:
    return (later.astimezone(UTC).date() - earlier.astimezone(UTC).date()).days


def silence(idle: dict[str, int], quiet: int) -> int:
    """What is left after full periods of silence, in millionths, to the nearest whole number."""
    steps = quiet // idle["days"]
    kept, whole = (100 - idle["lose"]) ** steps * MICRO, 100**steps
    return (2 * kept + whole) // (2 * whole)
