"""What they did: SQL that counts and weighs events, sequences of them, and people of one company."""

from collections.abc import Sequence as Listed
from dataclasses import dataclass

from leads.vocabulary.rule_sql import Parameters, like
from scoring.definition import MICRO, Criterion, Definition, EventMatch, PropertyTest
from scoring.definition.arithmetic import array
from scoring.statement.scope import Clock, Scope

Numbered = tuple[int, Criterion]


@dataclass(frozen=True)
class Acts:
    """Builds the subqueries of one statement. `kinds` maps event kind keys to their numbers."""

    definition: Definition
    scope: Scope
    kinds: dict[str, int]
    parameters: Parameters
    clock: Clock
    detail: bool = False

    # Events ----------------------------------------------------------------------------------

    def events(self, acting: Listed[Numbered]) -> str:
        """Per lead the aggregates of each event criterion. An event is looked at once for each criterion it
        matches, out of the covering index; its window is a moment, and only what fades needs its age."""
        aggregates = ", ".join(
            part
            for n, c in acting
            if c.event
            for part in self._aggregates(n, c, self.met(n, c.event))
        )
        matches = self.matching([(n, since(c, self.clock), c.event) for n, c in acting if c.event])
        return f"""SELECT e.lead_id, {aggregates}
  FROM {self.clock.events} e JOIN ({matches}) m ON m.signature_id = e.signature_id
 WHERE {self.scope.of("e.lead_id")} AND e.lead_id IS NOT NULL AND {self.counted("e")}
   AND e.occurred_at >= m.since
 GROUP BY e.lead_id"""

    def counted(self, e: str) -> str:
        """Events of trusted classes that had happened by the moment."""
        trust = self.parameters.add(list(self.definition.trust))
        return f"{e}.trust = ANY({trust}::smallint[]) AND {e}.occurred_at <= {self.clock.now}"

    def met(self, n: int, match: EventMatch) -> str:
        """That an event `e` is the one of row `n` of `matching`, its properties included."""
        return " AND ".join([f"m.n = {n}", *map(self._property, match.properties)])

    def matching(self, rows: Listed[tuple[int, str, EventMatch]]) -> str:
        """Which looks of events count for which criterion, and from when on. For few leads the looks they met
        are tested, for many all there are."""
        values = ", ".join(f"({n}, {since}, {self._match(match)})" for n, since, match in rows)
        return f"""SELECT s.id AS signature_id, v.n, v.since
  FROM leads_signature s CROSS JOIN LATERAL (VALUES {values}) AS v(n, since, hit)
 WHERE v.hit{"" if self.scope.few else " OFFSET 0"}"""

    def _match(self, match: EventMatch) -> str:
        add = self.parameters.add
        tests = [f"s.kind_id = {add(self.kinds.get(match.kind, -1))}"]
        if match.name:
            tests.append(f"lower(s.name) = lower({add(match.name)})")
        if match.path:
            tests.append(f"starts_with(lower(s.path), lower({add(match.path)}))")
        if match.campaign:
            tests.append(f"lower(s.campaign) = lower({add(match.campaign)})")
        return " AND ".join(tests)

    def _property(self, test: PropertyTest) -> str:
        value = f"(e.properties ->> {self.parameters.add(test.property)})"
        if test.op in ("at_least", "at_most"):
            number = f"(CASE WHEN {value} ~ '^-?[0-9]{{1,15}}(\\.[0-9]{{1,6}})?$' THEN {value}::numeric END)"
            sign = ">=" if test.op == "at_least" else "<="
            return f"{number} {sign} {self.parameters.add(test.value)}::numeric"
        if test.op == "is":
            return f"lower({value}) = lower({self.parameters.add(test.value)})"
        pattern = like(test.value) + "%"
        return f"lower({value}) LIKE {self.parameters.add(pattern if test.op == 'starts_with' else '%' + pattern)}"

    def _aggregates(self, n: int, c: Criterion, mine: str) -> list[str]:
        """w: what is left of them in millionths; b: those of the bonus; k: how many; r: how many count."""
        filtered = f"FILTER (WHERE {mine})"
        today = self.clock.today
        if c.decay is None:
            weight = f"count(*) {filtered}" if c.each else f"least(1, count(*) {filtered})"
            parts = [f"{MICRO} * {weight} AS w{n}"]
        else:
            worth = f"({array(c.decay.weights())})[{today} - e.occurred_at::date + 1]"
            parts = [f"{'sum' if c.each else 'max'}({worth}) {filtered} AS w{n}"]
        if c.bonus:
            recent = f"count(*) FILTER (WHERE {mine} AND e.occurred_at >= ({today} - {c.bonus.days - 1})::timestamptz)"
            parts.append(f"{recent if c.each else f'least(1, {recent})'} AS b{n}")
        if c.at_least > 1 or self.detail:
            parts.append(f"count(*) {filtered} AS k{n}")
        return parts

    # Sequences -------------------------------------------------------------------------------

    def sequences(self, acting: Listed[Numbered]) -> str:
        """Per lead the aggregates of each sequence, over its completions as if they were events."""
        done = " UNION ALL ".join(self._completions(n, c) for n, c in acting)
        aggregates = ", ".join(
            part for n, c in acting for part in self._aggregates(n, c, f"e.n = {n}")
        )
        return f"SELECT e.lead_id, {aggregates} FROM ({done}) e GROUP BY e.lead_id"

    def _completions(self, n: int, c: Criterion) -> str:
        """Days on which a sequence was completed and counts. `latest` is the latest beginning of a chain up to
        a step; carried forward along the events, it makes one pass of each step."""
        assert c.sequence is not None
        again = c.sequence.again_days
        days = "array_agg(done::date ORDER BY done)"
        chosen = days if again is None else f"app_spaced({days}, {again})"
        return f"""SELECT {n} AS n, x.lead_id, day::timestamptz AS occurred_at
  FROM (SELECT lead_id, {chosen} AS days FROM ({self._chains(c)}) f GROUP BY lead_id) x
 CROSS JOIN LATERAL unnest(x.days) AS day WHERE day::timestamptz >= {since(c, self.clock)}"""

    def _chains(self, c: Criterion) -> str:
        assert c.sequence is not None
        steps = c.sequence.steps
        level = self._steps(steps)
        for k, _step in enumerate(steps, 1):
            begun = "occurred_at" if k == 1 else f"latest{k - 1}"
            level = f"""SELECT y.*, max(begun{k}) OVER (PARTITION BY lead_id ORDER BY occurred_at
       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest{k}
  FROM (SELECT z.*, CASE WHEN {k} = ANY(steps) THEN {begun} END AS begun{k} FROM ({level}) z) y"""
        span = f"interval '{c.sequence.span_days * 24} hours'"
        return f"""SELECT lead_id, occurred_at AS done FROM ({level}) chains
 WHERE begun{len(steps)} >= occurred_at - {span}"""

    def _steps(self, steps: Listed[EventMatch]) -> str:
        """Moments of steps, with the numbers of the steps that were done then; of two at the same moment none is
        the earlier one."""
        matches = self.matching([(k, "NULL::timestamptz", step) for k, step in enumerate(steps, 1)])
        tests = [f"({self.met(k, step)})" for k, step in enumerate(steps, 1)]
        return f"""SELECT e.lead_id, e.occurred_at, array_agg(m.n) AS steps
  FROM {self.clock.events} e JOIN ({matches}) m ON m.signature_id = e.signature_id
 WHERE {self.scope.of("e.lead_id")} AND e.lead_id IS NOT NULL AND {self.counted("e")}
   AND ({" OR ".join(tests)})
 GROUP BY e.lead_id, e.occurred_at"""

    # People of a company ---------------------------------------------------------------------

    def people(self, n: int, c: Criterion) -> str:
        """Companies of which enough different leads did all of the deeds."""
        assert c.people is not None
        deeds = list(enumerate(c.people.deeds))
        matches = self.matching([(k, "NULL::timestamptz", deed) for k, deed in deeds])
        tests = [f"({self.met(k, deed)})" for k, deed in deeds]
        companies = f"""SELECT company_id FROM {self.clock.leads} mine
          WHERE {self.scope.of("mine.id")} AND mine.company_id IS NOT NULL"""
        return f"""SELECT did.company_id, count(*) AS people
  FROM (SELECT p.company_id, p.id FROM {self.clock.leads} p
          JOIN {self.clock.events} e ON e.lead_id = p.id
          JOIN ({matches}) m ON m.signature_id = e.signature_id
         WHERE p.company_id IN ({companies}) AND p.merged_into_id IS NULL AND {self.counted("e")}
           AND e.occurred_at >= {since(c, self.clock)} AND ({" OR ".join(tests)})
         GROUP BY p.company_id, p.id HAVING count(DISTINCT m.n) = {len(deeds)}) did
 GROUP BY did.company_id HAVING count(*) >= {c.people.people}"""


def since(c: Criterion, clock: Clock) -> str:
    """The midnight from which on an event still counts: its window, or what is left of its worth."""
    limits = [c.within_days, len(c.decay.weights()) if c.decay else None]
    days = min((limit for limit in limits if limit is not None), default=None)
    return (
        "timestamptz '-infinity'" if days is None else f"({clock.today} - {days - 1})::timestamptz"
    )
