"""The room of the simulator event by event: leads come, wait in their order, and are taken by those on shift."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from insights.simulator.room import NEVER, Shift


@dataclass
class Room:
    """The state between two events: who waits, with the seconds still needed; who is served, until when."""

    begun: list[int]
    finished: list[int]
    people: int = 0
    waiting: deque[tuple[int, int]] = field(default_factory=deque)
    busy: deque[tuple[int, int]] = field(default_factory=deque)

    def arrive(self, lead: int, handling: int, moment: int) -> None:
        self.waiting.append((lead, handling))
        self._begin(moment)

    def change(self, people: int, moment: int) -> None:
        """So many work from now on."""
        self.people = people
        while len(self.busy) > people:
            lead, end = self.busy.pop()
            self.waiting.appendleft((lead, end - moment))
        self._begin(moment)

    def go_on(self, until: int) -> None:
        """Whoever finishes takes the next one."""
        while self.busy and self.busy[0][1] <= until:
            lead, end = self.busy.popleft()
            self.finished[lead] = end
            self._begin(end)

    def _begin(self, moment: int) -> None:
        while self.waiting and len(self.busy) < self.people:
            lead, needs = self.waiting.popleft()
            self.begun[lead] = min(self.begun[lead], moment)
            self.busy.append((lead, moment + needs))


def serve(arrivals: Sequence[int], shifts: Sequence[Shift], handling: int) -> Room:
    """When each lead is begun and finished, NEVER where it is not, in the order of arrival.

    `arrivals` are seconds that rise, `shifts` are (second, how many work from then on) and rise too: nobody works
    before the first, and the last one holds for ever. `handling` is seconds a lead, above 0."""
    room = Room([NEVER] * len(arrivals), [NEVER] * len(arrivals))
    for moment, lead, people in _events(arrivals, shifts):
        room.go_on(moment)
        if lead is None:
            room.change(people, moment)
        else:
            room.arrive(lead, handling, moment)
    room.go_on(NEVER - 1)
    return room


def _events(
    arrivals: Sequence[int], shifts: Sequence[Shift]
) -> Iterator[tuple[int, int | None, int]]:
    """(second, lead that arrives or None, people from then on): a shift that begins that second comes first."""
    change = 0
    for lead, moment in enumerate(arrivals):
        while change < len(shifts) and shifts[change][0] <= moment:
            yield shifts[change][0], None, shifts[change][1]
            change += 1
        yield moment, lead, 0
    for moment, people in shifts[change:]:
        yield moment, None, people
