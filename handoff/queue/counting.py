"""How many lie in each tab, and what changed since a page was made: one statement, however long the queue is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from handoff.access import Principal, visible
from handoff.queue.asking import TABS, Ask, narrowed, of_tab

# Nobody reads a longer queue by its number; and counting further would cost more than showing it.
COUNTED_TO = 1000
MOST_NEW = 100
MOST_MARKS = 100
# What a row shows that may change, beside the score.
LOOKS = ("state", "owner_id", "team_id", "next_due_at", "task_due_at", "snoozed_until", "heat")
# What a row looks like, as a text that changes whenever it does; where both tables have their own names.
MARK = (
    "handoff_handoff.id || '.' || to_hex(hash_record_extended(("
    + "".join(f"handoff_handoff.{look}, " for look in LOOKS)
    + "leads_leadscore.total), 0))"
)


@dataclass(frozen=True)
class Counts:
    """How many are where in the filtered queue, counted to COUNTED_TO and one more, which means “or more”.
    `tag` changes whenever one of these does."""

    open: int
    unclaimed: int
    mine: int
    breached: int
    soon: int
    snoozed: int
    newest: int

    @property
    def tag(self) -> str:
        return f"{crc32(repr(self).encode()):x}"


@dataclass(frozen=True)
class Look:
    """What a poll learns: the counts, how many came into the view since, which of its rows look different."""

    counts: Counts
    newer: int
    changed: list[int]


def counts(principal: Principal, ask: Ask, *, at: datetime) -> Counts:
    return look(principal, ask, at=at).counts


def look(
    principal: Principal, ask: Ask, *, at: datetime, seen: int = 0, marks: Sequence[str] = ()
) -> Look:
    """`seen` is the newest handoff that the page knew, `marks` are those of its rows."""
    rows = narrowed(principal, ask)
    tabs = [rows.filter(of_tab(tab, principal, at)).values("pk")[: COUNTED_TO + 1] for tab in TABS]
    came = rows.filter(of_tab(ask.tab, principal, at), pk__gt=seen)
    newer = (came if seen else came.none()).values("pk")[:MOST_NEW]
    newest = rows.order_by("-pk").values("pk")[:1]
    known = {pk: mark for mark in marks[:MOST_MARKS] if (pk := _id(mark)) is not None}
    shown = visible(principal).filter(pk__in=known).values("pk")
    wanted = [*[("count(*)", tab) for tab in tabs], ("count(*)", newer), ("max(id)", newest)]
    *numbers, new, last, now = _ask(wanted, shown)
    return Look(
        Counts(**dict(zip(TABS, numbers, strict=True)), newest=last or 0),
        new,
        sorted(pk for pk, m in now if known[pk] != m),
    )


def _ask(wanted: Sequence[tuple[str, QuerySet[Any]]], shown: QuerySet[Any]) -> list[Any]:
    """Each figure over its query, and the marks of the rows shown, out of one statement."""
    columns, parameters = [], []
    for figure, query in wanted:
        sql, values = _sql(query)
        columns.append(f"(SELECT {figure} FROM ({sql}) AS q(id))")
        parameters += values
    sql, values = _sql(shown)
    columns.append(f"(SELECT json_agg(json_build_array(m.id, m.mark)) FROM ({_marked(sql)}) m)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", [*parameters, *values])
        row = list(cursor.fetchone())
    return [*row[:-1], json.loads(row[-1]) if isinstance(row[-1], str) else row[-1] or []]


def _marked(which: str) -> str:
    return f"""SELECT handoff_handoff.id, {MARK} AS mark
                 FROM handoff_handoff
                 JOIN leads_leadscore ON leads_leadscore.lead_id = handoff_handoff.lead_id
                WHERE handoff_handoff.id IN ({which})"""


def _sql(query: QuerySet[Any]) -> tuple[str, list[Any]]:
    try:
        sql, values = query.query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE false", []
    return sql, list(values)


def _id(mark: str) -> int | None:
    number = mark.partition(".")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None
