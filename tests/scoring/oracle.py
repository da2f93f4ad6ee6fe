"""The scoring rules once more, as naively as they can be said: plain lists, whole numbers, no SQL.

It knows nothing of the product's code and is what the product is compared with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.scoring.oracle_rules import (
    Fact,
    cut,
    days_between,
    holds,
    matches,
    rounded,
    silence,
    worth,
)

MICRO = 1_000_000
GROUPS = ("fit", "engagement", "account", "negative")
MOST = 10_000


@dataclass
class Person:
    """One lead. `fields` maps rule fields to what is known; "" and None are unknown. People with the same
    `firm` work together."""

    created_at: datetime
    fields: dict[str, Any] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    firm: int | None = None
    stands: str = ""
    set_to: int | None = None


@dataclass
class Result:
    micro: dict[str, int]
    groups: dict[str, int]
    total: int
    band: str
    entered: str
    flag: str
    variant: int


@dataclass
class World:
    """`engaging` are the kinds of events that count as activity; `crowd` is everybody."""

    model: dict[str, Any]
    crowd: list[Person]
    now: datetime
    engaging: set[str]


def score(world: World, person: Person) -> Result:
    model = world.model
    variant = next(
        (
            n
            for n, v in enumerate(model["variants"], 1)
            if all(met(model, c, person) for c in v["when"])
        ),
        0,
    )
    micro = contributions(world, person, variant)
    quiet = quiet_days(world, person)
    groups = {group: of_group(model, group, micro, quiet) for group in GROUPS}
    whole = sum(groups.values())
    if model["idle"] and model["idle"]["scope"] == "total":
        whole = cut(whole * silence(model["idle"], quiet))
    total = rounded(within(whole, model["total_floor"], model["total_cap"]))
    total = total if person.set_to is None else person.set_to
    entered, band = standing(world, person, groups, total)
    flags = [d["key"] for d in model["disqualifiers"] if met(model, d["condition"], person)]
    flags += [b["key"] for b in model["bands"] if b["key"] == band and b["effect"] == "disqualify"]
    return Result(micro, groups, total, band, entered, (flags or [""])[0], variant)


def contributions(world: World, person: Person, variant: int) -> dict[str, int]:
    made: dict[str, int] = {}
    taken: set[str] = set()
    for c in world.model["criteria"]:
        made[c["key"]] = contribution(world, person, c, variant)
        first_of = c.get("first_of")
        if first_of:
            made[c["key"]] = 0 if first_of in taken else made[c["key"]]
            if unit(world, person, c)[0] > 0:
                taken.add(first_of)
    return made


def contribution(world: World, person: Person, c: dict[str, Any], variant: int) -> int:
    points = c["points"]
    if variant:
        points = world.model["variants"][variant - 1]["points"].get(c["key"], points)
    worth, recent = unit(world, person, c)
    value = points * worth
    if c.get("bonus"):
        value += c["bonus"]["points"] * recent * MICRO
    if c.get("idle"):
        value = cut(value * silence(c["idle"], quiet_days(world, person)))
    if "event" in c or "sequence" in c:
        limit = (c["cap"] or MOST) * MICRO
        value = max(value, -limit) if c["group"] == "negative" else min(value, limit)
    return value


def unit(world: World, person: Person, c: dict[str, Any]) -> tuple[int, int]:
    """How often it holds, in millionths, and how many of the occurrences earn the bonus."""
    if "condition" in c:
        return (MICRO if met(world.model, c["condition"], person) else 0), 0
    if "people" in c:
        return (MICRO if enough_people(world, person, c) else 0), 0
    if "event" not in c and "sequence" not in c:
        return (MICRO if quiet_days(world, person) >= c["within_days"] else 0), 0
    ages = [days_between(at, world.now) for at in occurrences(world, person, c)]
    weights = [(age, worth(c, age)) for age in ages if worth(c, age) > 0]
    if len(weights) < c["at_least"]:
        return 0, 0
    total = sum(w for _, w in weights) if c["each"] else max((w for _, w in weights), default=0)
    recent = sum(age < c["bonus"]["days"] for age, _ in weights) if c.get("bonus") else 0
    return total, recent if c["each"] else min(1, recent)


def occurrences(world: World, person: Person, c: dict[str, Any]) -> list[datetime]:
    if "event" in c:
        return [fact.at for fact in counted(world, person) if matches(c["event"], fact)]
    sequence = c["sequence"]
    days: list[datetime] = []
    for done in completions(sequence, counted(world, person)):
        day = done.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        gap = sequence["again_days"]
        if gap is None or not days or (day - days[-1]).days >= gap:
            days.append(day)
    return days


def completions(sequence: dict[str, Any], facts: list[Fact]) -> list[datetime]:
    """Moments of last steps before which the other steps lie in order, all within the span."""
    found = set()
    for last in facts:
        if not matches(sequence["steps"][-1], last):
            continue
        # Walk back, always to the latest earlier moment of the step before.
        moment: datetime | None = last.at
        for step in reversed(sequence["steps"][:-1]):
            earlier = [f.at for f in facts if matches(step, f) and moment and f.at < moment]
            moment = max(earlier, default=None)
        if moment and last.at - moment <= timedelta(days=sequence["span_days"]):
            found.add(last.at)
    return sorted(found)


def enough_people(world: World, person: Person, c: dict[str, Any]) -> bool:
    if person.firm is None:
        return False
    did = [
        other
        for other in world.crowd
        if other.firm == person.firm
        and all(
            any(
                matches(deed, fact) and days_between(fact.at, world.now) < c["within_days"]
                for fact in counted(world, other)
            )
            for deed in c["people"]["deeds"]
        )
    ]
    return len(did) >= c["people"]["people"]


def counted(world: World, person: Person) -> list[Fact]:
    return [f for f in person.facts if f.at <= world.now and f.trust in world.model["trust"]]


def of_group(model: dict[str, Any], group: str, micro: dict[str, int], quiet: int) -> int:
    value = sum(micro[c["key"]] for c in model["criteria"] if c["group"] == group)
    if group == "engagement" and model["idle"] and model["idle"]["scope"] == "engagement":
        value = cut(value * silence(model["idle"], quiet))
    return within(value, model["floors"].get(group), model["caps"].get(group))


def within(value: int, floor: int | None, cap: int | None) -> int:
    value = value if cap is None else min(value, cap * MICRO)
    return value if floor is None else max(value, floor * MICRO)


def standing(world: World, person: Person, groups: dict[str, int], total: int) -> tuple[str, str]:
    """The band that is entered now, and the one the lead stands in, which may be one it may stay in."""
    bands = world.model["bands"]
    by_key = {c["key"]: c for c in world.model["criteria"]}

    def enters(band: dict[str, Any]) -> bool:
        return (
            (band["start"] is None or total >= band["start"])
            and all(unit(world, person, by_key[key])[0] > 0 for key in band.get("needs", []))
            and rounded(groups["fit"]) >= band.get("min_fit", -(10**9))
            and rounded(groups["engagement"]) >= band.get("min_engagement", -(10**9))
        )

    entered = max((n for n, band in enumerate(bands) if enters(band)), default=0)
    stays = [
        n
        for n, band in enumerate(bands)
        if band["key"] == person.stands and "leave" in band and total >= band["leave"]
    ]
    return bands[entered]["key"], bands[max([entered, *stays])]["key"]


def carriers(world: World, person: Person) -> set[str]:
    """The criteria that add something and without which the lead would stand below every band that is handed
    over, each tried by leaving it out."""
    handed = {b["key"] for b in world.model["bands"] if b["effect"] in ("mql", "sales_ready")}
    found = set()
    for left_out in world.model["criteria"]:
        if unit(world, person, left_out)[0] == 0:
            continue
        rest = [c for c in world.model["criteria"] if c is not left_out]
        bands = [b for b in world.model["bands"] if left_out["key"] not in b.get("needs", [])]
        model = {**world.model, "criteria": rest, "bands": bands}
        result = score(World(model, world.crowd, world.now, world.engaging), person)
        if result.entered not in handed:
            found.add(left_out["key"])
    return found


def met(model: dict[str, Any], condition: dict[str, Any], person: Person) -> bool:
    return holds(condition, person.fields, model["frozen"])


def quiet_days(world: World, person: Person) -> int:
    moments = [fact.at for fact in counted(world, person) if fact.kind in world.engaging]
    return max(0, days_between(max([person.created_at, *moments]), world.now))
