"""What the demo's reps say beside the reason of a no, and how often they tried before it."""

from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from handoff import touches
from handoff.models import Handoff
from qualification.models import DispositionReason, FactVerdict
from qualification.saying_no import attempts
from qualification.saying_no.facts import facts_of
from qualification.saying_no.told import NOTHING, Tick, Told

Asks = DispositionReason.Asks
Verdict = FactVerdict.Verdict
RIVALS = ("Tallyline", "Northbeam", "a student", "Corvid CRM")
TRUE_TITLES = ("Marketing assistant", "Team assistant", "Working student", "")
CALL_APART = timedelta(minutes=20)


def told(reason: DispositionReason, handoff: Handoff, *, by: User, at: datetime) -> Told:
    """Each no has a random of its own, so that one more of them changes no other."""
    random = Random(handoff.pk)
    if reason.asks == Asks.DAY:
        return Told(day=at.date() + timedelta(days=random.choice([60, 120, 200])))
    if reason.asks == Asks.COMPETITOR:
        return Told(competitor=random.choice(RIVALS))
    if reason.asks == Asks.ATTEMPTS:
        _try_again(handoff, by=by, at=at)
    if reason.asks == Asks.FACT:
        return Told(ticks=_ticks(handoff, random))
    return NOTHING


def _try_again(handoff: Handoff, *, by: User, at: datetime) -> None:
    missing = attempts.needed(handoff.team_id) - attempts.made(handoff)
    for n in range(missing, 0, -1):
        tried = max(handoff.opened_at, at - n * CALL_APART)
        touches.log(handoff.lead, kind="call", answer="no_answer", by=by, at=at, occurred_at=tried)


def _ticks(handoff: Handoff, random: Random) -> list[Tick]:
    """Somebody's title was mostly wrong; other facts were right and said nothing, or were old."""
    ticks = []
    for fact in facts_of(handoff):
        if fact.field is not None and fact.field.key == "title" and random.random() < 0.7:
            ticks.append(Tick(fact, Verdict.WRONG, random.choice(TRUE_TITLES)))
        elif fact.events and random.random() < 0.3:
            ticks.append(Tick(fact, Verdict.NOT_COUNTING))
        else:
            ticks.append(Tick(fact, Verdict.RIGHT))
    return ticks
