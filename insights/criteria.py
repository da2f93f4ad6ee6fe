"""Which criteria carry leads over the line that sales then refuses.

A criterion carried a lead if the lead would not have crossed without it; the crossing keeps them as a list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, Func, JSONField, Max, TextField, Value, When
from django.utils.translation import gettext as _

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.figures import DECIDED
from insights.numbers import Number, Show, behind
from insights.periods import Period
from leads.models import Crossing
from qualification.models import DispositionReason
from scoring.live import live_model

State = Handoff.State


class Each(Func):
    """A row for every text of a JSON list."""

    function = "jsonb_array_elements_text"
    set_returning = True
    output_field = TextField()


# A list with one nothing in it is unpacked to one row, where an empty list would lose the handoff.
NONE_ALONE = [None]
CARRIER = Each(
    Case(
        When(crossing__carried_by=[], then=Value(NONE_ALONE, JSONField())),
        default=F("crossing__carried_by"),
    )
)


@dataclass(frozen=True)
class Verdict:
    """A criterion and how sales judged what it carried; `key` is None for what none carried alone.

    `points` is what the live model gives for it, None where it is gone."""

    key: str | None
    label: str
    group: str
    points: int | None
    carried: Number
    accepted: Number
    reason: DispositionReason | None
    times: Number | None

    @property
    def order(self) -> tuple[bool, int, int]:
        """Worst first; too few to judge last."""
        return self.accepted.is_few, self.accepted.percent or 0, -self.accepted.whole


@dataclass
class Tally:
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[int] = field(default_factory=Counter)
    last_crossing: int = 0


def verdicts(user: User, period: Period) -> tuple[list[Verdict], Verdict | None]:
    """The criteria that carried MQLs handed over in the period, worst first; and those none carried alone."""
    tallies = _tallies(user, period)
    names = _names(tallies)
    points = _points()
    reasons = DispositionReason.objects.in_bulk({r for t in tallies.values() for r in t.reasons})
    made = [
        _verdict(key, tally, names.get(key, {}), points.get(key or ""), reasons, period)
        for key, tally in tallies.items()
    ]
    named = sorted((v for v in made if v.key is not None), key=lambda verdict: verdict.order)
    return named, next((verdict for verdict in made if verdict.key is None), None)


def _tallies(user: User, period: Period) -> dict[str | None, Tally]:
    counts = (
        facts.handed(user, period)
        .annotate(carrier=CARRIER)
        .values_list("carrier", "state", "disposition__reason")
        .annotate(n=Count("pk"), last=Max("crossing"))
        .order_by()
    )
    tallies: dict[str | None, Tally] = {}
    for carrier, state, reason, count, last in counts:
        tally = tallies.setdefault(carrier, Tally())
        tally.states[state] += count
        if state == State.DISQUALIFIED and reason:
            tally.reasons[reason] += count
        tally.last_crossing = max(tally.last_crossing, last)
    return tallies


def _names(tallies: dict[str | None, Tally]) -> dict[str | None, dict[str, Any]]:
    """Label and group of each criterion as its latest crossing kept them: models change, crossings do not."""
    kept = Crossing.objects.in_bulk({tally.last_crossing for tally in tallies.values()})
    return {
        key: _kept(kept[tally.last_crossing].contributions, key) for key, tally in tallies.items()
    }


def _kept(contributions: Iterable[dict[str, Any]], key: str | None) -> dict[str, Any]:
    return next((one for one in contributions if one["key"] == key), {})


def _points() -> dict[str, int]:
    model = live_model()
    return {c.key: c.points for c in model.definition.criteria} if model else {}


def _verdict(
    key: str | None,
    tally: Tally,
    name: dict[str, Any],
    points: int | None,
    reasons: dict[int, DispositionReason],
    period: Period,
) -> Verdict:
    narrowing = {"criterion": key} if key is not None else {"none_alone": 1}

    def number(value: int, whole: int, **more: Any) -> Number:
        return Number(value, behind(Show.HANDED, period, **more, **narrowing), whole)

    decided = sum(tally.states[state] for state in DECIDED)
    top = _top(tally.reasons, reasons)
    return Verdict(
        key=key,
        label=name.get("label") or key or _("None alone"),
        group=name.get("group", "plain"),
        points=points,
        carried=number(tally.states.total(), 0),
        accepted=number(tally.states[State.ACCEPTED], decided, state=State.ACCEPTED),
        reason=top,
        times=number(tally.reasons[top.pk], decided, state=State.DISQUALIFIED, reason=top.key)
        if top
        else None,
    )


def _top(counts: Counter[int], reasons: dict[int, DispositionReason]) -> DispositionReason | None:
    if not counts:
        return None
    # Of two that are as frequent the one that stands first in the list of reasons, always the same.
    best = min(counts, key=lambda pk: (-counts[pk], reasons[pk].order, pk))
    return reasons[best]
