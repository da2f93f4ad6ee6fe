"""The orders of the queue, paged by key. An order is one or more parts, each walked along an index, one behind
the other; so that a hundred thousand open handoffs cost a page no more than thirty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Value

from handoff.models import Handoff
from handoff.queue.asking import SOON, Ask
from leads.expressions import RowAfter, RowBefore, RowValue
from leads.paging import moment, whole

PK = F("pk")


@dataclass(frozen=True)
class Part:
    """Rows that fit `where` at the frozen moment, by `key` and then by `id`; `read` makes a key of its text."""

    where: Callable[[datetime], Q]
    key: F
    read: Callable[[str], Any]
    descending: bool = True
    id: F = PK

    def behind(self, key: Any, number: int) -> Any:
        here, there = RowValue(self.key, self.id), RowValue(Value(key), Value(number))
        return RowBefore(here, there) if self.descending else RowAfter(here, there)


def _number(text: str) -> int:
    return whole(int(text))


def _all(at: datetime) -> Q:
    return Q()


HEAT = F("heat")
PARTS: dict[str, Sequence[Part]] = {
    # Overdue first, then what is due within 15 minutes, then the rest; each by what acting now is worth.
    "value": (
        Part(lambda at: Q(act_by__lt=at), HEAT, _number),
        Part(lambda at: Q(act_by__gte=at, act_by__lt=at + SOON), HEAT, _number),
        Part(lambda at: Q(act_by=None) | Q(act_by__gte=at + SOON), HEAT, _number),
    ),
    "due": (
        Part(lambda at: ~Q(act_by=None), F("act_by"), moment, descending=False),
        Part(lambda at: Q(act_by=None), F("opened_at"), moment, descending=False),
    ),
    # A lead has one open handoff, so that the two numbers of the score's index name a place.
    "score": (Part(_all, F("lead__score__total"), _number, id=F("lead__score__lead_id")),),
    "age": (Part(_all, F("opened_at"), moment, descending=False),),
}  # fmt: skip


def page(found: QuerySet[Handoff], ask: Ask, *, at: datetime, size: int) -> tuple[list[int], str]:
    """The ids of one page and the cursor of the next, or an empty string at the end. `at` is the frozen moment."""
    parts = PARTS[ask.order]
    first, place = _read(ask.after, parts)
    places: list[tuple[int, Any, int, int]] = []
    for number in range(first, len(parts)):
        rows = found.filter(parts[number].where(at))
        if place is not None and number == first:
            rows = rows.filter(parts[number].behind(*place))
        places += [(number, *row) for row in _walk(rows, parts[number], size + 1 - len(places))]
        if len(places) > size:
            break
    following = _cursor(places[size - 1]) if len(places) > size else ""
    return [pk for _part, _key, _id, pk in places[:size]], following


def _walk(rows: QuerySet[Handoff], part: Part, most: int) -> list[tuple[Any, int, int]]:
    """Only the few narrow rows that the page shows; all that belongs to them comes later."""
    keys = [part.key, part.id]
    order = [key.desc() if part.descending else key.asc() for key in keys]
    return list(rows.order_by(*order).values_list(*keys, "pk")[:most])


def _cursor(place: tuple[int, Any, int, int]) -> str:
    number, key, tie, _pk = place
    return f"{number}~{key.isoformat() if isinstance(key, datetime) else key}~{tie}"


def _read(text: str, parts: Sequence[Part]) -> tuple[int, tuple[Any, int] | None]:
    """The part and the place in it; the very beginning for a cursor that cannot be read."""
    try:
        number, key, tie = text.split("~")
        part = parts[int(number)] if number.isdecimal() else parts[len(parts)]
        return int(number), (part.read(key), _number(tie))
    except (ValueError, IndexError):
        return 0, None
