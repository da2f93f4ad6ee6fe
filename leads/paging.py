"""Lists paged by key: a page begins after the last row of the one before, never at a count of rows.

A row that comes or goes while somebody reads makes no other row appear twice or get lost."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Expression, F, QuerySet, Value

from leads.expressions import RowAfter, RowBefore, RowValue
from leads.models import Lead

PAGE = 50


@dataclass(frozen=True)
class Order:
    """A way to sort leads: by `key`, annotated as sort_key, and then by id in the same direction.

    `read` makes a key out of the JSON of a cursor, and raises ValueError or TypeError if it cannot.
    `id` is the lead's id in the table that the key is in, so that one index holds both."""

    key: Expression | F
    descending: bool
    read: Callable[[Any], Any]
    id: F = field(default_factory=lambda: F("id"))


@dataclass(frozen=True)
class Page:
    """`after` and `before` are cursors for the next and the previous page, empty where there is none."""

    leads: Sequence[Lead]
    after: str
    before: str


def page(
    leads: QuerySet[Lead], order: Order, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """The page after or before a cursor; a cursor that means nothing leads to the first page."""
    last, first = _read(after, order), _read(before, order)
    backwards = first is not None and last is None
    rows = sorted_by(leads, order, backwards=backwards)
    mark = first if backwards else last
    if mark is not None:
        rows = rows.filter(_beyond(mark, order, backwards=backwards))
    found = list(rows[: size + 1])
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    has_next, has_previous = (True, more) if backwards else (more, last is not None)
    return Page(
        shown,
        after=_cursor(shown[-1]) if shown and has_next else "",
        before=_cursor(shown[0]) if shown and has_previous else "",
    )


def means(cursor: str, order: Order) -> bool:
    """Whether the cursor names a place in a list of this order."""
    return _read(cursor, order) is not None


def sorted_by(leads: QuerySet[Lead], order: Order, *, backwards: bool = False) -> QuerySet[Lead]:
    """The leads in this order, each with its `sort_key`."""
    down = order.descending is not backwards
    keys = [F("sort_key"), order.id]
    return leads.annotate(sort_key=order.key).order_by(
        *(k.desc() if down else k.asc() for k in keys)
    )


def _beyond(mark: tuple[Any, int], order: Order, *, backwards: bool) -> Expression:
    here = RowValue(order.key, order.id)
    there = RowValue(Value(mark[0]), Value(mark[1]))
    return RowBefore(here, there) if order.descending is not backwards else RowAfter(here, there)


def _cursor(lead: Lead) -> str:
    key = lead.sort_key  # type: ignore[attr-defined]
    text = json.dumps([key.isoformat() if isinstance(key, date) else key, lead.pk])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, order: Order) -> tuple[Any, int] | None:
    try:
        key, lead_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return order.read(key), whole(lead_id)
    except (ValueError, TypeError, binascii.Error):
        return None


def whole(value: Any) -> int:
    """A whole number that fits a column; raises ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise ValueError
    return value


def moment(value: Any) -> datetime:
    """A time with its zone; raises ValueError or TypeError otherwise."""
    when = datetime.fromisoformat(value)
    if when.tzinfo is None:
        raise ValueError
    return when


def text(value: Any) -> str:
    """A text the database can compare; raises ValueError otherwise."""
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    value.encode()
    return value
