"""What clocks should do, in whole minutes and without a database."""

from dataclasses import dataclass, field

Event = tuple[str, int, str]
Budgets = dict[str, int]
AT_OPENING = ("claim", "disposition", "first_touch")
BANDS = ("cold", "nurture", "mql", "sales_ready")


@dataclass
class ClockModel:
    milestone: str
    budget: float
    policy: str
    since: float | None = 0
    used: float = 0
    cycle: int = 1
    state: str = "running"
    closed: float | None = None
    cause: str = ""
    due: float | None = field(init=False)
    begins: float = field(init=False)
    # What its version says, whatever is left of it.
    promised: float = field(init=False)

    def __post_init__(self) -> None:
        assert self.since is not None
        self.begins, self.promised = self.since, self.budget
        self.due = self.since + self.budget - self.used

    @property
    def is_open(self) -> bool:
        return self.closed is None

    @property
    def moves(self) -> bool:
        """It can still get another deadline."""
        return self.is_open and self.state in ("running", "paused")

    def overdue(self, at: float) -> bool:
        return self.is_open and self.due is not None and at > self.due

    def run(self, at: float) -> None:
        self.state, self.since, self.due = "running", at, at + self.budget - self.used

    def stand(self, at: float) -> None:
        assert self.since is not None
        self.used += at - self.since
        self.state, self.since, self.due = "paused", None, None


@dataclass
class HandoffModel:
    """One handoff from its opening at minute 0; events are breaches and annulments."""

    policies: dict[str, Budgets]
    state: str = "queued"
    band: str = "mql"
    flagged: bool = False
    cooled: bool = False
    touched_at: list[float] = field(default_factory=list)
    paused_since: float | None = None
    ended: float | None = None
    events: set[Event] = field(default_factory=set)

    def __post_init__(self) -> None:
        base = self.policies["base"]
        self.all = [ClockModel(name, base[name], "base") for name in AT_OPENING]

    @property
    def clocks(self) -> list[ClockModel]:
        return sorted(self.all, key=lambda clock: (clock.milestone, clock.cycle))

    @property
    def policy(self) -> str:
        return "fast" if self.band == "sales_ready" else "base"

    def of(self, milestone: str) -> list[ClockModel]:
        return [clock for clock in self.clocks if clock.milestone == milestone]

    def _breach(self, clock: ClockModel) -> None:
        clock.state = "breached"
        self.events.add((clock.milestone, clock.cycle, "breach"))

    def sweep(self, at: float) -> None:
        for clock in self.all:
            if clock.overdue(at) and clock.state == "running":
                self._breach(clock)

    def claim(self, at: float) -> None:
        if self.state == "queued":
            self._close(self.of("claim")[-1], at)
        self.state = "claimed"

    def release(self, at: float) -> None:
        self.resume(at)
        self.state = "queued"
        last = self.of("claim")[-1]
        if last.state == "breached":
            last.closed, last.since = None, at
            return
        used = min(last.used, last.budget)
        again = ClockModel("claim", last.budget, last.policy, at, used, last.cycle + 1)
        again.promised = last.promised
        self.all.append(again)

    def pause(self, at: float) -> None:
        self.paused_since = at
        for clock in self.all:
            if clock.state == "running" and clock.is_open and not clock.overdue(at):
                clock.stand(at)

    def resume(self, at: float) -> None:
        if self.paused_since is None or self.paused_since > at:
            return
        self.paused_since = None
        for clock in self.all:
            if clock.state == "paused" and clock.is_open:
                clock.run(at)

    def touched(self, at: float) -> None:
        if self.ended is not None and at > self.ended:
            return
        self.resume(at)
        self.touched_at.append(at)
        first = self.of("first_touch")[0]
        if first.is_open or (first.closed or 0) > at:
            self._close(first, at)
        self._follow_up(at)

    def _follow_up(self, at: float) -> None:
        """Cycles tile the time from the first touch on."""
        cycles = self.of("follow_up")
        around = next(
            (c for c in cycles if c.begins <= at and (c.is_open or (c.closed or 0) > at)), None
        )
        later = sorted((c for c in cycles if c.begins > at), key=lambda c: c.begins)
        like: ClockModel | None
        if around is not None:
            until, undecided, like = around.closed, around.state == "cancelled", around
            self._close(around, at)
        else:
            until = later[0].begins if later else self.ended
            undecided, like = not later, later[0] if later else None
        if until is not None and until <= at:
            return
        policy = like.policy if like and until is not None else self.policy
        budget = like.promised if like and until is not None else self.policies[policy]["follow_up"]
        number = max((c.cycle for c in cycles), default=0) + 1
        cycle = ClockModel("follow_up", budget, policy, at, cycle=number)
        self.all.append(cycle)
        if until is None:
            return
        assert cycle.due is not None
        if undecided and cycle.due >= until:
            cycle.state, cycle.closed = "cancelled", until
        else:
            self._close(cycle, until)

    def _close(self, clock: ClockModel, at: float) -> None:
        in_time = clock.due is None or at <= clock.due
        if in_time and clock.state == "breached" and not clock.cause:
            self.events.add((clock.milestone, clock.cycle, "annulled"))
        if clock.since is not None and clock.milestone == "claim":
            clock.used += at - clock.since
        if in_time:
            clock.state, clock.cause = "met", ""
        elif clock.state != "breached":
            self._breach(clock)
        clock.closed, clock.since = at, None
        clock.due = at if clock.due is None else clock.due

    def rescored(self, at: float, band: str, *, flagged: bool) -> None:
        if self.ended is not None:
            return
        if flagged:
            if self.state == "queued":
                self.end(at, decided=False)
            else:
                self.flagged = True
            return
        self.flagged = False
        step = BANDS.index(band) - BANDS.index(self.band)
        self.cooled = step < 0
        if step > 0:
            self.band = band
            self._shorten(at)

    def _shorten(self, at: float) -> None:
        for clock in self.all:
            left = self.policies["fast"][clock.milestone]
            if not clock.moves:
                continue
            if clock.due is None and left < clock.budget - clock.used:
                clock.budget, clock.policy = clock.used + left, "fast"
            elif clock.due is not None and at + left < clock.due:
                assert clock.since is not None
                clock.used += at - clock.since
                clock.budget, clock.policy = clock.used + left, "fast"
                clock.run(at)
            else:
                continue
            clock.promised = left

    def changed(self, at: float, budgets: Budgets) -> None:
        """Another version of the usual promise, for what runs too."""
        self.policies["base"] = budgets
        for clock in self.all:
            if clock.policy != "base" or not clock.moves or clock.overdue(at):
                continue
            clock.budget = budgets[clock.milestone]
            clock.promised = clock.budget
            if clock.since is not None:
                clock.due = clock.since + max(0, clock.budget - clock.used)
                clock.used += at - clock.since
                clock.since = at
                if clock.due < at:
                    clock.state, clock.cause = "breached", "change"
            elif clock.budget < clock.used:
                clock.state, clock.cause, clock.due = "breached", "change", at

    def end(self, at: float, *, decided: bool = True) -> None:
        self.state, self.ended, self.paused_since = "ended", at, None
        if decided:
            self._close(self.of("disposition")[0], at)
        for clock in self.all:
            if clock.overdue(at):
                self._close(clock, at)
            elif clock.is_open:
                clock.state, clock.closed = "cancelled", at
                clock.due = at if clock.due is None else clock.due
