"""A recycled lead rests for a reason, until its day, the model's cooling, or the signal it was told to wait for."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from handoff.models import Handoff
from leadhub import pipeline
from leads import journal
from leads.models import Event, JournalEntry, Lead, LeadScore
from leads.stages import Stage
from qualification import dispositions, sheets, signals
from qualification.dispositions import NotReady
from qualification.models import Disposition
from scoring import starters
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import any_reason, claimed

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


def rest(handoff: Handoff, by: User, *, days: int = 30, signal: str = signals.USUAL) -> Disposition:
    at = factories.now()
    until = at.date() + timedelta(days=days)
    return dispositions.recycle(
        handoff, until=until, reason=any_reason("no_budget"), signal=signal, by=by, at=at
    )


def did(lead: Lead, kind: str, trust: int = Event.Trust.HUMAN) -> None:
    factories.make_event(lead, kind, trust=trust)
    journal.wake("lead.active", [lead.pk], at=factories.now())
    pipeline.drain()


def test_it_says_why_and_waits_for_its_signal(
    live_model: ModelVersion, sdr: User, move_clock: Move
) -> None:
    handoff = claimed(sdr)
    rest(handoff, sdr)
    move_clock(timedelta(days=1))
    did(handoff.lead, "webinar")
    assert Lead.objects.get().stage == Stage.RECYCLED
    did(handoff.lead, "demo_request")
    assert Lead.objects.get().stage == Stage.MQL
    assert Handoff.objects.filter(lead=handoff.lead).count() == 2
    entry = JournalEntry.objects.get(kind="lead.signalled")
    assert entry.data == {"kind": "demo_request"}


def test_the_signal_ends_the_models_cooling_too(sdr: User, move_clock: Move) -> None:
    factories.publish_model({**starters.tiers(), "cooling_days": 60})
    handoff = claimed(sdr)
    rest(handoff, sdr, days=10)
    armed_from = LeadScore.objects.get().armed_from
    assert armed_from is not None
    assert armed_from.date() == factories.now().date() + timedelta(days=60)
    move_clock(timedelta(days=1))
    did(handoff.lead, "demo_request")
    assert Lead.objects.get().stage == Stage.MQL


@pytest.mark.parametrize("signal", ["", "webinar"])
def test_another_signal_or_none_lets_it_rest(
    live_model: ModelVersion, sdr: User, move_clock: Move, signal: str
) -> None:
    handoff = claimed(sdr)
    rest(handoff, sdr, signal=signal)
    move_clock(timedelta(days=1))
    did(handoff.lead, "demo_request")
    assert Lead.objects.get().stage == Stage.RECYCLED


def test_machines_and_earlier_deeds_are_no_signal(
    live_model: ModelVersion, sdr: User, move_clock: Move
) -> None:
    handoff = claimed(sdr)
    factories.make_event(handoff.lead, "demo_request", ago=timedelta(hours=1))
    rest(handoff, sdr)
    move_clock(timedelta(minutes=5))
    did(handoff.lead, "demo_request", trust=Event.Trust.BOT)
    assert Lead.objects.get().stage == Stage.RECYCLED


def test_looking_for_signals_costs_one_statement_however_many_leads(
    live_model: ModelVersion, sdr: User
) -> None:
    leads = [factories.make_lead().pk for _ in range(5)]
    at = factories.now()
    with CaptureQueriesContext(connection) as asked:
        assert signals.hear(leads, at=at) == []
    assert len(asked) == 1


def test_a_rest_needs_a_reason_and_a_signal_that_exists(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff, at = claimed(sdr), factories.now()
    day = dispositions.first_day(at)
    with pytest.raises(NotReady, match="Choose a reason"):
        dispositions.recycle(handoff, until=day, reason=None, by=sdr, at=at)
    with pytest.raises(NotReady, match="no such kind"):
        dispositions.recycle(handoff, until=day, reason=any_reason(), signal="gone", by=sdr, at=at)


def test_the_next_rep_reads_why_it_rested(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    rest(handoff, sdr)
    told = sheets.decisions(handoff.lead)[0]
    assert (str(told.reason), told.signal_label) == ("No budget", "Demo requested")  # type: ignore[attr-defined]
