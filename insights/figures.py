"""What became of the MQLs of a period, and of those of the period before."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DurationField, F, Q

from accounts.models import User
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from insights import facts
from insights.numbers import Number, Percentile, Show, behind
from insights.periods import Period

State = Handoff.State
DECIDED = (State.ACCEPTED, State.RECYCLED, State.DISQUALIFIED)


@dataclass(frozen=True)
class Figures:
    """All of them follow the MQLs handed over in `period`, whenever they were decided."""

    period: Period
    handed: Number
    accepted: Number
    qualified: Number
    recycled: Number
    disqualified: Number
    decided: Number
    open: Number
    median: timedelta | None


def of(user: User, period: Period) -> Figures:
    """`accepted` is a part of the decided, `qualified` the same leads as a part of all handed over."""
    found = facts.handed(user, period).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in DECIDED},
        open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        median=Percentile(
            F("disposed_at") - F("opened_at"), 0.5, output_field=DurationField(),
            filter=Q(disposed_at__isnull=False),
        ),
    )  # fmt: skip
    decided = sum(found[state] for state in DECIDED)
    handed = decided + found["open"]

    def number(value: int, state: str | None, whole: int) -> Number:
        return Number(value, behind(Show.HANDED, period, state=state), whole)

    return Figures(
        period=period,
        handed=number(handed, None, handed),
        accepted=number(found[State.ACCEPTED], State.ACCEPTED, decided),
        qualified=number(found[State.ACCEPTED], State.ACCEPTED, handed),
        recycled=number(found[State.RECYCLED], State.RECYCLED, decided),
        disqualified=number(found[State.DISQUALIFIED], State.DISQUALIFIED, decided),
        decided=number(decided, "decided", handed),
        open=number(found["open"], "open", handed),
        median=found["median"],
    )
