"""A recycled lead gives the signal that its recycling named: its day and the model's cooling end at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from leads import journal, locks, ripening
from leads.models import HUMANS

# What a recycling waits for unless somebody says otherwise.
USUAL = "demo_request"


def hear(lead_ids: Sequence[int], *, at: datetime) -> list[int]:
    """Wakes those of the leads that rest and gave their signal since; says which. They may cross from now on."""
    if not _rested(lead_ids):
        return []
    # All locks in one order, as whoever scores them next does.
    locks.hold(lead_ids)
    woken = _rested(lead_ids)
    ripening.arm(list(woken))
    each = {lead_id: {"kind": signal} for lead_id, signal in woken.items()}
    journal.write("lead.signalled", each, at=at, each=each)
    return sorted(woken)


def _rested(lead_ids: Sequence[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.lead_id, d.signal FROM leads_leadscore s
                CROSS JOIN LATERAL (
                     SELECT d.signal, d.at FROM qualification_disposition d
                       JOIN handoff_handoff h ON h.id = d.handoff_id
                      WHERE h.lead_id = s.lead_id ORDER BY d.id DESC LIMIT 1) d
                 JOIN leads_eventkind k ON k.key = d.signal
                WHERE s.lead_id = ANY(%s) AND s.armed_from IS NOT NULL AND s.stage = 'recycled'
                  AND EXISTS (SELECT FROM leads_event e
                               WHERE e.lead_id = s.lead_id AND e.kind = k.id AND e.occurred_at > d.at
                                 AND e.trust = ANY(%s))
                ORDER BY s.lead_id""",
            [list(lead_ids), [int(trust) for trust in HUMANS]],
        )
        return dict(cursor.fetchall())
