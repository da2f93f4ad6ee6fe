"""Which leads a statement is about, and as of when."""

from dataclasses import dataclass
from typing import Any

from leads.vocabulary import rule_sql
from leads.vocabulary.lists import Frozen
from leads.vocabulary.rules import Condition


@dataclass(frozen=True)
class Scope:
    """`predicate` over `{id}`, its parameters, and whether the leads are few."""

    predicate: str
    parameters: dict[str, Any]
    few: bool = False

    def of(self, column: str) -> str:
        return self.predicate.format(id=column)


EVERYBODY = Scope("true", {})
FEW = 500


def these(lead_ids: list[int]) -> Scope:
    return Scope(
        "{id} = ANY(%(scope_ids)s::bigint[])", {"scope_ids": lead_ids}, few=len(lead_ids) <= FEW
    )


def between(first: int, last: int) -> Scope:
    return Scope(
        "{id} BETWEEN %(scope_first)s AND %(scope_last)s",
        {"scope_first": first, "scope_last": last},
    )


@dataclass(frozen=True)
class Clock:
    """SQL for the moment of a statement and its UTC day; the session's zone is UTC, as settings say.

    `known` limits events to those that had been received; it is empty for the present. `trust` is the class
    of an event."""

    now: str
    today: str
    known: str = ""
    trust: str = "{e}.trust"


# Read once a statement and not once a row.
PRESENT = Clock("(SELECT app_now())", "(SELECT app_now()::date)")
# A moment of the past, with the parameters `at`, `known` and `undone`.
UNDONE = "%(undone)s::jsonb"
PAST = Clock(
    "%(at)s::timestamptz",
    "%(at)s::timestamptz::date",
    "{e}.received_at <= %(known)s::timestamptz",
    f"(CASE WHEN {UNDONE} ? {{e}}.id::text THEN ({UNDONE} ->> {{e}}.id::text)::smallint ELSE {{e}}.trust END)",
)


@dataclass(frozen=True)
class Applies:
    """To whom a model applies: all of `mine` hold, and no model before it in order applies. Segments ask
    neither lists nor titles, so that which model scores a lead changes only with the lead or the models."""

    mine: tuple[Condition, ...] = ()
    earlier: tuple[tuple[Condition, ...], ...] = ()

    def sql(self, parameters: rule_sql.Parameters) -> str:
        mine = rule_sql.every(self.mine, parameters, Frozen())
        others = [f"NOT {rule_sql.every(one, parameters, Frozen())}" for one in self.earlier]
        return " AND ".join([mine, *others])


TO_ALL = Applies()
