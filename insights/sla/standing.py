"""How the queue stands now, and how it stood at this hour a week ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import Role, User
from handoff import queue, sla
from handoff.access import visible
from handoff.availability import availability
from handoff.models import Handoff
from insights.sla.asking import Ask, teams

WEEK = timedelta(days=7)

# As it was then: who held each handoff that was open, by the ledger; which deadline ran, by the clocks.
THEN = """
WITH open AS MATERIALIZED ({handoffs}),
     moment AS (SELECT %s::timestamptz AS was, %s::timestamptz AS soon)
SELECT count(*) FILTER (WHERE held.holder = 'queue'),
       count(*) FILTER (WHERE ran.due_at >= moment.was AND ran.due_at < moment.soon),
       count(*) FILTER (WHERE ran.due_at < moment.was),
       extract(epoch FROM max(moment.was - open.opened_at)
                          FILTER (WHERE open.first_touch_at IS NULL OR open.first_touch_at > moment.was))
  FROM open CROSS JOIN moment
  LEFT JOIN LATERAL (
       SELECT s.holder FROM handoff_segment s
        WHERE s.handoff_id = open.id AND s.replaced_at IS NULL AND s.started_at <= moment.was
        ORDER BY s.started_at DESC, s.id DESC LIMIT 1) held ON true
  LEFT JOIN LATERAL (
       SELECT min(t.due_at) AS due_at FROM handoff_slatimer t
        WHERE t.handoff_id = open.id AND t.started_at <= moment.was
          AND (t.closed_at IS NULL OR t.closed_at > moment.was)) ran ON true"""


@dataclass(frozen=True)
class Figures:
    """`oldest` is how many seconds the lead waits that waits longest untouched; None for none."""

    unclaimed: int
    soon: int
    overdue: int
    working: int
    oldest: float | None


@dataclass(frozen=True)
class Standing:
    """`then` is None where nobody asked for it, `reps` are all who might be there, `lead` is the one that waits
    longest."""

    now: Figures
    then: Figures | None
    reps: int
    lead: Any

    def _more(self, name: str) -> float:
        return (getattr(self.now, name) or 0) - (getattr(self.then, name) or 0)

    @property
    def changes(self) -> dict[str, float]:
        """By how much each figure is higher than a week ago; nothing where they were not compared."""
        if self.then is None:
            return {}
        return {
            name: self._more(name) for name in ("unclaimed", "soon", "overdue", "working", "oldest")
        }


def standing(ask: Ask, *, compared: bool = True) -> Standing:
    """The figures of the first row; the queue, filtered so, has as many. What they are `compared` with has to be
    put together from the ledger, which takes longer than everything else of the page."""
    found = sla.now(ask.user, at=ask.at, soon=queue.SOON, team=ask.team)
    reps = reps_of(ask)
    oldest = found.oldest_for.total_seconds() if found.oldest_for else None
    working = _working(reps, ask.at)
    return Standing(
        Figures(found.unclaimed, found.soon, found.overdue, working, oldest),
        _then(ask, reps, ask.at - WEEK) if compared else None,
        len(reps), found.oldest.lead if found.oldest else None,
    )  # fmt: skip


def _working(reps: list[int], at: datetime) -> int:
    return sum(one.works for one in availability(reps, at=at).values())


def reps_of(ask: Ask) -> list[int]:
    """The active SDRs of the team that is asked for, or of all that may be seen."""
    mine = [ask.team] if ask.team else [team.pk for team in teams(ask.user)]
    found = User.objects.filter(role=Role.SDR, is_active=True, teams__in=mine).distinct()
    return list(found.order_by("name").values_list("pk", flat=True))


def _then(ask: Ask, reps: list[int], then: datetime) -> Figures:
    sql, parameters = _open_at(ask, then).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(THEN.format(handoffs=sql), [*parameters, then, then + queue.SOON])
        unclaimed, soon, overdue, oldest = cursor.fetchone()
    waited = None if oldest is None else float(oldest)
    return Figures(unclaimed, soon, overdue, _working(reps, then), waited)


def _open_at(ask: Ask, then: datetime) -> QuerySet[Any]:
    found = visible(ask.user, "sla.view").filter(
        Q(disposed_at=None) | Q(disposed_at__gt=then), opened_at__lte=then
    )
    if ask.team is not None:
        found = found.filter(team=ask.team)
    # What ended without a decision has no moment of it.
    ended = Q(disposed_at=None, state__in=[Handoff.State.MERGED, Handoff.State.ERASED])
    return found.exclude(ended).values("id", "opened_at", "first_touch_at")
