"""What starters are put together from: JSON of criteria and bands."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

Shape = dict[str, Any]


@dataclass(frozen=True)
class Starter:
    """A model to begin with; `reason` is what the first version says of itself. `sourced` holds the keys of
    the criteria and bands whose numbers a published guide gives; all other numbers are ours."""

    key: str
    label: str | Promise
    text: str | Promise
    reason: str
    definition: Callable[[], Shape]
    sourced: Collection[str] = field(default_factory=tuple)


def fact(
    key: str, label: str, points: int, field: str, op: str, value: Any = None, **more: Any
) -> Shape:
    """A criterion about something known."""
    group = more.pop("group", "fit" if points >= 0 else "negative")
    condition = {"field": field, "op": op, "value": value}
    shape = {"key": key, "label": label, "group": group, "points": points, "condition": condition}
    return {**shape, **more}


def act(key: str, label: str, points: int, kind: str, *, path: str = "", **more: Any) -> Shape:
    """A criterion about something done."""
    group = "engagement" if points >= 0 else "negative"
    event = {"kind": kind, "name": "", "path": path}
    shape = {"key": key, "label": label, "group": group, "points": points, "event": event}
    rest = {"each": True, "at_least": 1, "within_days": None, "cap": None, "decay": None}
    return {**shape, **rest, **more}


def step(kind: str, path: str = "") -> Shape:
    return {"kind": kind, "name": "", "path": path}


def half_life(days: int) -> Shape:
    return {"kind": "half_life", "days": days}


def quiet(points: int = -20, days: int = 90) -> Shape:
    return {
        "key": "quiet", "label": f"Nothing heard for {days} days", "group": "negative",
        "points": points, "within_days": days,
    }  # fmt: skip


def bands(*rows: tuple[str, str, int | None, str], **more: Shape) -> list[Shape]:
    """Rows of key, name, start and effect; `more` says more of a band by its key."""
    return [
        {"key": key, "name": name, "start": start, "effect": effect, **more.get(key, {})}
        for key, name, start, effect in rows
    ]


def whole(criteria: list[Shape], bands: list[Shape], **more: Any) -> Shape:
    return {"criteria": criteria, "bands": bands, "caps": {}, "floors": {}, **more}
