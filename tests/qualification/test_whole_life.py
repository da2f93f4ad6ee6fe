"""Whatever reps, closers, marketers and the lead itself do in whatever order, a lead's life is one that a plain model
knows."""

import os
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from accounts.models import Role, User
from handoff.models import Handoff
from leads import journal
from leads.identity import merging
from leads.models import Event, Lead, Merge, Suppression
from leads.privacy import suppression
from leads.stages import Stage
from qualification.models import Enrolment, SequenceMail
from qualification.nurturing import following, sending
from qualification.nurturing.composing import Place
from tests import factories
from tests.qualification.life import LifeWithSales
from tests.qualification.nurturing.making import LINK, sequence

LONG = bool(os.environ.get("LEADHUB_LONG"))
# Whom sales does not have in hand any more, or never had.
RESTING = (Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LOST)


class Nurtured(LifeWithSales):
    """Who is recycled is written to, once in half a year, until it answers, clicks, crosses or says no."""

    def __init__(self, begun: Handoff, rep: User) -> None:
        super().__init__(begun, rep)
        # In the sequence; was sent its e-mail; said no to all of them; was not in the sequence yet.
        self.nurtured = self.written = self.refuses = False
        self.may_enter = True

    def _now(self, stage: str, *, decided_at: datetime | None = None) -> None:
        super()._now(stage, decided_at=decided_at)
        if stage != Stage.RECYCLED:
            self._leaves()

    def _rests(self) -> None:
        self.nurtured, self.written = self.may_enter and not self.refuses, False

    def _leaves(self) -> None:
        # What was never written does not count as having been in it.
        self.may_enter = self.may_enter and not self.written
        self.nurtured = False

    @property
    def mail(self) -> SequenceMail:
        return SequenceMail.objects.select_related("step", "enrolment__sequence").latest("pk")

    @precondition(lambda life: life.nurtured and not life.written)
    @rule()
    def the_sequence_writes(self) -> None:
        assert sending.advance(factories.now() + timedelta(minutes=2))
        self.written = True
        self._now(self.stage)

    @rule()
    def it_writes_to_us(self) -> None:
        data = {"subject": "Hello", "mail": 1}
        journal.write("lead.wrote", [self.lead.pk], at=factories.now(), data=data)
        self._leaves()
        self._now(self.stage)

    @precondition(lambda life: life.nurtured and life.written)
    @rule()
    def it_follows_the_link(self) -> None:
        place = Place(self.mail, LINK)
        assert following.follow(place, trust=Event.Trust.HUMAN, at=factories.now())
        self._leaves()
        self._now(self.stage)

    @precondition(lambda life: not life.refuses)
    @rule()
    def it_wants_no_emails(self) -> None:
        lead = Lead.objects.get(pk=self.lead.pk)
        suppression.add_lead(lead, reason=Suppression.Reason.UNSUBSCRIBED, at=factories.now())
        self.refuses = True
        self._leaves()
        self._now(self.stage)

    @invariant()
    def it_is_in_the_sequence_when_the_model_says(self) -> None:
        found = Enrolment.objects.filter(lead=self.lead, ended_at=None)
        assert [one.reached for one in found] == [int(self.written)] * self.nurtured


class WholeLife(Nurtured):
    """Doubles of the lead turn up, and turn out not to be."""

    merged: Merge | None = None

    def _merge(self, double: Lead, stage: str, *, survives: bool) -> None:
        self.apart = {**vars(self)}
        pair = (double, self.lead) if survives else (self.lead, double)
        self.merged = merging.merge(*pair, by=self.rep, at=factories.now())
        self.lead = pair[0]
        self._now(stage)

    @rule(survives=st.booleans())
    def a_double_is_found(self, survives: bool) -> None:
        """One that has done nothing."""
        self.double_carries = False
        self._merge(factories.make_lead(first_name="M."), self.stage, survives=survives)

    @rule(survives=st.booleans())
    def a_double_in_the_queue_is_found(self, survives: bool) -> None:
        """Whoever of the two is further with sales stays; what the other waits for is done with."""
        self.double_carries = self.stage in RESTING
        stage = Stage.MQL if self.double_carries else self.stage
        self._merge(factories.make_mql().lead, stage, survives=survives)

    @precondition(lambda life: life.merged and life.refuses == life.apart["refuses"])
    @rule()
    def they_are_two_after_all(self) -> None:
        """Each has what it had; what befell them since befell the one that carries."""
        assert self.merged is not None
        merging.undo(self.merged, by=self.rep, at=factories.now())
        self.merged, self.lead = None, self.apart["lead"]
        if self.double_carries:
            self.decided, self.listens = self.apart["decided"], self.apart["listens"]
            self.stage, self.may_enter = self.apart["stage"], self.apart["may_enter"]
            self._leaves()
        self._now(self.stage)


@pytest.mark.django_db
def test_a_lead_lives_as_the_model_says_whatever_happens() -> None:
    factories.publish_model()
    sequence(f"See {LINK}.", audience="recycled", ends_on_click=True)
    team = factories.make_team()
    rep = factories.make_user(Role.SDR, teams=[team], password=None)
    begun = factories.make_mql()
    calm = settings(
        max_examples=500 if LONG else 20 if "CI" in os.environ else 10,
        stateful_step_count=40 if LONG else 16,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: WholeLife(begun, rep), settings=calm)
