"""What acting now is worth: how often the band's leads become SQLs, halved for every day since the person last did
anything.

`rate * 2 ** (-hours / 24)` falls for all leads alike as time passes, so its order is that of a number that stands
still: the moment of the last deed in seconds, moved by 24 h for every halving of the rate. That number is the
handoff's `heat`, and an index holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts import prepared
from handoff import queue_settings
from handoff.models import BandRate, Handoff, QueueSettings

DAYS = 90
FEWEST_OUTCOMES = 30
HALVED_AFTER = timedelta(hours=24)
# A band of which nothing ever came is still worth something, or its freshest lead would be worth no more than its
# oldest.
LEAST_RATE = 0.001

RATE = f"""greatest({LEAST_RATE}, CASE WHEN r.outcomes >= {FEWEST_OUTCOMES} THEN r.accepted::numeric / r.outcomes
                                       ELSE %(usual)s / 100.0 END)"""
# Of those who never did anything nothing is expected: they stand last.
HEAT = f"""CASE WHEN l.last_activity_at IS NULL THEN 0
                ELSE round(extract(epoch FROM l.last_activity_at)
                           + {HALVED_AFTER.total_seconds():.0f} * log(2, {RATE}))::bigint END"""


@dataclass(frozen=True)
class Rates:
    """How often handoffs become SQLs, by band; `usual` for those with too few outcomes."""

    by_band: dict[str, float]
    usual: float

    def of(self, band: str) -> float:
        return self.by_band.get(band, self.usual)

    def value(self, handoff: Handoff, *, at: datetime) -> float:
        """Between 0 and 1. The handoff comes with its lead."""
        last = handoff.lead.last_activity_at
        if last is None:
            return 0.0
        return max(LEAST_RATE, self.of(handoff.band)) * 2 ** -max(0.0, (at - last) / HALVED_AFTER)


def rates() -> Rates:
    """The rates as they stand; one query."""
    usual = QueueSettings._meta.get_field("usual_sql_percent").default
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce((SELECT usual_sql_percent FROM handoff_queuesettings), %s) / 100.0::float8,
                      coalesce(array_agg(band), '{}'), coalesce(array_agg(accepted::float8 / outcomes), '{}')
                 FROM handoff_bandrate WHERE outcomes >= %s""",
            [usual, FEWEST_OUTCOMES],
        )
        usually, bands, shares = cursor.fetchone()
    return Rates(dict(zip(bands, shares, strict=True)), float(usually))


def weigh(lead_ids: Sequence[int]) -> None:
    """Leads did something, or came into the queue: their open handoffs are worth something else now. The caller
    holds the leads."""
    _weigh("o.lead_id = ANY(%(ids)s)", "", ids=list(lead_ids))


def count(at: datetime) -> None:
    """Counts anew how often each band became SQL, and weighs every open handoff by it. A handoff that somebody
    is just changing keeps the weight it has."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO handoff_bandrate (band, outcomes, accepted, counted_at)
               SELECT c.band, count(*), count(*) FILTER (WHERE o.result = 'accepted'), %(at)s
                 FROM leads_outcome o JOIN leads_crossing c ON c.id = o.crossing_id
                WHERE o.result IN ('accepted', 'recycled', 'disqualified')
                  AND o.at > %(at)s - %(days)s * interval '1 day' AND o.at <= %(at)s
                GROUP BY c.band
               ON CONFLICT (band) DO UPDATE SET outcomes = excluded.outcomes, accepted = excluded.accepted,
                                                counted_at = excluded.counted_at""",
            {"at": at, "days": DAYS},
        )
    BandRate.objects.filter(counted_at__lt=at).delete()
    weigh_all()


def weigh_all() -> None:
    """Weighs every open handoff by the rates as they stand."""
    _weigh("true", "SKIP LOCKED")


def _weigh(which: str, waits: str, **more: Any) -> None:
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""UPDATE handoff_handoff h SET heat = w.heat
                  FROM (SELECT o.id, {HEAT} AS heat
                          FROM handoff_handoff o JOIN leads_lead l ON l.id = o.lead_id
                          LEFT JOIN handoff_bandrate r ON r.band = o.band
                         WHERE {which} AND o.state IN ('queued', 'claimed')
                         ORDER BY o.id FOR NO KEY UPDATE OF o {waits}) w
                 WHERE h.id = w.id AND h.heat <> w.heat""",
            {"usual": queue_settings.current().usual_sql_percent, **more},
        )
