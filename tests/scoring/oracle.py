"""The scoring rules once more, as naively as they can be said: plain lists, whole numbers, no SQL.

It knows nothing of the product's code and is what the product is compared with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
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


@dataclass
class Person:
    """One lead. `fields` maps rule fields to what is known; "" and None are unknown."""

    created_at: datetime
    fields: dict[str, Any] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)


@dataclass
class Result:
    micro: dict[str, int]
    fit: int
    engagement: int
    negative: int
    total: int
    band: str


def score(model: dict[str, Any], person: Person, now: datetime, engaging: set[str]) -> Result:
    """The score of one person; `engaging` are the kinds of events that count as activity."""
    micro = {c["key"]: contribution(c, model, person, now, engaging) for c in model["criteria"]}
    groups = {}
    for group in ("fit", "engagement", "negative"):
        groups[group] = sum(micro[c["key"]] for c in model["criteria"] if c["group"] == group)
        cap = model["caps"][group]
        if cap is not None and group == "negative":
            groups[group] = max(groups[group], -cap * MICRO)
        elif cap is not None:
            groups[group] = min(groups[group], cap * MICRO)
    whole = sum(groups.values())
    if model["total_cap"] is not None:
        whole = min(whole, model["total_cap"] * MICRO)
    if model["total_floor"] is not None:
        whole = max(whole, model["total_floor"] * MICRO)
    total = rounded(whole)
    band = [b["key"] for b in model["bands"] if b["start"] is None or total >= b["start"]][-1]
    fit, engagement, negative = (rounded(groups[g]) for g in groups)
    return Result(micro, fit, engagement, negative, total, band)


def carriers(
    model: dict[str, Any], person: Person, now: datetime, engaging: set[str], line: int
) -> set[str]:
    """The criteria without which the score would miss the line, each tried by leaving it out."""
    found = set()
    for left_out in model["criteria"]:
        rest = {**model, "criteria": [c for c in model["criteria"] if c is not left_out]}
        if score(rest, person, now, engaging).total < line:
            found.add(left_out["key"])
    return found


def rounded(micro: int) -> int:
    """To whole points, halves away from zero."""
    sign = -1 if micro < 0 else 1
    whole, rest = divmod(abs(micro), MICRO)
    return sign * (whole + (1 if 2 * rest >= MICRO else 0))


def days_between(earlier: datetime, later: datetime) -> int:
    return (later.astimezone(UTC).date() - earlier.astimezone(UTC).date()).days


def contribution(
    c: dict[str, Any], model: dict[str, Any], person: Person, now: datetime, engaging: set[str]
) -> int:
    if "condition" in c:
        known = person.fields.get(c["condition"]["field"])
        return c["points"] * MICRO if holds(c["condition"], known) else 0
    if "event" not in c:
        return c["points"] * MICRO if quiet_days(person, now, engaging) >= c["within_days"] else 0
    weights = [
        weight
        for fact in person.facts
        if fact.at <= now and fact.trust in model["trust"] and matches(c["event"], fact)
        and (weight := worth(c, days_between(fact.at, now))) > 0
    ]  # fmt: skip
    if len(weights) < c["at_least"]:
        return 0
    value = c["points"] * (sum(weights) if c["each"] else max(weights, default=0))
    if c["cap"] is None:
        return value
    return min(value, c["cap"] * MICRO) if c["points"] > 0 else max(value, -c["cap"] * MICRO)


def quiet_days(person: Person, now: datetime, engaging: set[str]) -> int:
    moments = [fact.at for fact in person.facts if fact.kind in engaging]
    return days_between(max([person.created_at, *moments]), now)


def matches(event: dict[str, str], fact: Fact) -> bool:
    return (
        fact.kind == event["kind"]
        and event["name"].lower() in ("", fact.name.lower())
        and fact.path.lower().startswith(event["path"].lower())
    )


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


def holds(condition: dict[str, Any], known: Any) -> bool:
    op, value = condition["op"], condition.get("value")
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
    return text_holds(op, value, known.lower())


def text_holds(op: str, value: Any, known: str) -> bool:
    if op == "starts_with":
        return known.startswith(value.lower())
    wanted = [text.lower() for text in value]
    if op == "one_of":
        return known in wanted
    if op == "contains_any":
        return any(text in known for text in wanted)
    return any(
        f" {plain(text).strip()} " in f" {plain(known)} " for text in wanted if plain(text).strip()
    )


def plain(text: str) -> str:
    return "".join(" " if letter in APART else letter for letter in text)
