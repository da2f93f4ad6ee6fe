"""Whose turn it is. Pure: candidates in, one of them out, and the state that says who comes next.

Every strategy takes only from those who can take one more lead now, so nobody is given more than they can hold,
and whoever was passed over longest comes first where all else is equal, so nobody is starved."""

from collections.abc import Sequence
from dataclasses import dataclass

from handoff.models import TeamRouting

Strategy = TeamRouting.Strategy


@dataclass
class Load:
    """What one person holds, in all teams together: open leads, and those given or taken today."""

    open: int = 0
    today: int = 0


@dataclass
class Turn:
    """Where one person stands in the order of one team."""

    turn: int = 0
    credit: int = 0


@dataclass(frozen=True)
class Candidate:
    """One person of one team: what they can take, what they hold, where they stand. Limits of None are none."""

    user_id: int
    load: Load
    place: Turn
    weight: int = 1
    per_day: int | None = None
    open_limit: int | None = None

    @property
    def is_full_today(self) -> bool:
        return self.per_day is not None and self.load.today >= self.per_day

    @property
    def is_full(self) -> bool:
        return self.open_limit is not None and self.load.open >= self.open_limit

    @property
    def has_room(self) -> bool:
        return not (self.is_full_today or self.is_full)


def choose(candidates: Sequence[Candidate], strategy: str) -> Candidate | None:
    """Gives the next lead to one of the candidates, who are of one team: counts it and moves the turn on.
    None where nobody has room."""
    able = [one for one in candidates if one.has_room and one.weight > 0]
    if not able:
        return None
    chosen = _BY[Strategy(strategy)](able)
    # Of the whole team, so that somebody who comes back is behind nobody who was away.
    chosen.place.turn = 1 + max(one.place.turn for one in candidates)
    chosen.load.open += 1
    chosen.load.today += 1
    return chosen


def _in_turn(able: Sequence[Candidate]) -> Candidate:
    return min(able, key=lambda one: (one.place.turn, one.user_id))


def _least_busy(able: Sequence[Candidate]) -> Candidate:
    return min(able, key=lambda one: (one.load.open, one.place.turn, one.user_id))


def _by_weight(able: Sequence[Candidate]) -> Candidate:
    """Smooth: each is owed their weight at every lead, and who is owed most gets it and pays the whole."""
    for one in able:
        one.place.credit += one.weight
    chosen = max(able, key=lambda one: (one.place.credit, -one.place.turn, -one.user_id))
    chosen.place.credit -= sum(one.weight for one in able)
    return chosen


_BY = {
    Strategy.ROUND_ROBIN: _in_turn,
    Strategy.WEIGHTED: _by_weight,
    Strategy.LEAST_BUSY: _least_busy,
    # One person whom a rule names: nobody else is a candidate.
    Strategy.OPEN: _in_turn,
}
