"""Lists and the title table as rules use them, frozen: a version of a model keeps the ones it was made with,
so that an edited list changes scores only when a version that uses it is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from leads.models.lists import ValueList

Kind = ValueList.Kind


@dataclass(frozen=True)
class Level:
    """A seniority or department and the words that put a title there."""

    key: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    key: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Frozen:
    lists: tuple[Named, ...] = ()
    seniority: tuple[Level, ...] = ()
    department: tuple[Level, ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        """What the list holds; nothing for one that is not kept here."""
        return next((named.values for named in self.lists if named.key == key), ())

    def to_json(self) -> dict[str, Any]:
        return {
            "lists": {n.key: {"name": n.name, "values": list(n.values)} for n in self.lists},
            "seniority": [[level.key, level.name, list(level.words)] for level in self.seniority],
            "department": [[level.key, level.name, list(level.words)] for level in self.department],
        }


def from_json(data: dict[str, Any]) -> Frozen:
    """What `Frozen.to_json` wrote."""

    def levels(rows: Iterable[Any]) -> tuple[Level, ...]:
        return tuple(Level(key, name, tuple(words)) for key, name, words in rows)

    return Frozen(
        tuple(
            Named(key, one["name"], tuple(one["values"]))
            for key, one in sorted(data.get("lists", {}).items())
        ),
        levels(data.get("seniority", ())),
        levels(data.get("department", ())),
    )


def current() -> Frozen:
    """Every list as it is now; one query."""
    rows = list(ValueList.objects.order_by("position", "key"))

    def levels(kind: str) -> tuple[Level, ...]:
        return tuple(Level(r.key, r.name, tuple(r.values)) for r in rows if r.kind == kind)

    named = sorted(
        (Named(r.key, r.name, tuple(r.values)) for r in rows if r.kind == Kind.VALUES),
        key=lambda one: one.key,
    )
    return Frozen(tuple(named), levels(Kind.SENIORITY), levels(Kind.DEPARTMENT))


def only(frozen: Frozen, *, lists: set[str], seniority: bool, department: bool) -> Frozen:
    """Of these the ones that are used."""
    return Frozen(
        tuple(named for named in frozen.lists if named.key in lists),
        frozen.seniority if seniority else (),
        frozen.department if department else (),
    )
