"""A definition becomes one parameterised SQL statement with a column of millionths per criterion.

The same text serves one lead, a batch and the whole base, only the `Scope` differs; so a preview, a
publication and an explanation cannot disagree. Age is counted in whole UTC days."""

from dataclasses import dataclass
from typing import Any

from leads.rule_sql import Parameters, fragment
from scoring.definition import MICRO, Criterion, Decay, Definition, Group


@dataclass(frozen=True)
class Scope:
    """Which leads: a predicate over `{id}`, and its parameters."""

    predicate: str
    parameters: dict[str, Any]


EVERYBODY = Scope("true", {})


def these(lead_ids: list[int]) -> Scope:
    return Scope("{id} = ANY(%(scope_ids)s::bigint[])", {"scope_ids": lead_ids})


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


class _Compiler:
    def __init__(self, definition: Definition, scope: Scope, kinds: dict[str, int]) -> None:
        self.definition, self.scope, self.kinds = definition, scope, kinds
        self.parameters = Parameters()
        self.acting = [(n, c) for n, c in enumerate(definition.criteria) if c.event is not None]

    def statement(self) -> Statement:
        # Events first: their placeholders come first in the parameters, whatever reads them.
        acts = self._acts() if self.acting else ""
        columns = ",\n       ".join(
            f"{self._column(n, c)}::bigint AS c{n}" for n, c in enumerate(self.definition.criteria)
        )
        sql = f"""{acts}
SELECT x.*, {self._shown("g.fit")} AS fit, {self._shown("g.engagement")} AS engagement,
       {self._shown("g.negative")} AS negative, t.total, {self._band()} AS band
  FROM (SELECT l.id AS lead_id,
       {columns}
          FROM leads_lead l
          LEFT JOIN leads_company c ON c.id = l.company_id
          {"LEFT JOIN acts a ON a.lead_id = l.id" if self.acting else ""}
         WHERE {self.scope.predicate.format(id="l.id")} AND l.merged_into_id IS NULL) x
 CROSS JOIN LATERAL (SELECT {self._groups()}) g
 CROSS JOIN LATERAL (SELECT {self._total()} AS total) t"""
        return Statement(sql, {**self.parameters, **self.scope.parameters})

    # What they did ---------------------------------------------------------------------------

    def _acts(self) -> str:
        """Per lead the aggregates of each event criterion, with one weight computed per event."""
        aggregates = ", ".join(part for n, c in self.acting for part in self._aggregates(n, c))
        return f"""WITH matched AS MATERIALIZED (
    SELECT s.id AS signature_id, v.n FROM leads_signature s
     CROSS JOIN LATERAL (VALUES {", ".join(self._match(n, c) for n, c in self.acting)}) AS v(n, hit)
     WHERE v.hit),
acts AS (
    SELECT lead_id, {aggregates}
      FROM (SELECT e.lead_id, e.n, CASE e.n {" ".join(self._weight(n, c) for n, c in self.acting)} END AS w
              FROM (SELECT e.lead_id, m.n, {self._age("e.occurred_at")} AS age
                      FROM leads_event e JOIN matched m ON m.signature_id = e.signature_id
                     WHERE {self.scope.predicate.format(id="e.lead_id")} AND e.lead_id IS NOT NULL
                       AND e.trust = ANY({self.parameters.add(list(self.definition.trust))}::smallint[])
                       AND e.occurred_at <= app_now()) e) e
     WHERE w > 0 GROUP BY lead_id)"""

    def _match(self, n: int, c: Criterion) -> str:
        assert c.event is not None
        tests = [f"s.kind_id = {self.parameters.add(self.kinds.get(c.event.kind, -1))}"]
        if c.event.name:
            tests.append(f"lower(s.name) = {self.parameters.add(c.event.name.lower())}")
        if c.event.path:
            tests.append(f"starts_with(lower(s.path), {self.parameters.add(c.event.path.lower())})")
        return f"({n}, {' AND '.join(tests)})"

    def _age(self, moment: str) -> str:
        # The session's zone is UTC, and the cast is an integer division: the cheapest exact form.
        return f"((app_now() AT TIME ZONE 'UTC')::date - ({moment} AT TIME ZONE 'UTC')::date)"

    def _weight(self, n: int, c: Criterion) -> str:
        """Millionths of one event by its age; 0 outside the window."""
        weight = self._faded(c.decay) if c.decay else str(MICRO)
        if c.within_days is None:
            return f"WHEN {n} THEN {weight}"
        within = self.parameters.add(c.within_days)
        return f"WHEN {n} THEN CASE WHEN age < {within} THEN {weight} ELSE 0 END"

    def _faded(self, decay: Decay) -> str:
        return f"coalesce(({self.parameters.add(decay.weights())}::int[])[age + 1], 0)"

    def _aggregates(self, n: int, c: Criterion) -> list[str]:
        mine = f"FILTER (WHERE n = {n})"
        parts = [f"{'sum' if c.each else 'max'}(w) {mine} AS w{n}"]
        return [*parts, f"count(*) {mine} AS k{n}"] if c.at_least > 1 else parts

    # What each criterion gives ---------------------------------------------------------------

    def _column(self, n: int, c: Criterion) -> str:
        if c.condition is not None:
            return f"CASE WHEN {fragment(c.condition, self.parameters)} THEN {c.points * MICRO} ELSE 0 END"
        if c.is_absence:
            # A lead that never did anything is quiet since it came.
            since = "greatest(l.last_activity_at, l.created_at)"
            quiet = f"{self._age(since)} >= {self.parameters.add(c.within_days)}"
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
        parts = []
        for group in Group:
            columns = [
                f"x.c{n}" for n, c in enumerate(self.definition.criteria) if c.group is group
            ]
            total = " + ".join(columns) or "0::bigint"
            cap = self.definition.caps.get(group)
            if cap is not None:
                limit = cap * MICRO
                total = (
                    f"greatest({-limit}, {total})"
                    if group is Group.NEGATIVE
                    else f"least({limit}, {total})"
                )
            parts.append(f"{total} AS {group}")
        return ", ".join(parts)

    def _total(self) -> str:
        total = "g.fit + g.engagement + g.negative"
        if self.definition.total_cap is not None:
            total = f"least({self.definition.total_cap * MICRO}, {total})"
        if self.definition.total_floor is not None:
            total = f"greatest({self.definition.total_floor * MICRO}, {total})"
        return self._shown(f"({total})")

    def _shown(self, micro: str) -> str:
        """Rounded once, halves away from zero, in integers."""
        return f"((abs({micro}) + {MICRO // 2}) / {MICRO} * CASE WHEN {micro} < 0 THEN -1 ELSE 1 END)::int"

    def _band(self) -> str:
        *upper, lowest = sorted(
            self.definition.bands, key=lambda b: (b.start is not None, b.start or 0), reverse=True
        )
        cases = " ".join(
            f"WHEN t.total >= {band.start} THEN {self.parameters.add(band.key)}" for band in upper
        )
        return f"CASE {cases} ELSE {self.parameters.add(lowest.key)} END"
