"""Providers that fail in every way: tried again, given up, or left alone for a while."""

from datetime import timedelta
from typing import Any

import pytest

from accounts import clock
from leads.enriching import editing, lookups
from leads.models import (
    Lead,
)
from tests import factories
from tests.leads.enriching.asking import BODY, Move, ask_all, near, only, provider
from tests.leads.enriching.fake import Fake

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "headers", "body", "told"),
    [
        (500, {}, b"", "no time (500)"),
        (429, {}, b"", "no time (429)"),
        (200, {}, b"<html>", "cannot be read"),
        (200, {}, b"", "cannot be read"),
        (200, {}, b"[" * 300, "cannot be read"),
        (200, {}, b"x" * 70_000, "more than 65536 bytes"),
        (200, {"Content-Length": "900"}, b"{}", "connection failed"),
    ],
)
def test_a_failure_is_tried_again_later(
    fake: Fake, move_clock: Move, status: int, headers: dict[str, str], body: bytes, told: str
) -> None:
    fake.says = (status, headers, body)
    drawer = provider(fake)
    factories.make_lead(email="a@quay.example")
    ask_all()
    assert (only().state, only().attempts, len(fake.asked)) == ("waiting", 1, 1)
    assert told in only().reason
    drawer.refresh_from_db()
    assert (drawer.failures, told in drawer.problem) == (1, True)
    fake.says = (200, {}, BODY)
    move_clock(timedelta(minutes=3))
    ask_all()
    drawer.refresh_from_db()
    assert (only().state, drawer.failures, drawer.problem) == ("done", 0, "")
    assert Lead.objects.get().country == "PT"


def test_a_provider_that_does_not_answer_in_time_is_not_waited_for(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.enriching.providers.TIMEOUT_S", 0.2)
    fake.slow_s = 0.6
    provider(fake)
    factories.make_lead(email="a@quay.example")
    ask_all()
    assert (only().state, only().reason) == ("waiting", "The answer took too long.")


@pytest.mark.parametrize(
    ("status", "headers"), [(302, {"Location": "http://10.0.0.1/"}), (400, {}), (418, {})]
)
def test_what_would_fail_again_is_given_up(
    fake: Fake, status: int, headers: dict[str, str]
) -> None:
    fake.says = (status, headers, b"")
    drawer = provider(fake)
    factories.make_lead(email="a@quay.example")
    ask_all()
    assert (only().state, only().reason) == ("failed", f"The provider answered with {status}.")
    assert editing.ask_again(drawer, at=clock.now()) == 1


def test_after_five_attempts_it_is_given_up(fake: Fake, move_clock: Move) -> None:
    fake.says = (500, {}, b"")
    provider(fake)
    factories.make_lead(email="a@quay.example")
    for _try in range(8):
        ask_all()
        move_clock(timedelta(hours=12))
    assert (only().state, len(fake.asked)) == ("failed", 5)


def test_a_provider_that_fails_and_fails_is_left_alone_for_a_while(
    fake: Fake, move_clock: Move
) -> None:
    fake.says = (503, {}, b"")
    drawer = provider(fake)
    for number in range(9):
        factories.make_lead(email=f"a@firm{number}.example")
    ask_all()
    assert len(fake.asked) == lookups.BREAKS_AFTER
    move_clock(timedelta(seconds=61))
    ask_all()
    drawer.refresh_from_db()
    assert len(fake.asked) == lookups.BREAKS_AFTER + 1
    assert near(drawer.rests_until, timedelta(minutes=2))


@pytest.mark.parametrize(
    ("status", "headers", "rests"),
    [
        (429, {"Retry-After": "120"}, timedelta(seconds=120)),
        (429, {"Retry-After": "99999999"}, timedelta(days=1)),
        (401, {}, timedelta(days=1)),
        (402, {}, timedelta(days=1)),
    ],
)
def test_it_is_left_alone_for_as_long_as_it_says(
    fake: Fake, status: int, headers: dict[str, str], rests: timedelta
) -> None:
    fake.says = (status, headers, b"")
    drawer = provider(fake)
    for number in range(3):
        factories.make_lead(email=f"a@firm{number}.example")
    ask_all()
    drawer.refresh_from_db()
    assert len(fake.asked) == 1
    assert near(drawer.rests_until, rests)
    fake.says = (200, {}, BODY)
    editing.save(drawer, {"key": "k2"})
    ask_all()
    assert fake.asked[-1][1] == "k2"


def test_an_address_inside_is_never_called(fake: Fake, settings: Any) -> None:
    provider(fake)
    settings.OUTBOUND_ALLOWED = []
    factories.make_lead(email="a@quay.example")
    ask_all()
    assert not fake.asked
    assert "does not call" in only().reason
