"""Receivers fail in every way; nothing is lost, nobody else waits, and no address of the house is called."""

import threading
import time
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from accounts import clock
from accounts.models import User
from handoff import channels
from handoff.channels import Event, sending
from handoff.delivering import deliver
from handoff.delivering.concluding import BREAKS_AFTER, OFF_AFTER
from handoff.models import Channel, Delivery, Notification
from tests.handoff.channels import receivers
from tests.handoff.channels.conftest import MakeChannel
from tests.handoff.channels.receivers import FINE, Serve, receiver, says

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TIMEOUT_S", 0.4)


def post(number: int = 1, **over: object) -> None:
    at = clock.now()
    channels.post([Event("test", f"test:{n}", **over) for n in range(number)], at=at)


@pytest.mark.parametrize(
    ("serve", "status", "told"),
    [
        (says("500 Oh dear"), 500, "500"),
        (says("302 Found", "Location: http://169.254.169.254/"), 302, "redirect"),
        (says("404 Not Found"), 404, "404"),
        (receivers.resets, None, "failed"),
        (lambda sock: None, None, "failed"),
        (receivers.drips, None, "too long"),
        (lambda sock: time.sleep(1), None, "too long"),
        (lambda sock: sock.sendall(b"\x16\x03\x01 no http"), None, "failed"),
    ],
)
def test_what_fails_is_tried_again_later(
    make_channel: MakeChannel, serve: Serve, status: int | None, told: str
) -> None:
    with receiver(serve) as there:
        make_channel(there.url)
        post()
        at = clock.now()
        assert deliver(at) == 1
        row = Delivery.objects.get()
        assert (row.state, row.attempts, row.status, row.token) == ("pending", 1, status, None)
        assert told in row.error and at < row.next_at < at + timedelta(seconds=8)
        assert deliver(at) == 0


@pytest.mark.parametrize(
    "serve",
    [
        FINE,
        says("200 OK", body=b"ok"),
        says("200 OK", "Content-Encoding: gzip", body=receivers.BOMB),
        receivers.floods,
    ],
)
def test_what_is_taken_is_sent_whatever_the_receiver_says_with_it(
    make_channel: MakeChannel, serve: Serve
) -> None:
    with receiver(serve) as there:
        make_channel(there.url)
        post()
        deliver(clock.now())
        assert Delivery.objects.get().state == "sent"
        assert len(there.got) == 1


def test_a_closed_port_and_wrong_tls_are_told(make_channel: MakeChannel) -> None:
    with receiver(says("400 Bad Request"), reads=False) as there:
        make_channel(there.url.replace("http:", "https:"))
        make_channel("http://127.0.0.1:1/")
        post()
        deliver(clock.now())
    rows = Delivery.objects.order_by("channel")
    assert [row.state for row in rows] == ["pending", "pending"]
    assert "No secure connection" in rows[0].error
    assert "failed" in rows[1].error


def test_an_address_that_moved_into_our_network_is_not_called(
    make_channel: MakeChannel, settings: Settings
) -> None:
    with receiver(FINE) as there:
        channel = make_channel(there.url)
        settings.OUTBOUND_ALLOWED = []
        post()
        deliver(clock.now())
        row = Delivery.objects.get()
        assert (row.state, there.got) == ("failed", [])
        assert "network" in row.error
    channel.refresh_from_db()
    assert channel.failures == 1


def test_410_switches_the_channel_off_and_tells_the_administrator(
    make_channel: MakeChannel, administrator: User
) -> None:
    with receiver(says("410 Gone")) as there:
        channel = make_channel(there.url)
        post(3)
        deliver(clock.now())
    channel.refresh_from_db()
    assert not channel.is_on and "410" in channel.off_reason
    assert set(channel.deliveries.values_list("state", flat=True)) == {"failed"}
    note = Notification.objects.get(user=administrator)
    assert note.kind == "channel_off" and channel.name in note.text
    assert channels.post([Event("test", "later")], at=clock.now()) == []


@pytest.mark.parametrize(("asked", "waits"), [("120", 120), ("999999999", 86400)])
def test_retry_after_is_honoured_for_all_that_waits(
    make_channel: MakeChannel, asked: str, waits: int
) -> None:
    with receiver(says("429 Slow down", f"Retry-After: {asked}")) as there:
        channel = make_channel(there.url)
        post()
        at = clock.now()
        deliver(at)
        post(2)
        assert deliver(at + timedelta(seconds=waits - 1)) == 0
        there.serve = FINE
        assert deliver(at + timedelta(seconds=waits + 5)) == 2
    channel.refresh_from_db()
    assert (channel.failures, channel.rests_until) == (0, None)


def test_a_receiver_that_fails_again_and_again_is_left_in_peace(make_channel: MakeChannel) -> None:
    with receiver(says("500 Oh dear")) as there:
        channel = make_channel(there.url)
        post(BREAKS_AFTER + 5)
        at = clock.now()
        deliver(at)
        assert BREAKS_AFTER <= len(there.got) <= BREAKS_AFTER + 1
        channel.refresh_from_db()
        assert channel.rests_until is not None and channel.rests_until > at
        there.serve = FINE
        deliver(at + timedelta(minutes=10))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_channel_that_fails_for_days_is_switched_off(
    make_channel: MakeChannel, administrator: User
) -> None:
    with receiver(says("500 Oh dear")) as there:
        channel = make_channel(there.url)
        post()
        at = clock.now()
        Channel.objects.update(failing_since=at - OFF_AFTER)
        deliver(at)
    channel.refresh_from_db()
    assert not channel.is_on
    assert "for days" in Notification.objects.get(user=administrator).text
    assert Delivery.objects.get(channel=channel).state == "failed"


def test_one_slow_receiver_holds_up_nobody_else(make_channel: MakeChannel) -> None:
    held = threading.Event()
    with receiver(lambda sock: held.wait(20) and FINE(sock)) as slow, receiver(FINE) as quick:
        make_channel(slow.url)
        make_channel(quick.url)
        post(6)

        def release() -> None:
            # Not before the quick one had everything.
            while len(quick.got) < 6:
                time.sleep(0.01)
            held.set()

        threading.Thread(target=release, daemon=True).start()
        sending.TIMEOUT_S = 10
        deliver(clock.now())
        assert len(quick.got) == len(slow.got) == 6
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
