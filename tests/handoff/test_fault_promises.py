"""What befalls clocks that run when promises change under them, and when they rest again and again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from accounts.models import Team, User
from handoff import claims, pauses, promise_changes, promise_versions, sla, timers
from handoff.business_time import WorkWeek, add, next_closing
from handoff.models import (
    CalendarVersion,
    Handoff,
    Notification,
    SlaEvent,
    SlaPolicy,
    SlaPolicyVersion,
    SlaTimer,
)
from leadhub import pipeline
from leads.models import JournalEntry
from scoring.models import ModelVersion
from tests import factories
from tests.handoff import minute_oracle
from tests.handoff.moments import clock_of, earlier, minutes

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]
Seen = dict[int, tuple[Any, ...]]
OFFICE = {
    "zone": "Europe/Berlin", "weekly": {str(day): [["09:00", "17:00"]] for day in range(5)},
    "holidays": [], "overrides": {},
}  # fmt: skip


@pytest.fixture
def four(live_model: ModelVersion, team: Team, move_clock: Move) -> list[Handoff]:
    """Opened ten minutes apart; the last one just now."""
    made = []
    for number in range(4):
        move_clock(minutes(10 if number else 0))
        made.append(factories.make_mql())
    return made


def seen() -> Seen:
    rows = SlaTimer.objects.values_list(
        "pk", "due_at", "generation", "state", "policy_version", "calendar_version"
    )
    return {pk: tuple(rest) for pk, *rest in rows}


def work_off() -> None:
    while promise_changes.advance(factories.now()):
        pass
    timers.ring()
    pipeline.drain()


def hurry() -> SlaPolicyVersion:
    """Twenty-five minutes instead of an hour: who is older than that is late."""
    targets = {"claim": {"minutes": 25, "clock": "business"}}
    return promise_versions.set_targets(
        SlaPolicy.objects.get(), targets, warn_percent=75, at=factories.now()
    )


def told() -> set[tuple[int, str, str, str]]:
    """Clock, old and new deadline, and what became of it, as the leads' stories keep it."""
    entries = JournalEntry.objects.filter(kind="timer.moved").values_list("data", flat=True)
    return {(one["timer"], one["from"], one["to"], one["result"]) for one in entries}


def iso(moment: datetime) -> str:
    return moment.isoformat()


def test_an_edited_policy_leaves_clocks_that_run_alone(four: list[Handoff], sdr: User) -> None:
    before = seen()
    version = hurry()
    work_off()
    assert seen() == before and told() == set()
    fresh = clock_of(factories.make_mql())
    assert (fresh.policy_version, fresh.budget_s) == (version, 1500)


def test_an_edited_policy_that_is_applied_moves_each_clock_once_and_says_from_when_to_when(
    four: list[Handoff], manager: User
) -> None:
    before = seen()
    version = hurry()
    promise_changes.ask(version, by=manager, at=factories.now())
    work_off()
    claims_now = [clock_of(handoff) for handoff in four]
    assert [(one.state, one.cause, one.generation) for one in claims_now] == [
        ("breached", "change", 2), ("running", "", 2), ("running", "", 2), ("running", "", 2),
    ]  # fmt: skip
    assert {one.policy_version for one in claims_now} == {version}
    moved = {
        (one.pk, iso(before[one.pk][0]), iso(one.due_at), "broken" if one.cause else "moved")
        for one in claims_now
        if one.due_at
    }
    assert told() == moved and len(moved) == 4
    # The other promises of the four are not in the new version, and run on.
    others = {handoff.timers.get(milestone="first_touch").pk for handoff in four}
    assert {pk: now for pk, now in seen().items() if pk in others} == {
        pk: was for pk, was in before.items() if pk in others
    }


def test_no_storm_breaks_loose_and_nobody_is_charged(
    four: list[Handoff], manager: User, sdr: User
) -> None:
    promise_changes.ask(hurry(), by=manager, at=factories.now())
    work_off()
    once = seen()
    work_off()
    assert seen() == once
    assert not SlaEvent.objects.exists()
    notes = Notification.objects.filter(kind__in=["breach", "warn", "moved"])
    assert [(note.user, note.kind) for note in notes] == [(manager, "moved")]
    assert not SlaTimer.objects.filter(sla.late(at=factories.now())).exists()


def test_edited_hours_move_clocks_only_where_they_are_applied(
    four: list[Handoff], team: Team, manager: User
) -> None:
    before = seen()
    today = factories.now().date()
    shut: dict[str, list[object]] = {
        (today + timedelta(days=day)).isoformat(): [] for day in (-1, 0, 1)
    }
    week = WorkWeek.from_json({**factories.ALWAYS, "overrides": shut})
    version = promise_versions.set_hours(team, week, at=factories.now())
    work_off()
    assert seen() == before
    promise_changes.ask(version, by=manager, at=factories.now())
    work_off()
    after = seen()
    assert all(after[pk][0] > was[0] and after[pk][4] == version.pk for pk, was in before.items())
    assert told() == {
        (pk, iso(was[0]), iso(after[pk][0]), "moved") for pk, was in before.items()
    }  # fmt: skip
    assert not SlaEvent.objects.exists()


@pytest.fixture
def held(live_model: ModelVersion) -> list[Handoff]:
    """Four that one rep has claimed, by office hours, with clocks that began at a whole minute."""
    team = factories.make_team(week=OFFICE, minutes=2400)
    rep = factories.make_user(teams=[team])
    SlaPolicyVersion.objects.update(pause_days=90)
    made = [factories.make_mql() for _n in range(4)]
    for handoff in made:
        claims.take(handoff, by=rep, at=factories.now())
        began = clock_of(handoff, "first_touch").started_at
        earlier(handoff, timedelta(seconds=began.second, microseconds=began.microsecond))
    return made


def week() -> WorkWeek:
    return WorkWeek.from_json(CalendarVersion.objects.get().week)


def test_any_sequence_of_rests_costs_exactly_the_working_time_between_them(
    held: list[Handoff],
) -> None:
    for seed, handoff in enumerate(held):
        chance, at = Random(seed), clock_of(handoff, "first_touch").started_at
        used, rests, since = 0, False, at
        for _step in range(8):
            at += minutes(chance.randint(1, 900))
            if rests:
                pauses.resume(handoff, by=None, at=at)
                since = at
            else:
                pauses.pause(handoff, reason="Fair", until=None, by=None, at=at)
                used += minute_oracle.between(week(), since, at)
            rests = not rests
            clock = clock_of(handoff, "first_touch")
            left = clock.budget_s - used
            assert clock.consumed_s == used
            assert clock.due_at == (None if rests else add(week(), at, left))


def test_resting_while_nobody_works_changes_no_deadline(held: list[Handoff]) -> None:
    for handoff in held:
        clock = clock_of(handoff, "first_touch")
        closes = next_closing(week(), add(week(), clock.started_at, 60))
        assert closes is not None
        pauses.pause(handoff, reason="Night", until=None, by=None, at=closes + minutes(60))
        pauses.resume(handoff, by=None, at=closes + minutes(600))
        due = add(week(), clock.started_at, clock.budget_s)
        assert clock_of(handoff, "first_touch").due_at == due
