"""A definition becomes one parameterised SQL statement with a column of millionths per criterion.

The same text serves one lead, a batch and the whole base, only the `Scope` differs; so a preview, a
publication and an explanation cannot disagree. Age is counted in whole UTC days."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from leads.rule_sql import Parameters, fragment
from scoring.definition import MICRO, Criterion, Decay, Definition, Group


@dataclass(frozen=True)
class Scope:
    """Which leads: a predicate over `{id}`, its parameters, and whether they are few."""

    predicate: str
    parameters: dict[str, Any]
    few: bool = False


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
class Statement:
    """SELECT lead_id, c0..cN (millionths), fit, engagement, negative, total, band."""

    sql: str
    parameters: dict[str, Any]


def compile_definition(definition: Definition, scope: Scope, *, kinds: dict[str, int]) -> Statement:
    """`kinds` maps event kind keys to their numbers. The moment is app_now() of the statement."""
    return _Compiler(definition, scope, kinds).statement()


# Read once a statement and not once a row. The session's zone is UTC, as settings.TIME_ZONE says.
NOW = "(SELECT app_now())"
TODAY = "(SELECT app_now()::date)"


class _Compiler:
    def __init__(self, definition: Definition, scope: Scope, kinds: dict[str, int]) -> None:
        self.definition, self.scope, self.kinds = definition, scope, kinds
        self.parameters = Parameters()
        self.acting = [(n, c) for n, c in enumerate(definition.criteria) if c.event is not None]

    def statement(self) -> Statement:
        """Each level is fenced by OFFSET 0: else PostgreSQL would write the expressions of one level
        into the next wherever they are used, and work out every criterion several times a lead."""
        columns = ", ".join(f"x.c{n}" for n in range(len(self.definition.criteria)))
        sql = f"""
SELECT x.lead_id, {columns}, {_rounded("x.fit")} AS fit, {_rounded("x.engagement")} AS engagement,
       {_rounded("x.negative")} AS negative, x.total, {self._band()} AS band
  FROM (SELECT y.*, {_rounded("y.limited")} AS total
          FROM (SELECT z.*, {self._limited()} AS limited
                  FROM (SELECT l.*, {self._groups()}
                          FROM ({self._leads()} OFFSET 0) l OFFSET 0) z OFFSET 0) y OFFSET 0) x"""
        return Statement(sql, {**self.parameters, **self.scope.parameters})

    def _leads(self) -> str:
        columns = ", ".join(
            f"{self._column(n, c)}::bigint AS c{n}" for n, c in enumerate(self.definition.criteria)
        )
        return f"""SELECT l.id AS lead_id, {columns}
  FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id
  {f"LEFT JOIN ({self._acts()}) a ON a.lead_id = l.id" if self.acting else ""}
 WHERE {self.scope.predicate.format(id="l.id")} AND l.merged_into_id IS NULL"""

    # What they did ---------------------------------------------------------------------------

    def _acts(self) -> str:
        """Per lead the aggregates of each event criterion. An event is looked at once for each criterion it
        matches, out of the covering index; its window is a moment, and only what fades needs its age."""
        aggregates = ", ".join(part for n, c in self.acting for part in self._aggregates(n, c))
        return f"""SELECT e.lead_id, {aggregates}
  FROM leads_event e JOIN ({self._matches()}) m ON m.signature_id = e.signature_id
 WHERE {self.scope.predicate.format(id="e.lead_id")} AND e.lead_id IS NOT NULL
   AND e.trust = ANY({self.parameters.add(list(self.definition.trust))}::smallint[])
   AND e.occurred_at >= m.since AND e.occurred_at <= {NOW}
 GROUP BY e.lead_id"""

    def _matches(self) -> str:
        """Which looks of events count for which criterion, and from when on. For few leads the looks they met
        are tested, for many all there are."""
        rows = ", ".join(self._match(n, c) for n, c in self.acting)
        return f"""SELECT s.id AS signature_id, v.n, v.since
  FROM leads_signature s CROSS JOIN LATERAL (VALUES {rows}) AS v(n, since, hit)
 WHERE v.hit{"" if self.scope.few else " OFFSET 0"}"""

    def _match(self, n: int, c: Criterion) -> str:
        assert c.event is not None
        tests = [f"s.kind_id = {self.parameters.add(self.kinds.get(c.event.kind, -1))}"]
        if c.event.name:
            tests.append(f"lower(s.name) = lower({self.parameters.add(c.event.name)})")
        if c.event.path:
            tests.append(f"starts_with(lower(s.path), lower({self.parameters.add(c.event.path)}))")
        return f"({n}, {_since(c)}, {' AND '.join(tests)})"

    def _aggregates(self, n: int, c: Criterion) -> list[str]:
        mine = f"FILTER (WHERE m.n = {n})"
        if c.decay is None:
            weight = f"count(*) {mine}" if c.each else f"least(1, count(*) {mine})"
            parts = [f"{MICRO} * {weight} AS w{n}"]
        else:
            worth = f"({_array(c.decay)})[{TODAY} - e.occurred_at::date + 1]"
            parts = [f"{'sum' if c.each else 'max'}({worth}) {mine} AS w{n}"]
        return [*parts, f"count(*) {mine} AS k{n}"] if c.at_least > 1 else parts

    # What each criterion gives ---------------------------------------------------------------

    def _column(self, n: int, c: Criterion) -> str:
        if c.condition is not None:
            return f"CASE WHEN {fragment(c.condition, self.parameters)} THEN {c.points * MICRO} ELSE 0 END"
        if c.is_absence:
            # A lead that never did anything is quiet since it came.
            since = "greatest(l.last_activity_at, l.created_at)"
            quiet = f"{TODAY} - {since}::date >= {self.parameters.add(c.within_days)}"
            return f"CASE WHEN {quiet} THEN {c.points * MICRO} ELSE 0 END"
        value = f"{c.points} * coalesce(a.w{n}, 0)::bigint"
        if c.cap is not None:
            limit = c.cap * MICRO
            value = f"least({limit}, {value})" if c.points > 0 else f"greatest({-limit}, {value})"
        if c.at_least > 1:
            value = f"CASE WHEN a.k{n} >= {self.parameters.add(c.at_least)} THEN {value} ELSE 0 END"
        return value

    # What they make together -----------------------------------------------------------------

    def _groups(self) -> str:
        return ", ".join(f"{self._group(group)} AS {group}" for group in Group)

    def _group(self, group: Group) -> str:
        columns = [f"l.c{n}" for n, c in enumerate(self.definition.criteria) if c.group is group]
        total = " + ".join(columns) or "0::bigint"
        cap = self.definition.caps.get(group)
        if cap is None:
            return total
        limit = cap * MICRO
        return (
            f"greatest({-limit}, {total})"
            if group is Group.NEGATIVE
            else f"least({limit}, {total})"
        )

    def _limited(self) -> str:
        total = "z.fit + z.engagement + z.negative"
        if self.definition.total_cap is not None:
            total = f"least({self.definition.total_cap * MICRO}, {total})"
        if self.definition.total_floor is not None:
            total = f"greatest({self.definition.total_floor * MICRO}, {total})"
        return total

    def _band(self) -> str:
        *upper, lowest = sorted(
            self.definition.bands, key=lambda b: (b.start is not None, b.start or 0), reverse=True
        )
        cases = " ".join(
            f"WHEN x.total >= {band.start} THEN {self.parameters.add(band.key)}" for band in upper
        )
        return f"CASE {cases} ELSE {self.parameters.add(lowest.key)} END"


def _since(c: Criterion) -> str:
    """The midnight from which on an event still counts: its window, or what is left of its worth."""
    limits = [c.within_days, len(c.decay.weights()) if c.decay else None]
    days = min((limit for limit in limits if limit is not None), default=None)
    return "timestamptz '-infinity'" if days is None else f"({TODAY} - {days - 1})::timestamptz"


@lru_cache(maxsize=256)
def _array(decay: Decay) -> str:
    # Written into the text: hundreds of numbers would be slow as a parameter.
    return f"'{{{','.join(map(str, decay.weights()))}}}'::int[]"


def _rounded(micro: str) -> str:
    """Whole points, halves away from zero: integer division drops what is left towards zero."""
    return f"(({micro} + CASE WHEN {micro} < 0 THEN -{MICRO // 2} ELSE {MICRO // 2} END) / {MICRO})::int"
