"""A team at work: leads come, wait in the order in which they came, and are taken by those on shift.

A pure model in whole seconds. Each lead needs the same time of one rep. Where a shift ends, the lead that came last
waits on, with what was done for it kept. So no lead is finished before one that came earlier; and with more people, or
without some of the other leads, none is begun later. It goes from shift to shift, and through the leads of one all at
once. tests/insights/test_simulator_room.py holds it to all that, and to a room that goes from event to event."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from insights.simulator.came import Numbers

HOUR = 3600
# Beyond all the seconds that are reckoned with.
NEVER = 2**62

Shift = tuple[int, int]


@dataclass
class Room:
    """`begun` and `finished` are seconds, NEVER where it does not come to that. Between two shifts, `paused` are the
    leads that were begun and lie, with the seconds they still need, `busy` those in hand, with their end; `fresh` is
    the first that was never begun."""

    arrivals: Numbers
    handling: int
    begun: Numbers = field(init=False)
    finished: Numbers = field(init=False)
    paused: deque[tuple[int, int]] = field(default_factory=deque)
    busy: deque[tuple[int, int]] = field(default_factory=deque)
    fresh: int = 0

    def __post_init__(self) -> None:
        self.begun, self.finished = (np.full(len(self.arrivals), NEVER) for _two in range(2))

    def work(self, start: int, end: int, people: int) -> None:
        """So many work in these seconds; whoever has finished by the last of them takes one more."""
        while len(self.busy) > people:
            lead, until = self.busy.pop()
            self.finished[lead] = NEVER
            self.paused.appendleft((lead, until - start))
        if not people:
            return
        # When each of them is free; the next lead goes to the first.
        free = deque([start] * (people - len(self.busy)) + [until for _lead, until in self.busy])
        while self.paused and free[0] <= end:
            lead, needs = self.paused.popleft()
            self._put(lead, free.popleft() + needs, free)
        if not self.paused:
            self._take(end, free)
        while self.busy and self.busy[0][1] <= end:
            self.busy.popleft()

    def _put(self, lead: int, until: int, free: deque[int]) -> None:
        free.append(until)
        self.finished[lead] = until
        self.busy.append((lead, until))

    def _take(self, end: int, free: deque[int]) -> None:
        """Those that come before the end, as far as there is time to begin them."""
        people, first = len(free), self.fresh
        came = int(np.searchsorted(self.arrivals, end))
        most = (max(0, end - free[0]) // self.handling + 1) * people
        coming = self.arrivals[first : min(came, first + most)]
        begun = _turns(coming, np.array(free), self.handling)
        begun = begun[: np.searchsorted(begun, end, side="right")]
        self.fresh = first + len(begun)
        self.begun[first : self.fresh] = begun
        self.finished[first : self.fresh] = begun + self.handling
        for lead in range(max(first, self.fresh - people), self.fresh):
            self.busy.append((lead, int(self.finished[lead])))


def _turns(arrivals: Numbers, free: Numbers, handling: int) -> Numbers:
    """When each lead is begun by people who are free from these rising seconds on: it waits for the one who took the
    lead that is as many before it as there are people, since leads are finished in the order in which they came."""
    rows = -(-len(arrivals) // len(free))
    table = np.full((rows + 1, len(free)), NEVER // 2)
    table[0] = free
    table[1:].flat[: len(arrivals)] = arrivals
    # Less what the leads before take in any case, the larger of both is the largest so far.
    before = np.maximum(np.arange(rows + 1) - 1, 0)[:, None] * handling
    return (np.maximum.accumulate(table - before, axis=0) + before)[1:].ravel()[: len(arrivals)]


def serve(arrivals: Sequence[int] | Numbers, shifts: Sequence[Shift], handling: int) -> Room:
    """When each lead is begun and finished, in the order of arrival.

    `arrivals` are seconds that rise, `shifts` are (second, how many work from then on) and rise too: nobody works
    before the first, and the last one holds for ever. `handling` is seconds a lead, above 0."""
    room = Room(np.asarray(arrivals, np.int64), handling)
    changes = [
        (second, people)
        for number, (second, people) in enumerate(shifts)
        if not number or people != shifts[number - 1][1]
    ]
    ends = [second for second, _people in changes[1:]] + [NEVER]
    for (start, people), end in zip(changes, ends, strict=bool(changes)):
        room.work(start, end, people)
    return room


def shifts(cover: Iterable[float], *, factor: float = 1) -> list[Shift]:
    """Whole people, from the hours of work in each hour: 2.5 is three of them for half of it and two for the rest.

    With a larger factor nobody is missing at any second who was there with a smaller one."""
    made: list[Shift] = []
    for number, hours in enumerate(cover):
        whole, part = divmod(hours * factor, 1)
        begin, middle = number * HOUR, number * HOUR + round(part * HOUR)
        steps = [(begin, int(whole) + 1)] if middle > begin else []
        steps += [(middle, int(whole))] if middle < begin + HOUR else []
        made += steps
    return made
