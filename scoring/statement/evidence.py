"""Which events stand behind a criterion: SQL that names the latest of them, with how many there are."""

from collections.abc import Iterator, Sequence

from leads.vocabulary.rule_sql import Parameters
from scoring.definition import Criterion, Definition, EventMatch
from scoring.statement.acts import Acts, since
from scoring.statement.compiler import Statement
from scoring.statement.scope import PAST, PRESENT, Scope

Row = tuple[int, str, EventMatch]


def compile_evidence(
    definition: Definition, scope: Scope, kinds: dict[str, int], *, past: bool, most: int
) -> Statement:
    """Gives n (the place of the criterion), times, and up to `most` event ids of each, latest first; of a
    sequence the events of its steps. Empty `sql` where the model asks for no events. With `past` it takes
    the parameters of the compiled definition."""
    parameters = Parameters()
    acts = Acts(definition, scope, kinds, parameters, PAST if past else PRESENT)
    asked = list(_asked(definition, acts))
    if not asked:
        return Statement("", {})
    tests = " OR ".join(f"({acts.met(r, match)})" for r, (_n, _since, match) in enumerate(asked, 1))
    places = ", ".join(str(n) for n, _since, _match in asked)
    matches = acts.matching([(r, since_, match) for r, (_n, since_, match) in enumerate(asked, 1)])
    sql = f"""{acts.clock.before}
SELECT n, times, array_agg(id ORDER BY place) AS ids
  FROM (SELECT x.n, x.id, count(*) OVER (PARTITION BY n) AS times,
               row_number() OVER (PARTITION BY n ORDER BY occurred_at DESC, id DESC) AS place
          FROM (SELECT DISTINCT (ARRAY[{places}])[m.n] AS n, e.id, e.occurred_at
                  FROM {acts.clock.events} e JOIN ({matches}) m ON m.signature_id = e.signature_id
                 WHERE {scope.of("e.lead_id")} AND {acts.counted("e")}
                   AND e.occurred_at >= m.since AND ({tests})) x) y
 WHERE place <= {most} GROUP BY n, times"""
    return Statement(sql, {**parameters, **scope.parameters})


def _asked(definition: Definition, acts: Acts) -> Iterator[Row]:
    for n, c in enumerate(definition.criteria):
        yield from ((n, _from(c, acts), match) for match in _events(c))


def _events(c: Criterion) -> Sequence[EventMatch]:
    if c.event:
        return [c.event]
    return c.sequence.steps if c.sequence else []


def _from(c: Criterion, acts: Acts) -> str:
    """The first step of a sequence may lie before the days in which it has to be completed."""
    start = since(c, acts.clock)
    return f"({start} - interval '{c.sequence.span_days} days')" if c.sequence else start
