"""Which leads a statement is about, and as of when."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from accounts import prepared
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

    def cursor(self) -> CursorWrapper:
        """For a statement about these leads. About few it is the same day after day, takes longer to plan than to
        run, and goes by their ids whoever they are; about many PostgreSQL looks each time."""
        return prepared.cursor() if self.few else connection.cursor()


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
    """SQL for the moment of a statement and its UTC day; the session's zone is UTC, as settings say. The other
    names are those of the tables as of then, which `before` makes in front of the statement."""

    now: str
    today: str
    leads: str = "leads_lead"
    companies: str = "leads_company"
    events: str = "leads_event"
    before: str = ""


# Read once a statement and not once a row.
PRESENT = Clock("(SELECT app_now())", "(SELECT app_now()::date)")


def _undone(table: str, parameter: str) -> str:
    """The rows `o` of a table with the columns that were different then."""
    return f"""SELECT was.* FROM {table} o, LATERAL jsonb_populate_record(
         o, coalesce(%({parameter})s::jsonb -> o.id::text, '{{}}')) AS was"""


# A moment of the past. `concerned` are the leads that may be read, `then` says what was different about them and
# `then_companies` about companies, a JSON object by id; `undone` lists events (id, lead, trust) that were another
# lead's, nobody's, or of another class, and `known` limits all events to those that had been received.
PAST = Clock(
    "%(at)s::timestamptz",
    "%(at)s::timestamptz::date",
    "then_lead",
    "then_company",
    "then_event",
    f"""WITH then_lead AS (
  {_undone("leads_lead", "then")} WHERE o.id = ANY(%(concerned)s::bigint[])),
then_company AS (
  {_undone("leads_company", "then_companies")}
   WHERE o.id IN (SELECT company_id FROM then_lead)),
undone AS (SELECT * FROM jsonb_to_recordset(%(undone)s::jsonb) AS u(id bigint, lead bigint, trust smallint)),
then_event AS (
  SELECT e.id, e.lead_id, e.occurred_at, e.kind, e.signature_id, e.trust, e.properties FROM leads_event e
   WHERE e.lead_id = ANY(%(concerned)s::bigint[]) AND e.received_at <= %(known)s::timestamptz
     AND NOT EXISTS (SELECT FROM undone u WHERE u.id = e.id)
   UNION ALL
  SELECT e.id, u.lead, e.occurred_at, e.kind, e.signature_id, coalesce(u.trust, e.trust), e.properties
    FROM undone u JOIN leads_event e ON e.id = u.id
   WHERE u.lead = ANY(%(concerned)s::bigint[]) AND e.received_at <= %(known)s::timestamptz)
""",
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
