"""What was done to reach a person, when it happened and when it was written down."""

import pytest

from accounts.models import Team, User
from handoff import handoffs, queue_settings, touches
from handoff.models import Handoff, SlaPolicyVersion, SlaTimer, Touch
from leads.models import JournalEntry
from tests import factories
from tests.handoff.moments import clock_of, earlier, minutes

pytestmark = pytest.mark.django_db


def test_a_call_keeps_the_first_touch_promise(handoff: Handoff, sdr: User) -> None:
    at = factories.now()
    touch = touches.log(handoff.lead, kind="call", answer="reached", note="Nice", by=sdr, at=at)
    handoff.refresh_from_db()
    assert (touch.handoff, touch.recorded_at) == (handoff, at)
    assert handoff.first_touch_at == clock_of(handoff, "first_touch").closed_at == at
    assert clock_of(handoff, "first_touch").closed_by == sdr
    assert clock_of(handoff, "first_touch").state == "met"
    assert clock_of(handoff).state == "running"
    assert JournalEntry.objects.get(kind="handoff.touched").data["touch"] == touch.pk


def test_a_second_touch_changes_no_first_one(handoff: Handoff, sdr: User) -> None:
    first = factories.now()
    touches.log(handoff.lead, kind="call", by=sdr, at=first)
    touches.log(handoff.lead, kind="email", by=sdr, at=factories.now())
    handoff.refresh_from_db()
    assert handoff.first_touch_at == first
    assert Touch.objects.count() == 2


def test_a_touch_to_come_is_refused(handoff: Handoff, sdr: User) -> None:
    at = factories.now()
    with pytest.raises(touches.InTheFuture):
        touches.log(handoff.lead, kind="call", by=sdr, at=at, occurred_at=at + minutes(1))
    assert not Touch.objects.exists()


def test_a_touch_before_the_handoff_belongs_to_the_lead_only(handoff: Handoff, sdr: User) -> None:
    before = handoff.opened_at - minutes(5)
    touch = touches.log(handoff.lead, kind="call", by=sdr, at=factories.now(), occurred_at=before)
    assert touch.handoff is None
    assert clock_of(handoff, "first_touch").state == "running"


def test_a_lead_without_handoff_can_be_touched(db: None, sdr: User) -> None:
    touch = touches.log(factories.make_lead(), kind="note", by=sdr, at=factories.now(), note="x")
    assert touch.handoff is None


def test_a_touch_after_the_end_keeps_no_promise(handoff: Handoff, sdr: User) -> None:
    handoffs.close(handoff, state="recycled", at=factories.now())
    touches.log(handoff.lead, kind="call", by=sdr, at=factories.now())
    handoff.refresh_from_db()
    assert handoff.first_touch_at is None
    assert clock_of(handoff, "first_touch").state == "cancelled"


def test_a_touch_before_the_end_that_is_logged_after_it_counts(handoff: Handoff, sdr: User) -> None:
    earlier(handoff, minutes(30))
    handoffs.close(handoff, state="recycled", at=factories.now())
    happened = factories.now() - minutes(10)
    touches.log(handoff.lead, kind="call", by=sdr, at=factories.now(), occurred_at=happened)
    timer = clock_of(handoff, "first_touch")
    assert (timer.state, timer.closed_at) == ("met", happened)


def test_what_counts_as_a_first_touch_is_a_setting(handoff: Handoff, sdr: User) -> None:
    queue_settings.change(first_touches=["call"], counts_unreached=False)
    for kind, answer in (("email", ""), ("call", "no_answer"), ("call", "left_message")):
        touches.log(handoff.lead, kind=kind, answer=answer, by=sdr, at=factories.now())
    assert clock_of(handoff, "first_touch").state == "running"
    touches.log(handoff.lead, kind="call", answer="reached", by=sdr, at=factories.now())
    assert clock_of(handoff, "first_touch").state == "met"


def test_an_auto_responder_is_never_the_first_touch(handoff: Handoff, sdr: User) -> None:
    touches.log(handoff.lead, kind="email", by=sdr, at=factories.now(), automatic=True)
    handoff.refresh_from_db()
    assert (handoff.first_touch_at, clock_of(handoff, "first_touch").state) == (None, "running")


def test_a_promised_next_touch_was_kept_by_whoever_made_it_though_the_first_came_out_later(
    handoff: Handoff, sdr: User, team: Team
) -> None:
    follow_up = {"follow_up": {"minutes": 60, "clock": "calendar"}}
    SlaPolicyVersion.objects.filter(policy__team=team).update(targets=follow_up)
    earlier(handoff, minutes(90))
    now, ana = factories.now(), factories.make_user(teams=[team], name="Ana Ruiz")
    touches.log(handoff.lead, kind="call", by=sdr, at=now)
    touches.log(handoff.lead, kind="call", by=ana, at=now, occurred_at=now - minutes(30))
    cycles = SlaTimer.objects.filter(milestone="follow_up").order_by("started_at")
    assert [(one.started_at, one.closed_at, one.closed_by) for one in cycles] == [
        (now - minutes(30), now, sdr),
        (now, None, None),
    ]
