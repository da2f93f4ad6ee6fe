"""What a rep tells beside the reason of a no: a day, a competitor, which facts are wrong; and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handoff.models import Handoff
from qualification.models import DispositionReason, FactVerdict
from qualification.saying_no import attempts
from qualification.saying_no.facts import Fact, facts_of

Asks = DispositionReason.Asks
Verdict = FactVerdict.Verdict


class NotReady(Exception):
    """The decision cannot be taken yet; `problems` maps fields to sentences for the rep."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Tick:
    """What the rep says of one fact, and of a wrong or outdated one what is true, as typed; nothing where nobody
    knows."""

    fact: Fact
    verdict: str
    value: str = ""

    @property
    def disproves(self) -> bool:
        return self.verdict in (Verdict.WRONG, Verdict.OUTDATED)


@dataclass(frozen=True)
class Told:
    day: date | None = None
    competitor: str = ""
    ticks: Sequence[Tick] = ()


NOTHING = Told()


def fitting(reason: DispositionReason | None, told: Told, *, rests: bool) -> Told:
    """Only what belongs to the reason that was chosen in the end; facts belong to every reason of a no."""
    asks = reason.asks if reason else Asks.NOTHING
    return Told(
        told.day if asks == Asks.DAY and not rests else None,
        told.competitor.strip()[:120] if asks == Asks.COMPETITOR else "",
        told.ticks if asks == Asks.FACT or not rests else (),
    )


def refuse_unsaid(
    reason: DispositionReason, told: Told, handoff: Handoff, *, at: datetime, rests: bool = False
) -> None:
    """Raises NotReady for what the reason asks and nobody said; a lead that rests has its day already."""
    if reason.asks == Asks.DAY and not rests:
        _refuse_day(told.day, at)
    if reason.asks == Asks.COMPETITOR and not told.competitor.strip():
        raise NotReady({"competitor": _("Say which one it is.")})
    if reason.asks == Asks.FACT and not told.ticks and facts_of(handoff):
        raise NotReady({"facts": _("Tick at least one: is it right, wrong, or outdated?")})
    if reason.asks == Asks.ATTEMPTS:
        _refuse_early(handoff)


def _refuse_day(day: date | None, at: datetime) -> None:
    if day is None:
        raise NotReady({"day": _("Say until which day.")})
    if day <= at.date():
        raise NotReady({"day": _("Choose a day to come.")})


def _refuse_early(handoff: Handoff) -> None:
    needed, made = attempts.needed(handoff.team_id), attempts.made(handoff)
    if made >= needed:
        return
    text = ngettext(
        "Agreed is %(needed)d attempt; %(made)d is logged.",
        "Agreed are %(needed)d attempts; %(made)d are logged.",
        needed,
    )
    raise NotReady({"reason": text % {"needed": needed, "made": made}})
