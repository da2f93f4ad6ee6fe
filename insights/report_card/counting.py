"""The report card's counts: one statement over handoffs, their crossings, their outcomes and the ledger, whatever
the number of criteria."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from handoff.models import Handoff
from insights.endings import ENDINGS, WON, with_ending
from insights.figures import DECIDED

State = Handoff.State

# Leads that stood on the same criteria are counted together, so that what was pivotal need not be unpacked lead by
# lead; what gave points is unpacked once. Of the ledger counts what reps had in their hands.
STATEMENT = """
WITH handed AS MATERIALIZED ({handed}),
said AS MATERIALIZED (
    SELECT handed.*, c.id AS crossing_pk, c.carried_by, c.contributions
      FROM handed JOIN leads_crossing c ON c.id = handed.of_crossing),
spent AS (
    SELECT s.handoff_id, sum(s.working_s) AS seconds
      FROM handoff_segment s JOIN handed ON handed.of_handoff = s.handoff_id
     WHERE s.holder = 'person' AND s.replaced_at IS NULL
     GROUP BY s.handoff_id)
SELECT said.carried_by::text, NULL, said.of_state, said.of_reason, said.of_ending, count(*),
       coalesce(sum(spent.seconds), 0)::bigint, max(said.crossing_pk)
  FROM said LEFT JOIN spent ON spent.handoff_id = said.of_handoff
 GROUP BY said.carried_by, said.of_state, said.of_reason, said.of_ending
UNION ALL
SELECT NULL, one.key, NULL, NULL, NULL, count(*), 0, max(said.crossing_pk)
  FROM said CROSS JOIN LATERAL jsonb_to_recordset(said.contributions) AS one(key text, micro bigint)
 WHERE one.micro > 0
 GROUP BY one.key"""


@dataclass
class Tally:
    """What became of some leads; `reasons` are those of the disqualified, `seconds` working time with reps,
    `latest` the newest of their crossings."""

    states: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[int] = field(default_factory=Counter)
    seconds: int = 0
    latest: int = 0

    @property
    def whole(self) -> int:
        return self.states.total()

    @property
    def decided(self) -> int:
        return sum(self.states[state] for state in DECIDED)

    @property
    def accepted(self) -> int:
        return self.states[State.ACCEPTED]

    @property
    def ended(self) -> int:
        return sum(self.endings[ending] for ending in ENDINGS)

    @property
    def won(self) -> int:
        return self.endings[WON]

    def add(
        self, state: str, reason: int | None, ending: str | None, count: int, seconds: int, latest: int
    ) -> None:  # fmt: skip
        self.states[state] += count
        if ending:
            self.endings[ending] += count
        if reason and state == State.DISQUALIFIED:
            self.reasons[reason] += count
        self.seconds += seconds
        self.latest = max(self.latest, latest)


@dataclass(frozen=True)
class Counts:
    """`pivotal` by criterion, under None those that no criterion carried alone; `gave` how many leads a criterion
    gave points, `latest` its newest crossing, `groups` decided and accepted by the set of pivotal criteria."""

    everybody: Tally
    pivotal: dict[str | None, Tally]
    gave: dict[str, int]
    latest: dict[str, int]
    groups: dict[frozenset[str], tuple[int, int]]


def count(handed: QuerySet[Handoff]) -> Counts:
    """Counts these handoffs by criterion."""
    counts = Counts(Tally(), {}, {}, {}, {})
    for carriers, key, *what, latest in _rows(handed):
        if carriers is None:
            counts.gave[key], counts.latest[key] = what[3], latest
        else:
            _add(counts, frozenset(json.loads(carriers)), what, latest)
    return counts


def _rows(handed: QuerySet[Handoff]) -> list[tuple[Any, ...]]:
    asked = with_ending(handed).values(
        of_handoff=F("pk"), of_crossing=F("crossing"), of_state=F("state"),
        of_reason=F("disposition__reason"), of_ending=F("ending"),
    )  # fmt: skip
    sql, parameters = asked.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(handed=sql), parameters)
        return cursor.fetchall()


def _add(counts: Counts, carriers: frozenset[str], what: list[Any], latest: int) -> None:
    state, reason, ending, number, seconds = what
    pivotal = [counts.pivotal.setdefault(key, Tally()) for key in carriers or [None]]
    for tally in (*pivotal, counts.everybody):
        tally.add(state, reason, ending, number, seconds, latest)
    if state in DECIDED:
        decided, accepted = counts.groups.get(carriers, (0, 0))
        accepted += number if state == State.ACCEPTED else 0
        counts.groups[carriers] = decided + number, accepted
