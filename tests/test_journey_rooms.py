"""The whole way in one breath, through the rooms alone; test_journey.py does it with a browser and workers."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Team, User
from handoff import claims, timers, touches
from handoff.models import Handoff, Notification, SlaEvent, SlaTimer
from leadhub import pipeline
from leads import ripening
from leads.capturing import capture
from leads.models import Crossing, Form, Lead, LeadScore, Outcome
from leads.stages import Stage
from qualification import dispositions, scorecards
from qualification.models import DispositionReason
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import any_reason

pytestmark = pytest.mark.django_db


def submit(form: Form, **values: str) -> bool:
    return capture.submit(form, values, submission_id=uuid.uuid4(), at=factories.now())


def test_a_lead_travels_from_form_to_sql(live_model: ModelVersion, team: Team, sdr: User) -> None:
    form = factories.make_form()
    submit(form, email="maya@northwind.example", title="Chief of Operations", first_name="Maya")
    pipeline.drain()
    lead = Lead.objects.get()
    assert (lead.stage, lead.score.total, lead.score.band) == (Stage.LEAD, 45, "nurture")

    factories.make_event(lead, path="/pricing/plans")
    pipeline.engine.rescore([lead.pk], at=factories.now(), cause="activity")
    pipeline.drain()
    handoff = Handoff.objects.get()
    assert handoff.team == team
    assert Crossing.objects.get().carried_by == ["c_level", "contact", "pricing"]
    assert {t.milestone for t in SlaTimer.objects.all()} == {"claim", "first_touch"}

    claims.take(handoff, by=sdr, at=factories.now())
    touches.log(lead, kind="call", answer="reached", by=sdr, at=factories.now())
    pipeline.drain()
    handoff.refresh_from_db()
    card = scorecards.card_of(handoff, at=factories.now())
    assert card is not None
    with pytest.raises(dispositions.NotReady):
        dispositions.accept(handoff, by=sdr, at=factories.now())
    for element in ("budget", "authority", "need", "timeline"):
        scorecards.answer(card, element, level=2, evidence="said so", by=sdr, at=factories.now())
    dispositions.accept(handoff, by=sdr, at=factories.now())
    lead.refresh_from_db()
    assert lead.stage == Stage.SQL
    assert Outcome.objects.get().result == "accepted"
    assert {t.state for t in SlaTimer.objects.all()} == {"met"}


def test_it_tells_the_manager_once_when_nobody_claims(
    live_model: ModelVersion, team: Team, manager: User, move_clock: Callable[[timedelta], None]
) -> None:
    factories.make_mql()
    move_clock(timedelta(minutes=62))
    while timers.ring():
        pass
    pipeline.drain()
    timers.ring()
    pipeline.drain()
    assert SlaEvent.objects.filter(kind="breach", timer__milestone="claim").count() == 1
    breach = Notification.objects.get(user=manager, kind="breach")
    assert breach.delivery.to == manager.email


def test_a_recycled_lead_crosses_again_when_its_day_comes(
    live_model: ModelVersion, team: Team, sdr: User, move_clock: Callable[[timedelta], None]
) -> None:
    handoff = factories.make_mql(phone="+49 30 901820")
    claims.take(handoff, by=sdr, at=factories.now())
    until = (factories.now() + timedelta(days=2)).date()
    dispositions.recycle(handoff, until=until, reason=any_reason(), by=sdr, at=factories.now())
    factories.make_event(handoff.lead, path="/pricing")
    pipeline.engine.rescore([handoff.lead_id], at=factories.now(), cause="activity")
    pipeline.drain()
    assert Handoff.objects.count() == 1
    move_clock(timedelta(days=2))
    ripening.ripen(at=factories.now())
    pipeline.drain()
    assert Handoff.objects.count() == 2
    assert LeadScore.objects.get().crossings == 2


def test_a_no_is_written_with_its_reason(live_model: ModelVersion, team: Team, sdr: User) -> None:
    handoff = factories.make_mql()
    claims.take(handoff, by=sdr, at=factories.now())
    reason = DispositionReason.objects.get(key="no_budget")
    dispositions.disqualify(handoff, reason=reason, by=sdr, at=factories.now())
    assert Outcome.objects.get().reason == "no_budget"
    assert Lead.objects.get().stage == Stage.DISQUALIFIED
