"""Signs that the line is drawn too high or too low: a no that others made a yes of, an SQL below the gate of its
card, and a no within a minute."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from handoff.models import Handoff
from insights import facts
from insights.figures import Figures
from insights.numbers import Number, Show, behind
from insights.periods import Period
from leads.models import Outcome
from qualification.models import Disposition

AT_ONCE = timedelta(minutes=1)
Result = Outcome.Result
NOES = (Handoff.State.RECYCLED, Handoff.State.DISQUALIFIED)


class Signal(TextChoices):
    """Each by the name it has in addresses."""

    SOLD = "sold", _("Recycled, and sold by others")
    BELOW_GATE = "below_gate", _("Accepted below the gate")
    AT_ONCE = "at_once", _("Rejected within a minute")


@dataclass(frozen=True)
class Figure:
    label: Any
    text: Any
    now: Number
    before: Number


def narrowed(signal: str) -> Q:
    """What holds for the handoffs of a signal."""
    return {Signal.SOLD: _sold, Signal.BELOW_GATE: _below_gate, Signal.AT_ONCE: _at_once}[
        Signal(signal)
    ]()


def _sold() -> Q:
    """Recycled by one; accepted or won by another later, or lost to a competitor that somebody named."""
    later = Q(lead=OuterRef("lead"), at__gt=OuterRef("disposed_at"))
    others = Outcome.objects.filter(later, result__in=(Result.ACCEPTED, Result.WON)).filter(
        Q(by=None) | ~Q(by=OuterRef("disposition__by"))
    )
    rivals = Disposition.objects.filter(
        handoff__lead=OuterRef("lead"), at__gt=OuterRef("disposed_at")
    ).exclude(competitor="")
    return Q(state=Handoff.State.RECYCLED) & (Q(Exists(others)) | Q(Exists(rivals)))


def _below_gate() -> Q:
    return Q(state=Handoff.State.ACCEPTED, disposition__below_gate=True)


def _at_once() -> Q:
    return Q(state__in=NOES, disposed_at__lt=F("claimed_at") + AT_ONCE)


def figures(user: User, now: Figures, before: Figures) -> list[Figure]:
    """Too strict first: two signs of it, then one of the opposite."""
    too_strict = _("Over-qualified: the line may be too strict.")
    too_lax = _("Under-qualified: the line may be too lax.")
    return [
        Figure(
            signal.label, text, _number(user, now, signal), _number(user, before, signal)
        )
        for signal, text in (
            (Signal.SOLD, too_strict), (Signal.BELOW_GATE, too_strict), (Signal.AT_ONCE, too_lax),
        )
    ]  # fmt: skip


def _number(user: User, of: Figures, signal: Signal) -> Number:
    whole = {
        Signal.SOLD: of.recycled.value,
        Signal.BELOW_GATE: of.accepted.value,
        Signal.AT_ONCE: of.recycled.value + of.disqualified.value,
    }[signal]
    return Number(
        _count(user, of.period, signal), behind(Show.HANDED, of.period, signal=signal), whole
    )


def _count(user: User, period: Period, signal: Signal) -> int:
    return facts.handed(user, period).filter(narrowed(signal)).count()
