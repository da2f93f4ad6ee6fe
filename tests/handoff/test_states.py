"""Whatever people, scores, policies and sweepers do in whatever order, the clocks are where a plain model says."""

import os
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
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
from handoff import (
    claims,
    handoffs,
    pauses,
    promise_changes,
    promise_versions,
    standing,
    timers,
    touches,
)
from handoff.models import (
    Handoff,
    Segment,
    SlaEvent,
    SlaPolicy,
    SlaPolicyVersion,
    SlaTimer,
    Touch,
)
from handoff.models.ledger import STANDS
from leads.models import JournalEntry, LeadScore
from tests import factories
from tests.handoff.clock_model import HandoffModel

# Time goes in steps of ten minutes, and no deadline is a multiple of ten: the seconds that the test
# itself takes change no verdict.
STEP = 10
USUAL = {"claim": 67, "first_touch": 268, "follow_up": 138, "disposition": 538}
FAST = {"claim": 33, "first_touch": 54, "follow_up": 84, "disposition": 243}
LONG = bool(os.environ.get("LEADHUB_LONG"))
RESTS = st.sampled_from([0.5, 0.8, 1, 1.6])


def _targets(budgets: dict[str, int]) -> dict[str, dict[str, object]]:
    return {key: {"minutes": value, "clock": "business"} for key, value in budgets.items()}


@dataclass(frozen=True)
class Facts:
    """What every life begins with: a handoff just opened, who works it and by which promises."""

    usual: SlaPolicy
    rep: User
    other: User
    handoff: Handoff


def facts() -> Facts:
    team, at = factories.make_team(), clock.now()
    usual = SlaPolicy.objects.get(team=team)
    SlaPolicyVersion.objects.filter(policy=usual).update(targets=_targets(USUAL), pause_days=90)
    fast = SlaPolicy.objects.create(name="Fast", order=0, team=team, band="sales_ready")
    SlaPolicyVersion.objects.create(
        policy=fast, number=1, targets=_targets(FAST), pause_days=90, created_at=at
    )
    rep, other = [factories.make_user(Role.SDR, teams=[team], password=None) for _ in range(2)]
    return Facts(usual, rep, other, factories.make_mql())


class Life(RuleBasedStateMachine):
    """Each life is a savepoint over the same facts, and its clock begins where the handoff was opened."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.usual, self.rep, self.other = facts.usual, facts.rep, facts.other
        self.handoff = Handoff.objects.select_related("lead", "team").get(pk=facts.handoff.pk)
        self.late = clock.now() - self.handoff.opened_at
        self.model = HandoffModel({"base": dict(USUAL), "fast": dict(FAST)})
        self.minute, self.turn = 0, 0
        self.band, self.flag = "mql", ""
        self._set_clock()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @property
    def now(self) -> float:
        """The minute, and a trifle more with each deed, so that what came first is first."""
        self.turn += 1
        return self.minute + self.turn / 1_000_000

    @property
    def is_open(self) -> bool:
        return self.model.state != "ended"

    @rule(steps=st.integers(1, 9))
    def time_goes_by(self, steps: int) -> None:
        self.minute += steps * STEP
        self._set_clock()

    def _set_clock(self) -> None:
        offset = timedelta(minutes=self.minute) - self.late
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('leadhub.clock_offset', %s, true)",
                [f"{offset.total_seconds()} seconds"],
            )

    @rule()
    def a_sweeper_looks(self) -> None:
        while timers.ring():
            pass
        self.model.sweep(self.now)

    @precondition(lambda self: self.model.state == "queued")
    @rule()
    def a_rep_claims(self) -> None:
        claims.take(self.handoff, by=self.rep, at=clock.now())
        self.model.claim(self.now)

    @precondition(lambda self: self.model.state == "claimed")
    @rule()
    def it_goes_back_to_the_queue(self) -> None:
        claims.take_back([self.handoff.pk], at=clock.now(), reason="for the test")
        self.model.release(self.now)

    @precondition(lambda self: self.is_open)
    @rule()
    def a_manager_hands_it_on(self) -> None:
        self.handoff.refresh_from_db()
        to = self.other if self.handoff.owner == self.rep else self.rep
        claims.reassign([self.handoff], to=to, by=None, at=clock.now(), reason="for the test")
        self.model.claim(self.now)

    @precondition(lambda self: self.model.state == "claimed" and self.model.paused_since is None)
    @rule()
    def the_rep_waits_for_the_prospect(self) -> None:
        at, until = clock.now(), clock.now() + timedelta(days=30)
        pauses.pause(self.handoff, reason="fair", until=until, by=self.rep, at=at)
        self.model.pause(self.now)

    @precondition(lambda self: self.model.paused_since is not None)
    @rule()
    def the_clocks_go_on(self) -> None:
        assert pauses.resume(self.handoff, by=self.rep, at=clock.now())
        self.model.resume(self.now)

    @rule(ago=st.integers(0, 30), first=st.booleans())
    def somebody_logs_a_touch(self, ago: int, first: bool) -> None:
        at, back = clock.now(), min(ago * STEP, self.minute)
        happened = max(at - timedelta(minutes=back), self.handoff.opened_at)
        by = self.rep if first else self.other
        touches.log(self.handoff.lead, kind="call", by=by, at=at, occurred_at=happened)
        self.model.touched(self.now - back)

    @rule()
    def somebody_writes_a_note(self) -> None:
        touches.log(self.handoff.lead, kind="note", note="x", by=self.rep, at=clock.now())

    @rule(band=st.sampled_from(["cold", "nurture", "mql", "sales_ready"]))
    def the_score_moves(self, band: str) -> None:
        self.band = band
        self._score()

    @rule(flag=st.sampled_from(["", "", "competitor"]))
    def a_disqualifier_comes_or_goes(self, flag: str) -> None:
        self.flag = flag
        self._score()

    def _score(self) -> None:
        LeadScore.objects.filter(lead=self.handoff.lead_id).update(band=self.band, flag=self.flag)
        standing.follow([self.handoff.lead_id], at=clock.now())
        self.model.rescored(self.now, self.band, flagged=bool(self.flag))
        if not self.is_open:
            self.time_goes_by(1)

    @rule(share=RESTS)
    def the_promise_changes_for_clocks_that_run(self, share: float) -> None:
        # Whole tens more or less keep the last digit, and with it every verdict, apart.
        budgets = {key: value % 10 + round(value * share / 10) * 10 for key, value in USUAL.items()}
        old = self.usual.versions.count()
        version = promise_versions.set_targets(
            self.usual, _targets(budgets), warn_percent=75, at=clock.now()
        )
        if version.number == old:
            return
        promise_changes.ask(version, by=self.rep, at=clock.now())
        while promise_changes.advance(clock.now()):
            pass
        self.model.changed(self.now, budgets)

    @precondition(lambda self: self.is_open and self.minute > 0)
    @rule()
    def it_is_decided(self) -> None:
        handoffs.close(self.handoff, state="disqualified", at=clock.now())
        self.model.end(self.now)
        # What is touched now was touched after the end.
        self.time_goes_by(1)

    @invariant()
    def clocks_stand_as_the_model_says(self) -> None:
        found = SlaTimer.objects.filter(handoff=self.handoff).order_by("milestone", "cycle")
        assert [(t.milestone, t.cycle, t.state, t.closed_at is None, t.cause) for t in found] == [
            (c.milestone, c.cycle, c.state, c.is_open, c.cause) for c in self.model.clocks
        ]
        for timer, expected in zip(found, self.model.clocks, strict=True):
            assert (timer.due_at is None) == (expected.due is None)
            if timer.due_at is not None and expected.due is not None:
                due = (timer.due_at - self.handoff.opened_at).total_seconds() / 60
                assert abs(due - expected.due) < 2

    @invariant()
    def each_clock_knows_whose_deed_stopped_it(self) -> None:
        """As the ledger and the touches of that moment say, which is where it was not asked for."""
        for timer in SlaTimer.objects.filter(handoff=self.handoff):
            claimed = Segment.objects.filter(
                STANDS, handoff=self.handoff, step="claimed", started_at=timer.closed_at
            )
            reached = Touch.objects.filter(occurred_at=timer.closed_at).exclude(kind="note")
            deeds = (
                claimed.values_list("user")
                if timer.milestone == "claim"
                else reached.values_list("by")
            )
            assert (timer.closed_by_id,) in deeds if deeds else timer.closed_by_id is None

    @invariant()
    def the_handoff_stands_as_the_model_says(self) -> None:
        self.handoff.refresh_from_db()
        now = self.handoff
        assert (now.band, bool(now.cooled_at), bool(now.flag)) == (
            self.model.band, self.model.cooled, self.model.flagged,
        )  # fmt: skip
        resting = now.pauses.filter(ended_at=None).exists()
        assert resting == (self.model.paused_since is not None)
        assert Handoff.objects.filter(lead=now.lead_id).count() == 1

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
        dues = [t.due_at for t in SlaTimer.objects.filter(handoff=self.handoff, closed_at=None)]
        assert self.handoff.next_due_at == min((due for due in dues if due), default=None)


@pytest.mark.django_db
def test_clocks_follow_the_model_whatever_happens() -> None:
    factories.publish_model()
    calm = settings(
        max_examples=1000 if LONG else 100 if "CI" in os.environ else 20,
        stateful_step_count=80 if LONG else 12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    begun = facts()
    run_state_machine_as_test(lambda: Life(begun), settings=calm)
