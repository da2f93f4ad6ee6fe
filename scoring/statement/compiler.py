"""A definition becomes one parameterised SQL statement: a row a lead, with a unit and the millionths of points
of every criterion, the groups, the total, the band and the flag.

The same text serves one lead, a batch, the whole base, a preview, a moment of the past and an explanation;
only the scope differs. So none of them can disagree with another. Age is counted in whole UTC days."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leads.vocabulary import rule_sql
from leads.vocabulary.rule_sql import Parameters
from leads.vocabulary.rules import Condition
from scoring.definition import MICRO, Band, Criterion, Definition, Effect, Group, arithmetic
from scoring.definition.arithmetic import SQL, Given
from scoring.statement.acts import Acts
from scoring.statement.scope import PAST, PRESENT, TO_ALL, Applies, Scope


@dataclass(frozen=True)
class Statement:
    """`sql` gives lead_id, variant, quiet, w<n>, b<n>, c<n>, fit, engagement, account, negative, total,
    override, band and flag; with `detail` also k<n>, the number of events."""

    sql: str
    parameters: dict[str, Any]


def compile_definition(
    definition: Definition,
    scope: Scope,
    kinds: dict[str, int],
    *,
    applies: Applies = TO_ALL,
    past: bool = False,
    detail: bool = False,
) -> Statement:
    """`kinds` maps event kind keys to their numbers; `applies` says to which leads of the scope.

    With `past` the statement takes `at` and the parameters of `scope.PAST`; under _override and _band `then`
    gives the score a person had set and the band the lead stood in. With `detail` it says how many events
    counted."""
    return _Compiler(definition, scope, kinds, applies, past, detail).statement()


def compile_units(
    definition: Definition, scope: Scope, kinds: dict[str, int], *, applies: Applies = TO_ALL
) -> Statement:
    """Only lead_id, variant, quiet, disqualified, override and the units: what is known before any points."""
    compiler = _Compiler(definition, scope, kinds, applies, past=False, detail=False)
    return Statement(compiler.leads(), {**compiler.parameters, **scope.parameters})


class _Compiler:
    def __init__(
        self,
        definition: Definition,
        scope: Scope,
        kinds: dict[str, int],
        applies: Applies,
        past: bool,
        detail: bool,
    ) -> None:
        self.definition, self.scope = definition, scope
        self.applies, self.past, self.detail = applies, past, detail
        self.parameters = Parameters()
        self.clock = PAST if past else PRESENT
        self.numbered = list(enumerate(definition.criteria))
        self.acts = Acts(definition, scope, kinds, self.parameters, self.clock, detail)

    def statement(self) -> Statement:
        """Each level is fenced by OFFSET 0: else PostgreSQL would write the expressions of one level
        into the next wherever they are used, and work out every criterion several times a lead."""
        made = SQL.rounded("y.limited")
        sql = f"""
SELECT x.*, {self._band()} AS band
  FROM (SELECT w.*, {self._entered()} AS entered{self._staying()}
          FROM (SELECT y.*, {self._group_points()}, coalesce(y.override, {made}) AS total
                  FROM (SELECT z.*, {self._limited()} AS limited
                          FROM (SELECT u.*, {self._groups()}
                                  FROM (SELECT l.*, {self._contributions()}
                                          FROM ({self.leads()} OFFSET 0) l OFFSET 0) u OFFSET 0) z OFFSET 0) y
                        OFFSET 0) w OFFSET 0) x"""
        banded = f"{self.clock.before}SELECT v.*, {self._flag()} AS flag FROM ({sql} OFFSET 0) v"
        return Statement(banded, {**self.parameters, **self.scope.parameters})

    # What is known ---------------------------------------------------------------------------

    def leads(self) -> str:
        quiet = "l.quiet" if self.definition.needs_quiet else "0"
        columns = ["l.id AS lead_id", f"{self._variant()} AS variant", f"{quiet} AS quiet"]
        columns += [f"{value}::bigint AS {name}" for name, value in self._units()]
        columns += [f"{self._disqualified()} AS disqualified", f"{self._override()} AS override"]
        if self._remembers:
            columns.append(f"{self._stood()} AS stands")
        return f"""SELECT {", ".join(columns)}
  FROM {self._source()} LEFT JOIN {self.clock.companies} c ON c.id = l.company_id
  {self._joins()}
 WHERE {self._within()} l.merged_into_id IS NULL AND l.erased_at IS NULL
   AND {self.applies.sql(self.parameters)}"""

    def _within(self) -> str:
        """Said once: PostgreSQL takes two tests of the same for far fewer leads than one."""
        return "" if self.definition.needs_quiet else f"{self.scope.of('l.id')} AND"

    def _source(self) -> str:
        """The leads, with the days they have been quiet; fenced, or PostgreSQL would look for their last
        engagement wherever it is asked."""
        if not self.definition.needs_quiet:
            return f"{self.clock.leads} l"
        return f"""(SELECT l.*, {self._quiet()} AS quiet FROM {self.clock.leads} l
                    WHERE {self.scope.of("l.id")} OFFSET 0) l"""

    def _joins(self) -> str:
        events = [(n, c) for n, c in self.numbered if c.event]
        sequences = [(n, c) for n, c in self.numbered if c.sequence]
        joins = [
            f"LEFT JOIN ({self.acts.people(n, c)}) p{n} ON p{n}.company_id = l.company_id"
            for n, c in self.numbered
            if c.people
        ]
        if events:
            joins.append(f"LEFT JOIN ({self.acts.events(events)}) a ON a.lead_id = l.id")
        if sequences:
            joins.append(f"LEFT JOIN ({self.acts.sequences(sequences)}) q ON q.lead_id = l.id")
        if rule_sql.reads_titles(self._conditions()):
            joins.append(self._titles())
        if not self.past:
            joins.append(
                f"""LEFT JOIN scoring_override o
    ON o.lead_id = l.id AND o.ended_at IS NULL AND o.until > {self.clock.today}"""
            )
            if self._remembers:
                joins.append("LEFT JOIN leads_leadscore s ON s.lead_id = l.id")
        return "\n  ".join(joins)

    def _titles(self) -> str:
        titles = f"SELECT DISTINCT title FROM {self.clock.leads} WHERE {self.scope.of('id')}"
        return rule_sql.title_join(self.definition.frozen, self.parameters, titles=titles)

    def _conditions(self) -> Iterator[Condition]:
        yield from (c.condition for c in self.definition.criteria if c.condition)
        yield from (d.condition for d in self.definition.disqualifiers)
        for variant in self.definition.variants:
            yield from variant.when

    def _variant(self) -> str:
        cases = " ".join(
            f"WHEN {rule_sql.every(v.when, self.parameters, self.definition.frozen)} THEN {n}"
            for n, v in enumerate(self.definition.variants, 1)
        )
        return f"(CASE {cases} ELSE 0 END)" if cases else "0"

    def _quiet(self) -> str:
        """Whole days since the last counted engagement, or since the lead came."""
        last = f"""(SELECT max(e.occurred_at) FROM {self.clock.events} e WHERE e.lead_id = l.id
            AND e.kind = ANY(ARRAY(SELECT id FROM leads_eventkind WHERE is_engagement))
            AND {self.acts.counted("e")})"""
        return f"greatest(0, {self.clock.today} - greatest({last}, l.created_at)::date)"

    def _units(self) -> Iterator[tuple[str, str]]:
        for n, c in self.numbered:
            met = f"a.k{n}" if c.event else f"q.k{n}"
            enough = f"{met} >= {c.at_least}" if c.at_least > 1 else ""
            yield f"w{n}", _gated(self._unit(n, c), enough)
            if c.bonus:
                yield f"b{n}", _gated(f"coalesce({'a' if c.event else 'q'}.b{n}, 0)", enough)
            if self.detail and c.counts:
                yield f"k{n}", f"coalesce({met}, 0)"

    def _unit(self, n: int, c: Criterion) -> str:
        if c.condition is not None:
            holds = rule_sql.fragment(c.condition, self.parameters, self.definition.frozen)
            return f"CASE WHEN {holds} THEN {MICRO} ELSE 0 END"
        if c.people is not None:
            return f"CASE WHEN p{n}.people IS NULL THEN 0 ELSE {MICRO} END"
        if c.is_absence:
            return f"CASE WHEN l.quiet >= {c.within_days} THEN {MICRO} ELSE 0 END"
        return f"coalesce({'a' if c.event else 'q'}.w{n}, 0)"

    def _disqualified(self) -> str:
        cases = " ".join(
            f"WHEN {rule_sql.fragment(d.condition, self.parameters, self.definition.frozen)} "
            f"THEN {self.parameters.add(d.key)}"
            for d in self.definition.disqualifiers
        )
        return f"(CASE {cases} ELSE '' END)" if cases else "''"

    def _override(self) -> str:
        return f"({self._was('_override')})::int" if self.past else "o.total"

    def _stood(self) -> str:
        return f"coalesce({self._was('_band')}, '')" if self.past else "s.band"

    def _was(self, key: str) -> str:
        return f"%(then)s::jsonb -> l.id::text ->> '{key}'"

    # What it makes ---------------------------------------------------------------------------

    def _contributions(self) -> str:
        keys = [(c.key, n) for n, c in self.numbered]
        given = Given(
            {key: f"l.w{n}" for key, n in keys},
            {key: f"l.b{n}" for key, n in keys},
            "l.variant",
            "l.quiet",
        )
        made = arithmetic.contributions(self.definition, given, SQL)
        return ", ".join(f"({made[key]})::bigint AS c{n}" for key, n in keys)

    def _groups(self) -> str:
        made = {c.key: f"u.c{n}" for n, c in self.numbered}
        grouped = arithmetic.groups(self.definition, made, "u.quiet", SQL)
        return ", ".join(f"({value})::bigint AS micro_{group}" for group, value in grouped.items())

    def _limited(self) -> str:
        grouped = {group: f"z.micro_{group}" for group in Group}
        whole = arithmetic.whole(self.definition, grouped, "z.quiet", SQL)
        return f"({arithmetic.limited(self.definition, whole, SQL)})::bigint"

    def _group_points(self) -> str:
        return ", ".join(f"{SQL.rounded(f'y.micro_{group}')} AS {group}" for group in Group)

    # Where it stands -------------------------------------------------------------------------

    @property
    def _remembers(self) -> bool:
        """Whether the band depends on the one the lead stands in."""
        return any(band.leave is not None for band in self.definition.bands)

    def _entered(self) -> str:
        numbered = reversed(list(enumerate(self.definition.bands)))
        cases = " ".join(f"WHEN {self._enters(band)} THEN {n}" for n, band in numbered)
        return f"(CASE {cases} ELSE 0 END)"

    def _enters(self, band: Band) -> str:
        numbers = {c.key: n for n, c in self.numbered}
        tests = [f"w.w{numbers[key]} > 0" for key in band.needs]
        tests += [f"w.total >= {band.start}"] if band.start is not None else []
        tests += [f"w.fit >= {band.min_fit}"] if band.min_fit is not None else []
        if band.min_engagement is not None:
            tests.append(f"w.engagement >= {band.min_engagement}")
        return " AND ".join(tests) or "true"

    def _staying(self) -> str:
        """The band a lead may stay in although it would not enter it."""
        if not self._remembers:
            return ""
        cases = " ".join(
            f"WHEN w.stands = {self.parameters.add(band.key)} AND w.total >= {band.leave} THEN {n}"
            for n, band in enumerate(self.definition.bands)
            if band.leave is not None
        )
        return f", (CASE {cases} ELSE 0 END) AS stays"

    def _band(self) -> str:
        rank = "greatest(x.entered, x.stays)" if self._remembers else "x.entered"
        keys = self.parameters.add([band.key for band in self.definition.bands])
        return f"({keys}::text[])[{rank} + 1]"

    def _flag(self) -> str:
        out = [band.key for band in self.definition.bands if band.effect is Effect.DISQUALIFY]
        if not out:
            return "v.disqualified"
        return f"""CASE WHEN v.disqualified <> '' THEN v.disqualified
            WHEN v.band = ANY({self.parameters.add(out)}::text[]) THEN v.band ELSE '' END"""


def _gated(value: str, enough: str) -> str:
    return f"CASE WHEN {enough} THEN {value} ELSE 0 END" if enough else value
