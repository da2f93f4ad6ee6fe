"""How long a rep needs for a lead, from the claim to the first touch, in working time."""

from dataclasses import dataclass

from django.db import connection

from handoff.models import SlaTimer
from insights.numbers import FEW
from insights.sla.asking import Ask

Milestone = SlaTimer.Milestone
# Until enough leads were touched to know better.
USUAL = 15 * 60
LEAST, MOST = 60, 4 * 3600

# What a person held (s) until the clock of a promise (p) stopped, as the ledger tells; what the lead lay unclaimed
# before is nobody's.
HELD = """s.handoff_id = p.handoff_id AND s.replaced_at IS NULL AND s.holder = 'person'
                                       AND s.ended_at <= p.closed_at"""
# Joined, not asked for one by one, so that PostgreSQL can go through both at once.
STATEMENT = f"""
WITH p AS ({{touched}}),
     held AS (SELECT sum(s.working_s) AS seconds FROM p JOIN handoff_segment s ON {HELD} GROUP BY p.id)
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM held"""


@dataclass(frozen=True)
class Handling:
    """`seconds` a lead; `measured` says of how many touches, 0 where it is only assumed."""

    seconds: int
    measured: int


def handling(ask: Ask) -> Handling:
    """The median of the first touches of the period."""
    touched = ask.promised(every=True).filter(
        milestone=Milestone.FIRST_TOUCH, closed_at__isnull=False
    )
    sql, parameters = touched.values("id", "handoff_id", "closed_at").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(touched=sql), parameters)
        measured, median = cursor.fetchone()
    if measured < FEW:
        return Handling(USUAL, 0)
    return Handling(min(MOST, max(LEAST, round(median))), measured)
