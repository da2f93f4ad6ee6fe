"""The reps there are: who works now, who comes back when, and what lies in their hands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from handoff.models import Handoff
from insights.sla import risks
from insights.sla.asking import Ask


@dataclass(frozen=True)
class Row:
    """`holds` are the open leads that the rep has claimed, `offered` those that wait for the rep's word."""

    rep: risks.Rep
    holds: int
    offered: int


@dataclass(frozen=True)
class Staff:
    """`working` counts those of `rows` who work now; they stand first."""

    rows: list[Row]

    @property
    def working(self) -> int:
        return sum(row.rep.availability.works for row in self.rows)


def staff(ask: Ask) -> Staff:
    """As many of them work now as the first row of the page says."""
    found = risks.reps(ask)
    ids = [one.user.pk for one in found]
    holds = _counted("owner", ids, state=Handoff.State.CLAIMED)
    offered = _counted("offered_to", ids, state=Handoff.State.QUEUED)
    return Staff(
        [Row(one, holds.get(one.user.pk, 0), offered.get(one.user.pk, 0)) for one in found]
    )


def _counted(whose: str, ids: Sequence[int], *, state: str) -> dict[int, int]:
    found = Handoff.objects.filter(**{f"{whose}__in": ids}, state=state).values_list(whose)
    return dict(found.annotate(n=Count("pk")).order_by())
