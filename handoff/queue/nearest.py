"""The next lead: of those that lie in the queue the one that is worth most now, taken in one statement. What routing
offers to somebody comes first for him."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from handoff import timers
from handoff.access import visible
from handoff.models import Handoff, Skip
from handoff.queue.asking import of_tab
from handoff.queue.ordering import PARTS
from handoff.routing import offers

# As many people may reach for the next lead in the same moment.
LOOKED_AT = 100


def take(user: User, *, at: datetime, lease_until: datetime | None) -> int | None:
    """Claims it and gives its id. Lead and handoff are locked together or passed over, so nobody waits for
    anybody; the caller's transaction does what follows from a claim."""
    parts: list[str] = []
    parameters: list[Any] = []
    offered = Q(offered_to=user)
    for number, which in enumerate([offered, *(part.where(at) for part in PARTS["value"])]):
        rows = _free(user, at).filter(which).order_by("-heat", "-pk").values("pk")
        sql, values = rows[:LOOKED_AT].query.sql_with_params()
        parts.append(f"(SELECT {number}, q.id FROM ({sql}) AS q(id))")
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH best(part, id) AS MATERIALIZED ({" UNION ALL ".join(parts)}),
                     free AS (
                         SELECT h.id FROM best
                           JOIN handoff_handoff h ON h.id = best.id
                           JOIN leads_leadscore s ON s.lead_id = h.lead_id
                          WHERE h.state = 'queued' AND h.owner_id IS NULL
                          ORDER BY best.part, h.heat DESC, h.id DESC
                          LIMIT 1 FOR NO KEY UPDATE OF s, h SKIP LOCKED)
                UPDATE handoff_handoff h
                   SET state = 'claimed', owner_id = %s, claimed_at = %s, lease_until = %s, snoozed_until = NULL,
                       offered_to_id = NULL, offered_at = NULL, offered_until = NULL, offer_at = NULL,
                       next_due_at = {timers.DUE_UNCLAIMED}
                  FROM free WHERE h.id = free.id RETURNING h.id""",
            [*parameters, user.pk, at, lease_until],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _free(user: User, at: datetime) -> QuerySet[Handoff]:
    """What somebody may take next. What he passed by is not offered to him again."""
    passed = Skip.objects.filter(handoff=OuterRef("pk"), by=user)
    return visible(user, "handoff.work").filter(
        of_tab("unclaimed", user, at), offers.open_to(user, at=at), ~Exists(passed), owner=None
    )
