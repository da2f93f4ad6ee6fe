"""What clocks should do, in whole minutes and without a database."""

from dataclasses import dataclass, field

Event = tuple[str, int, str]


@dataclass
class ClockModel:
    milestone: str
    due: int
    state: str = "running"
    closed: int | None = None
    cycle: int = 1

    @property
    def is_open(self) -> bool:
        return self.closed is None

    def overdue(self, at: int) -> bool:
        return self.is_open and at > self.due


@dataclass
class HandoffModel:
    """One handoff from its opening at minute 0; events are breaches and annulments."""

    budget: int
    touch_budget: int
    state: str = "queued"
    used: int = 0
    waits_since: int = 0
    ended: int | None = None
    events: set[Event] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.claims = [ClockModel("claim", self.budget)]
        self.touch = ClockModel("first_touch", self.touch_budget)

    @property
    def clocks(self) -> list[ClockModel]:
        return [*self.claims, self.touch]

    def _breach(self, clock: ClockModel) -> None:
        clock.state = "breached"
        self.events.add((clock.milestone, clock.cycle, "breach"))

    def sweep(self, at: int) -> None:
        for clock in self.clocks:
            if clock.overdue(at):
                self._breach(clock)

    def claim(self, at: int) -> None:
        self.state = "claimed"
        self.used += at - self.waits_since
        self._close(self.claims[-1], at)

    def release(self, at: int) -> None:
        self.state = "queued"
        self.waits_since = at
        last = self.claims[-1]
        if last.state == "breached":
            last.closed = None
            return
        due = at + self.budget - self.used
        self.claims.append(ClockModel("claim", due, cycle=last.cycle + 1))

    def touched(self, at: int) -> None:
        if self.ended is not None and at > self.ended:
            return
        if self.touch.is_open or (self.touch.closed or 0) > at:
            self._close(self.touch, at)

    def _close(self, clock: ClockModel, at: int) -> None:
        in_time = at <= clock.due
        if in_time and clock.state == "breached":
            self.events.add((clock.milestone, clock.cycle, "annulled"))
        if in_time:
            clock.state = "met"
        elif clock.state != "breached":
            self._breach(clock)
        clock.closed = at

    def end(self, at: int) -> None:
        self.state, self.ended = "ended", at
        for clock in self.clocks:
            if clock.overdue(at):
                self._close(clock, at)
            elif clock.is_open:
                clock.state, clock.closed = "cancelled", at
