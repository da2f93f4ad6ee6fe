"""A decision is taken back while its lead comes back to the queue and a colleague reaches for it: one of them has it,
the other is told, and nothing is there twice or lost."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.models import User
from handoff import claims
from handoff.models import Handoff, Segment
from handoff.models.handoffs import OPEN_STATES
from leadhub import pipeline
from leadhub.invariants import check
from leads import journal
from leads.models import JournalEntry, Lead, LeadScore, Outcome
from qualification import dispositions, undoing
from qualification.models import Disposition, Scorecard
from tests import factories
from tests.qualification.facts import any_reason, claimed, colleague

pytestmark = pytest.mark.django_db(transaction=True)


class Race:
    """A rep recycled a lead until it asks for a demo, and just now it did."""

    def __init__(self, rep: User, other: User) -> None:
        self.rep, self.other = rep, other
        self.handoff, at = claimed(rep), factories.now()
        dispositions.recycle(
            self.handoff, until=dispositions.first_day(at), reason=any_reason(), by=rep, at=at,
            signal="demo_request",
        )  # fmt: skip
        factories.make_event(self.handoff.lead, "demo_request")
        journal.wake("lead.active", [self.handoff.lead_id], at=factories.now())
        self.told = ""
        self.got: Handoff | None = None

    def undo(self) -> None:
        try:
            undoing.undo(self.handoff, by=self.rep, at=factories.now())
        except undoing.CannotUndo as error:
            self.told = str(error)

    def claim(self) -> None:
        pipeline.drain()
        self.got = claims.take_next(self.other, at=factories.now())

    def holder(self) -> str:
        """Who has the lead, after looking that there is one of everything."""
        pipeline.drain()
        lead_id = self.handoff.lead_id
        open_one = Handoff.objects.get(lead=lead_id, state__in=OPEN_STATES)
        undone = JournalEntry.objects.filter(lead=lead_id, kind="handoff.undone").count()
        decided = Disposition.objects.filter(handoff__lead=lead_id).count()
        outcomes = Outcome.objects.filter(lead=lead_id).count()
        assert (undone + decided, decided) == (1, outcomes)
        assert Scorecard.objects.filter(handoff=open_one).count() == 1
        chain = Segment.objects.filter(handoff=open_one, replaced_at=None, ended_at=None)
        assert [one.user_id for one in chain] == [open_one.owner_id]
        score = LeadScore.objects.get(lead=lead_id)
        assert (score.armed, score.armed_from) == (False, None)
        assert Lead.objects.get(pk=lead_id).stage == score.stage == "working"
        assert open_one.owner is not None
        return open_one.owner.name


def at_once(*deeds: Callable[[], None]) -> None:
    start = threading.Barrier(len(deeds))

    def run(deed: Callable[[], None]) -> None:
        try:
            start.wait()
            deed()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def agree(race: Race, holder: str) -> None:
    """Whoever does not have it was told so."""
    assert race.holder() == holder
    if holder == race.rep.name:
        assert (race.told, race.got) == ("", None)
    else:
        assert holder == race.other.name
        assert race.got is not None and race.got.lead_id == race.handoff.lead_id
        assert "since" in race.told or "by now" in race.told


def test_the_lead_is_with_one_of_them_and_the_other_is_told() -> None:
    factories.publish_model()
    team = factories.make_team()
    rep = factories.make_user("sdr", teams=[team], name="Rui Rep")
    other = colleague(team)
    before = Race(rep, other)
    before.undo()
    before.claim()
    agree(before, "Rui Rep")
    after = Race(rep, other)
    after.claim()
    after.undo()
    agree(after, "Carla Colleague")
    for _round in range(5):
        race = Race(rep, other)
        at_once(race.undo, race.claim)
        agree(race, race.holder())
    assert check() == []
