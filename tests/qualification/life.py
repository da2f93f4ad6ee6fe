"""A lead's life with sales as a state machine beside a plain model; test_whole_life.py adds what else befalls it."""

from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from accounts.models import User
from handoff import claims, touches
from handoff.models import Handoff
from leadhub import pipeline
from leadhub.invariants import check
from leads import journal
from leads.models import Lead, LeadScore
from leads.stages import Stage
from qualification import dispositions, reopening, signals, undoing
from qualification.closing import deals, passing
from qualification.models import Disposition, Opportunity
from tests import factories
from tests.qualification.closing.facts import reason
from tests.qualification.facts import answer_all, any_reason

ENDINGS = {"won": Stage.CUSTOMER, "lost": Stage.LOST}


def stands(*stages: str):  # type: ignore[no-untyped-def]
    """The rule is for a lead in one of these stages."""
    return precondition(lambda life: life.stage in stages)


class LifeWithSales(RuleBasedStateMachine):
    """Each life is a savepoint over the same MQL; `stage`, `decided` and `listens` are all that the model keeps."""

    def __init__(self, begun: Handoff, rep: User) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.rep, self.lead = rep, Lead.objects.get(pk=begun.lead_id)
        self.stage: str = Stage.MQL
        self.decided = 0
        # Whether the lead that rests was told to wake when it asks for a demo.
        self.listens = False
        # When the last decision was made, while nothing has happened since.
        self.just: datetime | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @property
    def handoff(self) -> Handoff:
        """The last one; a lead that crosses again gets another."""
        found = Handoff.objects.select_related("lead__score", "team", "owner")
        return found.filter(lead=self.lead).exclude(state="merged").order_by("-pk")[0]

    @property
    def deal(self) -> Opportunity:
        return Opportunity.objects.filter(lead=self.lead).order_by("-pk")[0]

    def _now(self, stage: str, *, decided_at: datetime | None = None) -> None:
        self.stage, self.just = stage, decided_at
        self.decided += decided_at is not None
        pipeline.drain()

    def _rests(self) -> None:
        """It was recycled; what then follows is added elsewhere."""

    @rule()
    def the_lead_asks_for_a_demo(self) -> None:
        factories.make_event(self.lead, "demo_request")
        journal.wake("lead.active", [self.lead.pk], at=factories.now())
        self._now(Stage.MQL if self.stage == Stage.RECYCLED and self.listens else self.stage)

    @stands(Stage.MQL)
    @rule()
    def a_rep_claims(self) -> None:
        claims.take(self.handoff, by=self.rep, at=factories.now())
        self._now(Stage.WORKING)

    @stands(Stage.WORKING)
    @rule()
    def it_goes_back_to_the_queue(self) -> None:
        claims.release(self.handoff, by=self.rep, at=factories.now(), reason="Called away.")
        self._now(Stage.MQL)

    @stands(Stage.WORKING)
    @rule()
    def the_rep_calls(self) -> None:
        touches.log(self.lead, kind="call", answer="reached", by=self.rep, at=factories.now())
        self._now(self.stage)

    @stands(Stage.WORKING)
    @rule()
    def it_is_accepted(self) -> None:
        answer_all(self.handoff, by=self.rep)
        at = factories.now()
        dispositions.accept(self.handoff, by=self.rep, at=at)
        self._now(Stage.SQL, decided_at=at)

    @stands(Stage.WORKING)
    @rule(listens=st.booleans())
    def it_is_recycled(self, listens: bool) -> None:
        at = factories.now()
        until = dispositions.first_day(at) + timedelta(days=40)
        signal = signals.USUAL if listens else ""
        dispositions.recycle(
            self.handoff, until=until, reason=any_reason(), by=self.rep, at=at, signal=signal
        )
        self.listens = listens
        self._now(Stage.RECYCLED, decided_at=at)
        self._rests()

    @stands(Stage.WORKING)
    @rule()
    def it_is_disqualified(self) -> None:
        at = factories.now()
        dispositions.disqualify(self.handoff, reason=any_reason(), by=self.rep, at=at)
        self._now(Stage.DISQUALIFIED, decided_at=at)

    @precondition(lambda life: life.just is not None)
    @rule()
    def the_decision_is_undone(self) -> None:
        assert self.just is not None
        at = min(factories.now(), self.just + timedelta(seconds=2))
        undoing.undo(self.handoff, by=self.rep, at=at)
        self.decided -= 1
        self._now(Stage.WORKING)

    @stands(Stage.RECYCLED, Stage.DISQUALIFIED)
    @rule()
    def it_is_reopened(self) -> None:
        reopening.reopen(self.handoff, reason="They called.", by=self.rep, at=factories.now())
        self._now(Stage.MQL)

    @stands(Stage.SQL)
    @rule()
    def the_closer_opens_an_opportunity(self) -> None:
        deals.open_with(self.lead, by=self.rep, at=factories.now())
        self._now(Stage.OPPORTUNITY)

    @stands(Stage.SQL)
    @rule()
    def the_closer_sends_it_back(self) -> None:
        at = factories.now()
        until = dispositions.first_day(at) + timedelta(days=40)
        passing.send_back(self.lead, until=until, note="Next year.", by=self.rep, at=at)
        self.listens = False
        self._now(Stage.RECYCLED)
        self._rests()

    @stands(Stage.OPPORTUNITY)
    @rule(ending=st.sampled_from(sorted(ENDINGS)))
    def the_deal_ends(self, ending: str) -> None:
        why = reason("champion" if ending == "won" else "lost_price")
        deals.end(self.deal, ending, reason=why, by=self.rep, at=factories.now())
        self._now(ENDINGS[ending])

    @stands(Stage.CUSTOMER, Stage.LOST)
    @rule()
    def the_deal_is_reopened(self) -> None:
        deals.reopen(self.deal, by=self.rep, at=factories.now())
        self._now(Stage.OPPORTUNITY)

    @invariant()
    def it_stands_where_the_model_says(self) -> None:
        stored = Lead.objects.values_list("stage", flat=True).get(pk=self.lead.pk)
        copied = LeadScore.objects.values_list("stage", flat=True).get(lead=self.lead)
        assert (stored, copied) == (self.stage, self.stage)

    @invariant()
    def one_handoff_is_open_while_sales_has_it(self) -> None:
        states = Handoff.objects.filter(lead=self.lead).values_list("state", flat=True)
        still = [state for state in states if state in ("queued", "claimed")]
        wanted = {Stage.MQL: ["queued"], Stage.WORKING: ["claimed"]}
        assert still == wanted.get(Stage(self.stage), [])

    @invariant()
    def one_opportunity_is_open_while_it_is_one(self) -> None:
        found = Opportunity.objects.filter(lead=self.lead, state=Opportunity.State.OPEN)
        assert found.count() == (self.stage == Stage.OPPORTUNITY)

    @invariant()
    def each_decision_that_stands_is_there_once(self) -> None:
        assert Disposition.objects.filter(handoff__lead=self.lead).count() == self.decided

    @invariant()
    def every_promise_holds(self) -> None:
        assert check() == []
