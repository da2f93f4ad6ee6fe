"""While a handoff is open its lead may rise, cool, or turn out to be out of the race."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Team, User
from handoff import claims, standing
from handoff.models import Handoff, Notification, SlaAlarm, SlaPolicy, SlaPolicyVersion
from leadhub import pipeline
from leads.models import JournalEntry, Lead, LeadScore
from leads.stages import Stage
from scoring import engine, starters
from tests import factories
from tests.handoff.moments import clock_of, minutes, seconds_between

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


def stands(handoff: Handoff, **values: object) -> None:
    LeadScore.objects.filter(lead=handoff.lead_id).update(**values)
    standing.follow([handoff.lead_id], at=factories.now())
    pipeline.drain()
    handoff.refresh_from_db()


@pytest.fixture
def fast(db: None) -> SlaPolicy:
    policy = SlaPolicy.objects.create(name="Hot leads", order=0, band="sales_ready")
    targets = {
        "claim": {"minutes": 5, "clock": "business"},
        "first_touch": {"minutes": 15, "clock": "business"},
        "disposition": {"minutes": 2880, "clock": "calendar"},
    }
    SlaPolicyVersion.objects.create(
        policy=policy, number=1, targets=targets, created_at=factories.now()
    )
    return policy


def test_rising_raises_the_priority_shortens_the_deadline_and_tells_the_team(
    handoff: Handoff, fast: SlaPolicy, sdr: User, move_clock: Move
) -> None:
    move_clock(minutes(20))
    risen = factories.now()
    stands(handoff, band="sales_ready")
    assert (handoff.band, handoff.priority, handoff.cooled_at) == ("sales_ready", 2, None)
    claim = clock_of(handoff)
    assert seconds_between(risen, claim.due_at) == pytest.approx(300, abs=2)
    assert claim.policy_version.policy == fast
    assert handoff.next_due_at == claim.due_at
    assert clock_of(handoff, "disposition").state == "running"
    pending = SlaAlarm.objects.filter(timer=claim, state="pending")
    assert set(pending.values_list("generation", flat=True)) == {2}
    assert Notification.objects.filter(user=sdr, kind="rose").count() == 1
    assert Handoff.objects.filter(lead=handoff.lead).count() == 1


def test_a_rise_never_makes_a_deadline_later(
    handoff: Handoff, fast: SlaPolicy, move_clock: Move
) -> None:
    before = clock_of(handoff).due_at
    move_clock(minutes(57))
    stands(handoff, band="sales_ready")
    assert clock_of(handoff).due_at == before
    assert clock_of(handoff).generation == 1


def test_a_claimed_lead_that_rises_tells_its_owner(
    handoff: Handoff, fast: SlaPolicy, sdr: User
) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    stands(handoff, band="sales_ready")
    assert Notification.objects.get(kind="rose").user == sdr
    assert clock_of(handoff).state == "met"


def test_falling_marks_it_cooled_and_withdraws_nothing(handoff: Handoff) -> None:
    stands(handoff, band="nurture")
    assert (handoff.state, handoff.band) == ("queued", "mql")
    assert handoff.cooled_at is not None
    cooled = handoff.cooled_at
    stands(handoff, band="cold")
    assert handoff.cooled_at == cooled
    stands(handoff, band="mql")
    assert handoff.cooled_at is None
    kinds = JournalEntry.objects.filter(lead=handoff.lead, kind="handoff.cooled")
    assert kinds.count() == 1


def test_a_disqualifier_withdraws_what_nobody_claimed_and_stops_its_clock(handoff: Handoff) -> None:
    stands(handoff, flag="competitor")
    assert handoff.state == Handoff.State.WITHDRAWN
    assert {t.state for t in handoff.timers.all()} == {"cancelled"}
    lead = Lead.objects.get(pk=handoff.lead_id)
    assert (lead.stage, lead.score.armed) == (Stage.LEAD, True)


def test_who_was_disqualified_by_mistake_crosses_anew(handoff: Handoff) -> None:
    stands(handoff, flag="competitor")
    LeadScore.objects.filter(lead=handoff.lead_id).update(flag="")
    engine.rescore([handoff.lead_id], at=factories.now(), cause="edit")
    pipeline.drain()
    again = Handoff.objects.get(lead=handoff.lead_id, state="queued")
    assert again.crossing.number == 2


def test_a_disqualifier_warns_whoever_claimed_it_and_takes_nothing(
    handoff: Handoff, sdr: User
) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    stands(handoff, flag="competitor")
    stands(handoff, flag="competitor")
    assert (handoff.state, handoff.owner) == ("claimed", sdr)
    note = Notification.objects.get(kind="flagged")
    assert note.user == sdr
    assert handoff.lead.name in note.text
    stands(handoff, flag="")
    assert handoff.flag == ""


def test_who_hands_back_a_disqualified_lead_puts_it_into_nobodys_queue(
    handoff: Handoff, sdr: User
) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    # A claim reckons the score anew.
    pipeline.drain()
    stands(handoff, flag="competitor")
    claims.release(Handoff.objects.get(pk=handoff.pk), by=sdr, at=factories.now())
    pipeline.drain()
    handoff.refresh_from_db()
    assert handoff.state == Handoff.State.WITHDRAWN


def test_what_a_lead_does_reaches_its_open_handoff_through_the_score(
    team: Team, fast: SlaPolicy, sdr: User
) -> None:
    tiers = starters.tiers()
    tiers["disqualifiers"] = [
        {"key": "rival", "label": "A competitor",
         "condition": {"field": "email_domain", "op": "is", "value": "rival.example"}}
    ]  # fmt: skip
    factories.publish_model(tiers)
    handoff = factories.make_mql()
    factories.set_score(handoff.lead, 99, by=sdr)
    pipeline.drain()
    handoff.refresh_from_db()
    assert (handoff.band, handoff.priority) == ("sales_ready", 2)
    factories.set_score(handoff.lead, 3, by=sdr)
    pipeline.drain()
    handoff.refresh_from_db()
    assert handoff.cooled_at is not None
    assert Handoff.objects.filter(lead=handoff.lead).count() == 1
    Lead.objects.filter(pk=handoff.lead_id).update(email="x@rival.example")
    engine.rescore([handoff.lead_id], at=factories.now(), cause="edit")
    pipeline.drain()
    handoff.refresh_from_db()
    assert handoff.state == Handoff.State.WITHDRAWN
