"""What became of the MQLs of a period, and of those of the period before."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, DurationField, F, Q

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.numbers import Number, Percentile, Show, behind
from insights.periods import Period

State = Handoff.State
DECIDED = (State.ACCEPTED, State.RECYCLED, State.DISQUALIFIED)


@dataclass(frozen=True)
class Figures:
    """All of them follow the MQLs handed over in `period`, whenever they were decided.

    `accepted` is a part of the decided, `qualified` the same leads as a part of all handed over."""

    period: Period
    handed: Number
    accepted: Number
    qualified: Number
    recycled: Number
    disqualified: Number
    decided: Number
    open: Number
    median: timedelta | None


def now_and_before(user: User, period: Period) -> tuple[Figures, Figures]:
    """Those of the period, and those of as many days just before."""
    before = period.before()
    both = Period(before.first, period.last, period.zone)
    spans = {"now": Q(opened_at__gte=period.begin), "before": Q(opened_at__lt=period.begin)}
    found = facts.handed(user, both).aggregate(
        **{
            f"{name}_{what}": number
            for name, span in spans.items()
            for what, number in _asked(span)
        }
    )
    return _figures(period, found, "now"), _figures(before, found, "before")


def _asked(span: Q) -> list[tuple[str, Any]]:
    took = Percentile(
        F("disposed_at") - F("opened_at"),
        0.5,
        output_field=DurationField(),
        filter=span & Q(disposed_at__isnull=False),
    )
    states = [(state.value, Count("pk", filter=span & Q(state=state))) for state in Handoff.State]
    return [*states, ("median", took)]


def _figures(period: Period, found: dict[str, Any], name: str) -> Figures:
    counts = {state: found[f"{name}_{state.value}"] for state in Handoff.State}
    decided = sum(counts[state] for state in DECIDED)
    handed = sum(counts.values())

    def number(value: int, state: str | None, whole: int) -> Number:
        return Number(value, behind(Show.HANDED, period, state=state), whole)

    return Figures(
        period=period,
        handed=number(handed, None, handed),
        accepted=number(counts[State.ACCEPTED], State.ACCEPTED, decided),
        qualified=number(counts[State.ACCEPTED], State.ACCEPTED, handed),
        recycled=number(counts[State.RECYCLED], State.RECYCLED, decided),
        disqualified=number(counts[State.DISQUALIFIED], State.DISQUALIFIED, decided),
        decided=number(decided, "decided", handed),
        open=number(handed - decided, "open", handed),
        median=found[f"{name}_median"],
    )
