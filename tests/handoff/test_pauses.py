"""Waiting for the prospect: clocks rest and go on with what they had left."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from handoff import claims, pauses, timers, touches
from handoff.models import Handoff, SlaAlarm, SlaPolicyVersion
from handoff.pauses import PauseError
from leadhub import pipeline, tasks
from leads.models import JournalEntry
from tests import factories
from tests.handoff.moments import clock_of, minutes, seconds_between

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


@pytest.fixture
def held(handoff: Handoff, sdr: User) -> Handoff:
    claims.take(handoff, by=sdr, at=factories.now())
    return handoff


def rest(handoff: Handoff, by: User, **more: timedelta) -> None:
    at = factories.now()
    until = at + more["lasting"] if "lasting" in more else None
    pauses.pause(handoff, reason="Back from holiday on Monday", until=until, by=by, at=at)


def test_a_clock_that_rests_has_no_deadline_and_rings_nothing(
    held: Handoff, sdr: User, move_clock: Move
) -> None:
    rest(held, sdr)
    timer = clock_of(held, "first_touch")
    assert (timer.state, timer.due_at) == ("paused", None)
    assert not SlaAlarm.objects.filter(timer=timer, state="pending").exists()
    held.refresh_from_db()
    assert held.next_due_at is None
    move_clock(timedelta(hours=30))
    assert timers.ring() == 0


def test_it_goes_on_with_exactly_the_time_that_was_left(
    held: Handoff, sdr: User, move_clock: Move
) -> None:
    move_clock(minutes(60))
    rest(held, sdr)
    used = clock_of(held, "first_touch").consumed_s
    assert 3600 <= used < 3700
    move_clock(timedelta(hours=20))
    resumed = factories.now()
    pauses.resume(held, by=sdr, at=resumed)
    timer = clock_of(held, "first_touch")
    assert (timer.state, timer.generation) == ("running", 2)
    assert seconds_between(resumed, timer.due_at) == pytest.approx(4 * 3600 - used, abs=1)
    held.refresh_from_db()
    assert held.next_due_at == timer.due_at


def test_a_warning_that_was_given_is_not_given_again_after_a_pause(
    held: Handoff, sdr: User, move_clock: Move
) -> None:
    move_clock(minutes(200))
    timers.ring()
    rest(held, sdr)
    pauses.resume(held, by=sdr, at=factories.now())
    pending = SlaAlarm.objects.filter(timer__handoff=held, state="pending")
    assert list(pending.values_list("kind", flat=True)) == ["breach"]


def test_a_pause_ends_at_its_limit_however_late_we_are(
    held: Handoff, sdr: User, move_clock: Move
) -> None:
    rest(held, sdr, lasting=timedelta(hours=2))
    until = held.pauses.get().until
    move_clock(timedelta(hours=9))
    tasks.beat()
    timer = clock_of(held, "first_touch")
    assert held.pauses.get().ended_at == until
    assert timer.running_since == until
    timers.ring()
    assert clock_of(held, "first_touch").state == "breached"


def test_the_next_touch_ends_the_waiting(held: Handoff, sdr: User, move_clock: Move) -> None:
    rest(held, sdr)
    move_clock(timedelta(hours=30))
    touches.log(held.lead, kind="call", by=sdr, at=factories.now())
    assert clock_of(held, "first_touch").state == "met"
    assert not held.pauses.filter(ended_at=None).exists()


def test_a_touch_from_before_the_pause_keeps_its_promise_and_the_waiting_goes_on(
    held: Handoff, sdr: User, move_clock: Move
) -> None:
    move_clock(minutes(60))
    before = factories.now()
    move_clock(minutes(30))
    rest(held, sdr)
    touches.log(held.lead, kind="call", by=sdr, at=factories.now(), occurred_at=before)
    timer = clock_of(held, "first_touch")
    assert (timer.state, timer.closed_at) == ("met", before)
    assert timer.consumed_s == pytest.approx(3600, abs=5)
    assert held.pauses.filter(ended_at=None).exists()


def test_a_lead_that_is_given_back_waits_for_us_again(held: Handoff, sdr: User) -> None:
    rest(held, sdr)
    claims.release(held, by=sdr, at=factories.now())
    assert not held.pauses.filter(ended_at=None).exists()
    assert clock_of(held, "first_touch").state == "running"


def test_a_broken_clock_does_not_rest(held: Handoff, sdr: User, move_clock: Move) -> None:
    move_clock(minutes(245))
    rest(held, sdr)
    timers.ring()
    assert clock_of(held, "first_touch").state == "breached"


def test_all_pauses_together_last_no_longer_than_the_policy_allows(
    held: Handoff, sdr: User, move_clock: Move
) -> None:
    SlaPolicyVersion.objects.update(pause_days=2)
    at = factories.now()
    with pytest.raises(PauseError, match="at most") as refused:
        pauses.pause(held, reason="Trade fair", until=at + timedelta(days=3), by=sdr, at=at)
    assert refused.value.field == "until"
    rest(held, sdr)
    assert held.pauses.get().until - at == pytest.approx(timedelta(days=2), abs=minutes(1))
    move_clock(timedelta(days=3))
    tasks.beat()
    with pytest.raises(PauseError, match="as long as its promise allows"):
        rest(held, sdr)


@pytest.mark.parametrize(
    ("reason", "hours", "field"), [("  ", 4, "reason"), ("Trade fair", -1, "until")]
)
def test_a_pause_needs_a_reason_and_an_end_to_come(
    held: Handoff, sdr: User, reason: str, hours: int, field: str
) -> None:
    at = factories.now()
    with pytest.raises(PauseError) as refused:
        pauses.pause(held, reason=reason, until=at + timedelta(hours=hours), by=sdr, at=at)
    assert refused.value.field == field


def test_nobody_waits_twice_and_a_lead_in_the_queue_waits_for_nobody(
    handoff: Handoff, sdr: User
) -> None:
    with pytest.raises(PauseError, match="somebody holds"):
        rest(handoff, sdr)
    claims.take(handoff, by=sdr, at=factories.now())
    rest(handoff, sdr)
    with pytest.raises(PauseError, match="rest already"):
        rest(handoff, sdr)


def test_pauses_are_told_on_the_timeline(held: Handoff, sdr: User) -> None:
    rest(held, sdr)
    pauses.resume(held, by=sdr, at=factories.now())
    pauses.resume(held, by=sdr, at=factories.now())
    told = JournalEntry.objects.filter(lead=held.lead, kind__startswith="handoff.")
    kinds = told.order_by("id")
    assert list(kinds.values_list("kind", flat=True))[-2:] == ["handoff.paused", "handoff.resumed"]
    pipeline.drain()


def test_the_page_asks_why_and_until_when_and_says_what_is_wrong_beside_the_field(
    held: Handoff, sdr: User, client: Client
) -> None:
    client.force_login(sdr)
    address = reverse("handoff:pause", args=[held.public_id])
    assert "At most until" in client.get(address).content.decode()
    answer = client.post(address, {"reason": "", "until": "2199-01-01T09:00"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["reason"]
    answer = client.post(address, {"reason": "Fair <b>", "until": "2199-01-01T09:00"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["until"])
    assert "Fair &lt;b&gt;" in answer.content.decode()
    assert client.post(address, {"reason": "Fair <b>", "until": ""}).status_code == 302
    panel = client.get(reverse("handoff:panel", args=[held.lead.public_id])).content.decode()
    assert "Waits for the prospect:" in panel
    assert "Fair &lt;b&gt;" in panel
    assert client.post(reverse("handoff:resume", args=[held.public_id])).status_code == 302
    assert clock_of(held, "first_touch").state == "running"


def test_the_api_pauses_and_resumes_and_says_why_not(
    held: Handoff, sdr: User, client: Client
) -> None:
    client.force_login(sdr)
    pause = reverse("api:handoff_pause", args=[held.public_id])
    refused = client.post(
        pause, {"until": "2199-01-01T09:00Z", "reason": "Fair"}, "application/json"
    )
    assert refused.status_code == 400
    assert "at most" in str(refused.json())
    assert client.post(pause, {"reason": "Fair"}, "application/json").status_code == 200
    assert client.post(pause, {"reason": "Fair"}, "application/json").status_code == 400
    resume = reverse("api:handoff_resume", args=[held.public_id])
    assert client.post(resume, {}, "application/json").json() == {"resumed": True}
    assert client.post(resume, {}, "application/json").json() == {"resumed": False}
