"""How many lie in each tab, and what changed since a page was made: one statement, however long the queue is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts import policy
from handoff.access import Principal, visible
from handoff.queue.asking import TABS, Ask, narrowed, of_tab

# Nobody reads a longer queue by its number; and counting further would cost more than showing it.
COUNTED_TO = 1000
MOST_NEW = 100
MOST_MARKS = 100
# What a question leaves open: now and the moments after it, the newest that a page knew, and its rows.
NOW = datetime(1, 1, 1, tzinfo=UTC)
SEEN = -(2**62)
KNOWN: list[int] = []
NOTHING_NEWER = 2**62
# Along which index a tab is counted that may hold most of what is open: by a guess it would be found among all that was
# ever handed over, the oldest of which come first.
WALKED = {"open": ("-heat", "-pk"), "unclaimed": ("-heat", "-pk"), "breached": ("act_by", "pk")}
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
    """How many are where in the filtered queue, counted to COUNTED_TO and one more, which means “or more”. `newest`
    is the newest handoff of all, whoever may see it: that of a small team may lie far behind those of a large one."""

    open: int
    unclaimed: int
    mine: int
    breached: int
    soon: int
    snoozed: int
    newest: int


@dataclass(frozen=True)
class Look:
    """What a poll learns: the counts, how many came into the view since, which of its rows look different. `tag`
    changes whenever one of the numbers that are shown does."""

    counts: Counts
    newer: int
    changed: list[int]

    @property
    def tag(self) -> str:
        shown = replace(self.counts, newest=0), self.newer
        return f"{crc32(repr(shown).encode()):x}"


def counts(principal: Principal, ask: Ask, *, at: datetime) -> Counts:
    return look(principal, ask, at=at).counts


def look(
    principal: Principal, ask: Ask, *, at: datetime, seen: int = 0, marks: Sequence[str] = ()
) -> Look:
    """`seen` is the newest handoff that the page knew, `marks` are those of its rows."""
    question = _question(principal, policy.role_of(principal), ask.view)
    known = {pk: mark for mark in marks[:MOST_MARKS] if (pk := _id(mark)) is not None}
    # Planned each time: without a look at the moments a plan reads all that is open to find what nothing is.
    with connection.cursor() as cursor:
        cursor.execute(
            question.sql, question.filled(at=at, seen=seen or NOTHING_NEWER, known=list(known))
        )
        *numbers, new, last, now = cursor.fetchone()
    now = json.loads(now) if isinstance(now, str) else now or []
    return Look(
        Counts(**dict(zip(TABS, numbers, strict=True)), newest=last or 0),
        new,
        sorted(pk for pk, mark in now if known[pk] != mark),
    )


@dataclass(frozen=True)
class Question:
    """The statement of one view of the queue. Building it takes longer than its answer, and an open page asks the
    same all day: what differs from poll to poll is put in afterwards."""

    sql: str
    parameters: Sequence[Any]

    def filled(self, *, at: datetime, seen: int, known: list[int]) -> list[Any]:
        def put(value: Any) -> Any:
            if value is KNOWN:
                return known
            if isinstance(value, datetime) and value.year == NOW.year:
                return at + (value - NOW)
            return seen if value == SEEN else value

        return [put(value) for value in self.parameters]


@lru_cache(maxsize=1000)
def _question(principal: Principal, role: str, ask: Ask) -> Question:
    """`role` decides on what the principal sees, so that somebody whose role changes asks anew."""
    rows = narrowed(principal, ask)
    tabs = [
        rows.filter(of_tab(tab, principal, NOW))
        .order_by(*WALKED.get(tab, ()))
        .values("pk")[: COUNTED_TO + 1]
        for tab in TABS
    ]
    newer = rows.filter(of_tab(ask.tab, principal, NOW), pk__gt=SEEN).values("pk")[:MOST_NEW]
    columns, parameters = [], []
    for query in (*tabs, newer):
        sql, values = _sql(query)
        columns.append(f"(SELECT count(*) FROM ({sql}) AS q(id))")
        parameters += values
    columns.append("(SELECT max(id) FROM handoff_handoff)")
    which = RawSQL("SELECT unnest(%s::bigint[])", [KNOWN])
    sql, values = _sql(visible(principal).filter(pk__in=which).values("pk"))
    columns.append(f"(SELECT json_agg(json_build_array(m.id, m.mark)) FROM ({_marked(sql)}) m)")
    return Question(f"SELECT {', '.join(columns)}", [*parameters, *values])


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
