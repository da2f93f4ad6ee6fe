"""Places in a payload: how they are found, written down, read and shown. Pure.

A path is a list of steps: a name, a number, or {"where": ["field", "ref"], "is": "role"} for the item of a list
that says so of itself. Senders leave out and reorder items, so that a number would soon point at another one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Step = str | int | dict[str, Any]
Path = tuple[Step, ...]

MOST_LEAVES = 400
LONGEST_TEXT = 2_000
DEEPEST = 20
# Names by which the items of a list call themselves.
NAMED_BY = (("name",), ("field", "ref"), ("field", "id"), ("question",), ("key",), ("ref",))
# HubSpot keeps beside each value all it ever was.
HISTORY = {"value", "versions"}


@dataclass(frozen=True)
class Leaf:
    """A value that could become something, and where it stands."""

    path: Path
    value: Any

    @property
    def text(self) -> str:
        return text_of(self.value)


def leaves(value: Any) -> list[Leaf]:
    """The values in a payload in their order, at most MOST_LEAVES."""
    found: list[Leaf] = []
    for leaf in _leaves(value, ()):
        if len(found) == MOST_LEAVES:
            break
        found.append(leaf)
    return found


def _leaves(value: Any, path: Path) -> Iterator[Leaf]:
    if isinstance(value, dict):
        kept = ["value"] if value.keys() >= HISTORY else value
        for name in kept:
            yield from _leaves(value[name], (*path, name))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for step, below in zip(_steps(value), value, strict=True):
            # What an item calls itself stands in the path already.
            own = (*path, step, *step["where"]) if isinstance(step, dict) else None
            yield from (leaf for leaf in _leaves(below, (*path, step)) if leaf.path != own)
    elif value not in (None, "", []):
        yield Leaf(path, value)


def _steps(items: Sequence[Any]) -> list[Step]:
    """How each item of a list is found again: by what it calls itself, else by its place."""
    for where in NAMED_BY:
        names = [_walk(item, where) for item in items]
        if all(isinstance(name, str) and name for name in names) and len(set(names)) == len(names):
            return [{"where": list(where), "is": name} for name in names]
    return list(range(len(items)))


def read(value: Any, path: Sequence[Step]) -> Any:
    """What stands there: a text, a number, a truth value; a list of them as one text. None for nothing."""
    value = read_any(value, path)
    if isinstance(value, list):
        return text_of(value) or None
    return None if isinstance(value, dict) or value == "" else value


def read_any(value: Any, path: Sequence[Step]) -> Any:
    """What stands there, whatever it is."""
    for step in path:
        value = _at(value, step)
        if value is None:
            return None
    return value


def _at(value: Any, step: Step) -> Any:
    if isinstance(step, dict):
        items = value if isinstance(value, list) else []
        return next((item for item in items if _walk(item, step["where"]) == step["is"]), None)
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and 0 <= step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def _walk(value: Any, names: Sequence[str]) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_of(value: Any) -> str:
    """A value as a sender would write it into a field."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        texts = (text_of(item) for item in value if not isinstance(item, dict | list))
        return ", ".join(text for text in texts if text)
    return "" if value is None or isinstance(value, dict) else str(value).strip()


def shown(path: Sequence[Step]) -> str:
    """The path as a person reads it: answers[role].text, email[1].value."""
    text = ""
    for step in path:
        if isinstance(step, dict):
            text += f"[{step['is']}]"
        elif isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return text


def written(path: Sequence[Step]) -> str:
    """The path as a form carries it; `parsed` reads it."""
    return json.dumps(list(path), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parsed(text: str) -> Path:
    """Raises ValueError for anything that `written` did not write."""
    return checked(json.loads(text[:LONGEST_TEXT]))


def checked(steps: Any) -> Path:
    """A list out of JSON as a path. Raises ValueError."""
    if not isinstance(steps, list) or len(steps) > DEEPEST or not all(map(_is_step, steps)):
        raise ValueError("not a path")
    return tuple(steps)


def _is_step(step: Any) -> bool:
    if isinstance(step, dict):
        where = step.get("where")
        names = isinstance(where, list) and all(isinstance(name, str) for name in where)
        return names and isinstance(step.get("is"), str) and set(step) == {"where", "is"}
    return isinstance(step, str) or (isinstance(step, int) and not isinstance(step, bool))


def lists(value: Any) -> list[tuple[str, ...]]:
    """The lists of objects in a payload, by the names that lead there; inside of a list its items are looked
    into as well. () is the payload itself."""
    found = dict.fromkeys(_lists(value, ()))
    return list(found)


def _lists(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if len(path) > DEEPEST:
        return
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            yield path
            for item in value:
                yield from _lists(item, path)
    elif isinstance(value, dict):
        for name, below in value.items():
            if name not in HISTORY:
                yield from _lists(below, (*path, name))


def items(value: Any, each: Sequence[str]) -> list[Any]:
    """The items that are one lead each: those of the list at `each`, through every list on the way."""
    found = value if isinstance(value, list) else [value]
    for name in each:
        below = [item.get(name) for item in found if isinstance(item, dict)]
        found = [one for item in below for one in (item if isinstance(item, list) else [item])]
    return [item for item in found if item is not None]
