"""JSON from strangers: read within limits, and refused in words.

The body is parsed once. What is wrong in one place (a NUL, half a character, a number without
end, a name twice) is marked there and reported with its path, so that in a batch only the item
that holds it is refused.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.text import flaw_of

# Brackets and commas outside of strings, and empty containers, which hold no value. A string that
# is never closed runs to the end.
MARKS = re.compile(
    rb"""
    "[^"\\]*+ (?:\\.[^"\\]*+)*+ "?
    | [\[{] \s*+ [\]}]
    | (?P<open> [\[{] )
    | (?P<close> [\]}] )
    | (?P<comma> , )
    """,
    re.DOTALL | re.VERBOSE,
)
# How a NUL or half a character is written; nothing else in UTF-8 and JSON can bring one in.
SUSPECT = re.compile(rb"\\u(?:0000|d[89a-f])", re.IGNORECASE)
# Deeper than any item may be, and still far from where the parser gives up.
PARSER_DEPTH = 200
SHOWN_NAME = 40


class BadJson(ValueError):
    """JSON that is refused: the reason as a sentence, and where it lies ("batch[3].name")."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason} ({where})" if where else reason)
        self.reason = reason
        self.where = where


class TooLarge(ValueError):
    """A body of more bytes than are read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read: bytes of the body, levels of nesting, values in all, digits of a number."""

    bytes: int = 256 * 1024
    depth: int = 20
    values: int = 5_000
    digits: int = 64


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a batch: its value, or why it is refused."""

    value: Any = None
    error: BadJson | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The items in their order, and what else stood beside them."""

    items: list[Item]
    rest: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Parsed:
    """`is_sound`: it is known that nothing in the tree is to be refused, so nobody need look."""

    tree: Any
    is_sound: bool


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Stands in the parsed tree where a value cannot be taken."""

    reason: str


def loads(raw: bytes, *, limits: Limits = Limits()) -> Any:
    """The value of a JSON body. Raises TooLarge, or BadJson for everything else."""
    parsed = _parse(raw, limits)
    if not parsed.is_sound:
        _refuse_flaws(parsed.tree, "", limits.depth)
    return parsed.tree


def loads_batch(raw: bytes, *, within: str, limits: Limits = Limits()) -> Batch:
    """The items of {"<within>": [...]} or of a bare list, each with its own error if it has one.

    Raises TooLarge or BadJson if the body as a whole cannot be read.
    """
    return _as_batch(_parse(raw, limits), within, limits)


def loads_items(raw: bytes, *, within: str, limits: Limits = Limits()) -> Batch:
    """As loads_batch, but an object without such a list is the one item itself."""
    parsed = _parse(raw, limits)
    tree = parsed.tree
    if isinstance(tree, list) or (isinstance(tree, dict) and within in tree):
        return _as_batch(parsed, within, limits)
    return Batch([_item(tree, "", limits)], {})


def _as_batch(parsed: _Parsed, within: str, limits: Limits) -> Batch:
    tree = parsed.tree
    rest = {within: tree} if isinstance(tree, list) else tree
    items = rest.pop(within, None) if isinstance(rest, dict) else None
    if parsed.is_sound and isinstance(items, list):
        return Batch([Item(value) for value in items], rest)
    _refuse_flaws(rest, "", limits.depth)
    if not isinstance(items, list):
        _refuse_flaws(items, within, limits.depth)
        raise BadJson(_("Send a list of items named “%(name)s”.") % {"name": within})
    paths = (f"{within}[{number}]" for number in range(len(items)))
    return Batch([_item(*pair, limits) for pair in zip(items, paths, strict=True)], rest)


def _item(value: Any, path: str, limits: Limits) -> Item:
    try:
        _refuse_flaws(value, path, limits.depth)
    except BadJson as error:
        return Item(error=error)
    return Item(value)


def _parse(raw: bytes, limits: Limits) -> _Parsed:
    if len(raw) > limits.bytes:
        raise TooLarge(_("The body has more than %(limit)d bytes.") % {"limit": limits.bytes})
    text = _decode(raw)
    deepest = _refuse_sprawl(raw, limits)
    reader = _Reader(limits.digits)
    try:
        tree = json.loads(
            text,
            parse_int=reader.integer,
            parse_float=reader.fraction,
            parse_constant=reader.constant,
            object_pairs_hook=reader.mapping,
        )
    except json.JSONDecodeError as error:
        where = _("line %(line)d, column %(column)d") % {
            "line": error.lineno,
            "column": error.colno,
        }
        raise BadJson(_("This is not JSON."), where) from None
    # An empty container lies one level deeper than is counted.
    is_sound = deepest < limits.depth and not reader.flaws and not SUSPECT.search(raw)
    return _Parsed(tree, is_sound)


def _decode(raw: bytes) -> str:
    """The body as text: UTF-8 whatever its header says, since anything else hides things."""
    if not raw.strip():
        raise BadJson(_("The body is empty."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = _("byte %(number)d") % {"number": error.start + 1}
        raise BadJson(_("The body is not UTF-8."), where) from None


def _refuse_sprawl(raw: bytes, limits: Limits) -> int:
    """Before the parser builds anything: how deep is it (handed back), and how many values are there."""
    depth, deepest, values = 0, 0, 1
    for mark in MARKS.finditer(raw):
        kind = mark.lastgroup
        depth += (kind == "open") - (kind == "close")
        # Every value but the outermost is the first of its container or follows a comma.
        values += kind in ("open", "comma")
        if depth > deepest:
            deepest = depth
            if depth > PARSER_DEPTH:
                raise _too_deep(limits.depth)
        if values > limits.values:
            raise BadJson(_("There are more than %(limit)d values.") % {"limit": limits.values})
    return deepest


def _too_deep(limit: int, where: str = "") -> BadJson:
    return BadJson(_("This is nested more than %(limit)d levels deep.") % {"limit": limit}, where)


@dataclass(frozen=True, slots=True)
class _Reader:
    """The parser's helpers: each hands back a value, or a flaw in its place."""

    digits: int
    flaws: list[_Flaw] = field(default_factory=list)

    def integer(self, text: str) -> int | _Flaw:
        return self._too_long() if len(text.lstrip("-")) > self.digits else int(text)

    def fraction(self, text: str) -> float | _Flaw:
        if len(text.lstrip("-")) > self.digits:
            return self._too_long()
        number = float(text)
        return number if math.isfinite(number) else self._flaw(_("This number is too large."))

    def constant(self, text: str) -> _Flaw:
        return self._flaw(_("%(name)s is not a number in JSON.") % {"name": text})

    def mapping(self, pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Flaw:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        twice = Counter(name for name, _value in pairs).most_common(1)[0][0]
        return self._flaw(_("The name “%(name)s” occurs twice.") % {"name": _shown(twice)})

    def _too_long(self) -> _Flaw:
        return self._flaw(_("A number has at most %(limit)d digits.") % {"limit": self.digits})

    def _flaw(self, reason: str) -> _Flaw:
        self.flaws.append(_Flaw(reason))
        return self.flaws[-1]


def _refuse_flaws(value: Any, path: str, depth: int) -> None:
    """Raise BadJson for the first thing below this value that cannot be taken."""
    if isinstance(value, _Flaw):
        raise BadJson(value.reason, path)
    if isinstance(value, str):
        _refuse_text(value, path)
    elif isinstance(value, dict | list):
        if not depth:
            raise BadJson(_("This is nested too deeply."), path)
        for name, below in _below(value, path):
            _refuse_flaws(below, name, depth - 1)


def _refuse_text(text: str, path: str) -> None:
    flaw = flaw_of(text)
    if flaw:
        raise BadJson(flaw, path)


def _below(value: dict[str, Any] | list[Any], path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from ((f"{path}[{number}]", below) for number, below in enumerate(value))
        return
    for name, below in value.items():
        where = f"{path}.{_shown(name)}" if path else _shown(name)
        _refuse_text(name, where)
        yield where, below


def _shown(name: str) -> str:
    """A name of theirs, fit for a sentence of ours."""
    text = name if name.isprintable() else ascii(name)
    return text if len(text) <= SHOWN_NAME else text[:SHOWN_NAME] + "…"
