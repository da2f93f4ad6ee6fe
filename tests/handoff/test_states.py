"""Whatever people and sweepers do in whatever order, the clocks are where a plain model says."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts import clock
from accounts.models import Role, User
from handoff import claims, handoffs, timers, touches
from handoff.models import Handoff, SlaEvent, SlaTimer
from leads.models import JournalEntry
from tests import factories
from tests.handoff.clock_model import HandoffModel

# Time goes in steps of ten minutes, and no deadline is a multiple of ten: the seconds that the test
# itself takes change no verdict.
STEP = 10
BUDGET, TOUCH_BUDGET = 67, 268


class Clocks(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        team = factories.make_team(minutes=BUDGET)
        self.rep: User = factories.make_user(Role.SDR, teams=[team], password=None)
        self.handoff: Handoff = factories.make_mql(team)
        self.model = HandoffModel(BUDGET, TOUCH_BUDGET)
        self.minute = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @rule(steps=st.integers(1, 9))
    def time_goes_by(self, steps: int) -> None:
        self.minute += steps * STEP
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('leadhub.clock_offset', %s, true)", [f"{self.minute} minutes"]
            )

    @rule()
    def a_sweeper_looks(self) -> None:
        while timers.ring():
            pass
        self.model.sweep(self.minute)

    @precondition(lambda self: self.model.state == "queued")
    @rule()
    def a_rep_claims(self) -> None:
        claims.take(self.handoff, by=self.rep, at=clock.now())
        self.model.claim(self.minute)

    @precondition(lambda self: self.model.state == "claimed")
    @rule()
    def the_rep_gives_it_back(self) -> None:
        claims.release(self.handoff, by=self.rep, at=clock.now())
        self.model.release(self.minute)

    @rule(ago=st.integers(0, 30))
    def somebody_logs_a_touch(self, ago: int) -> None:
        at, back = clock.now(), min(ago * STEP, self.minute)
        happened = max(at - timedelta(minutes=back), self.handoff.opened_at)
        touches.log(self.handoff.lead, kind="call", by=self.rep, at=at, occurred_at=happened)
        self.model.touched(self.minute - back)

    @rule()
    def somebody_writes_a_note(self) -> None:
        touches.log(self.handoff.lead, kind="note", note="x", by=self.rep, at=clock.now())

    @precondition(lambda self: self.model.state != "ended" and self.minute > 0)
    @rule()
    def it_is_decided(self) -> None:
        handoffs.close(self.handoff, state="disqualified", at=clock.now())
        self.model.end(self.minute)
        # What is touched now was touched after the end.
        self.time_goes_by(1)

    @invariant()
    def clocks_stand_as_the_model_says(self) -> None:
        found = SlaTimer.objects.filter(handoff=self.handoff).order_by("milestone", "cycle")
        assert [(t.milestone, t.cycle, t.state, t.closed_at is None) for t in found] == [
            (c.milestone, c.cycle, c.state, c.is_open) for c in self.model.clocks
        ]
        for timer, expected in zip(found, self.model.clocks, strict=True):
            assert abs(self._minute(timer) - expected.due) < 2

    def _minute(self, timer: SlaTimer) -> float:
        assert timer.due_at is not None
        return (timer.due_at - self.handoff.opened_at).total_seconds() / 60

    @invariant()
    def each_event_is_told_once(self) -> None:
        events = SlaEvent.objects.filter(timer__handoff=self.handoff)
        verdicts = events.exclude(kind="warn").values_list(
            "timer__milestone", "timer__cycle", "kind"
        )
        assert sorted(verdicts) == sorted(self.model.events)
        told = JournalEntry.objects.filter(kind="timer.rang", lead=self.handoff.lead)
        assert told.count() == events.count()

    @invariant()
    def the_queue_is_ordered_by_the_earliest_open_deadline(self) -> None:
        self.handoff.refresh_from_db()
        dues = [t.due_at for t in SlaTimer.objects.filter(handoff=self.handoff, closed_at=None)]
        assert self.handoff.next_due_at == min((due for due in dues if due), default=None)


@pytest.mark.django_db
def test_clocks_follow_the_model_whatever_happens() -> None:
    factories.publish_model()
    calm = settings(max_examples=25, stateful_step_count=14, deadline=None)
    run_state_machine_as_test(Clocks, settings=calm)
