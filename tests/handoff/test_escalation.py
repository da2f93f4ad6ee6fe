"""Chains: each step acts once, at its moment, and what tells nobody is counted all the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import Role, Team, User
from handoff import chains, claims, escalation, ledger, promise_versions, touches
from handoff.chains import Do, Step, When
from handoff.models import (
    Channel,
    Delivery,
    Handoff,
    Notification,
    SlaAlarm,
    SlaEvent,
    SlaPolicy,
)
from leadhub import invariants, pipeline
from leads.models import JournalEntry
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import minutes, ring_all

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


def give_chain(team: Team, *steps: Step) -> None:
    policy = SlaPolicy.objects.get(team=team)
    promise_versions.set_chain(policy, [step.to_json() for step in steps], at=clock.now())


def told(kind: str = "") -> list[tuple[str, str]]:
    found = Notification.objects.filter(kind__in=[kind] if kind else ["warn", "breach", "nudge"])
    return list(found.order_by("id").values_list("user__name", "kind"))


def test_each_step_acts_once_and_at_its_moment(
    live_model: ModelVersion, team: Team, sdr: User, manager: User, move_clock: Move
) -> None:
    room = Channel.objects.create(name="Room", kind="webhook", url="x", host="x", created_at=clock.now())  # fmt: skip
    give_chain(
        team,
        Step(When.PERCENT, Do.WARN, 50, of="first_touch"),
        Step(When.DUE, Do.POST, to=room.pk, of="first_touch"),
        Step(When.AFTER, Do.NUDGE, 10, of="first_touch"),
        Step(When.AFTER, Do.MANAGER, 20, of="first_touch"),
        Step(When.AFTER, Do.TAKE_BACK, 30, of="first_touch"),
    )
    handoff = factories.make_mql()
    claims.take(handoff, by=sdr, at=clock.now())
    pipeline.drain()
    seen = []
    for wait in (119, 2, 120, 10, 10, 10):
        move_clock(minutes(wait))
        ring_all()
        ring_all()
        handoff.refresh_from_db()
        seen.append((told(), Delivery.objects.exclude(channel=None).count(), handoff.state))
    rui, ines = ("Rui Rep", "warn"), ("Ines Manager", "breach")
    nudged = ("Rui Rep", "nudge")
    assert seen == [
        ([], 0, "claimed"),
        ([rui], 0, "claimed"),
        ([rui], 1, "claimed"),
        ([rui, nudged], 1, "claimed"),
        ([rui, nudged, ines], 1, "claimed"),
        ([rui, nudged, ines], 1, "queued"),
    ]
    events = (
        SlaEvent.objects.filter(timer__milestone="first_touch").exclude(kind="warn").order_by("id")
    )
    assert list(events.values_list("kind", "step", "told")) == [
        ("step", 1, 1), ("breach", 0, 1), ("step", 3, 1), ("step", 4, 1), ("step", 5, 1),
    ]  # fmt: skip
    assert [s.step for s in ledger.standing([handoff.pk])][-2:] == ["claimed", "queued"]
    assert not [broken for broken in invariants.check() if "alarm" in broken.promise]


def test_the_next_rep_who_works_and_has_room_gets_it(
    live_model: ModelVersion, team: Team, sdr: User, manager: User, move_clock: Move
) -> None:
    second = factories.make_user(Role.SDR, teams=[team], name="Sam Second")
    give_chain(team, Step(When.DUE, Do.REASSIGN, of="first_touch"))
    handoff = factories.make_mql()
    claims.take(handoff, by=sdr, at=clock.now())
    move_clock(minutes(241))
    ring_all()
    handoff.refresh_from_db()
    assert handoff.owner == second
    moved = [s.user_id for s in ledger.standing([handoff.pk]) if s.step == "claimed"]
    assert moved == [sdr.pk, second.pk]
    assert told("breach") == []


def test_where_nobody_else_has_room_the_managers_hear_of_it(
    live_model: ModelVersion, team: Team, sdr: User, manager: User, move_clock: Move
) -> None:
    give_chain(team, Step(When.AFTER, Do.REASSIGN, 5, of="first_touch"))
    handoff = factories.make_mql()
    claims.take(handoff, by=sdr, at=clock.now())
    move_clock(minutes(246))
    ring_all()
    handoff.refresh_from_db()
    assert handoff.owner == sdr
    assert told() == [("Ines Manager", "breach")]
    assert "Nobody else works now" in Notification.objects.get(kind="breach").text


def test_a_breach_that_tells_nobody_is_counted(
    live_model: ModelVersion, team: Team, move_clock: Move
) -> None:
    give_chain(team)
    factories.make_mql()
    move_clock(minutes(61))
    ring_all()
    assert sorted(SlaEvent.objects.values_list("kind", "told")) == [("breach", 0), ("warn", 0)]
    assert told() == []


def test_what_was_done_meanwhile_silences_what_was_to_come(
    live_model: ModelVersion, team: Team, sdr: User, manager: User, move_clock: Move
) -> None:
    give_chain(team, Step(When.AFTER, Do.MANAGER, 20), Step(When.AFTER, Do.TAKE_BACK, 20))
    handoff = factories.make_mql()
    claims.take(handoff, by=sdr, at=clock.now())
    move_clock(minutes(250))
    ring_all()
    touches.log(handoff.lead, kind="call", by=sdr, at=clock.now())
    move_clock(minutes(60))
    ring_all()
    handoff.refresh_from_db()
    assert (told(), handoff.owner) == ([], sdr)


def test_steps_after_a_missed_claim_go_on_when_the_lead_is_given_back(
    live_model: ModelVersion, team: Team, sdr: User, manager: User, move_clock: Move
) -> None:
    give_chain(team, Step(When.AFTER, Do.MANAGER, 30, of="claim"))
    handoff = factories.make_mql()
    move_clock(minutes(65))
    ring_all()
    claims.take(handoff, by=sdr, at=clock.now())
    assert SlaAlarm.objects.get(kind="step").state == "cancelled"
    move_clock(minutes(5))
    claims.release(handoff, by=sdr, at=clock.now())
    move_clock(minutes(25))
    ring_all()
    assert told("breach") == [("Ines Manager", "breach")]


def test_a_new_version_keeps_the_chain_and_clocks_keep_their_version(
    handoff: Handoff, team: Team, manager: User, move_clock: Move
) -> None:
    policy = SlaPolicy.objects.get(team=team)
    give_chain(team, Step(When.AFTER, Do.MANAGER, 30))
    version = policy.versions.order_by("-number")[0]
    again = promise_versions.set_targets(policy, version.targets, warn_percent=50, at=clock.now())
    assert (again.number, again.chain) == (3, version.chain)
    move_clock(minutes(61))
    ring_all()
    # The clock was started by the usual chain.
    assert told("breach") == [("Ines Manager", "breach")]


def test_a_nudge_is_told_once_in_a_while_and_stands_in_the_story(
    handoff: Handoff, sdr: User, manager: User
) -> None:
    at = clock.now()
    claims.take(handoff, by=sdr, at=at)
    assert [escalation.nudge(handoff, by=manager, at=at) for _n in range(2)] == [1, 0]
    assert told("nudge") == [("Rui Rep", "nudge")]
    text = Notification.objects.get(kind="nudge").text
    assert text.startswith("Ines Manager asks you to look at Maya Alvarez.")
    assert "first touch by" in text
    entry = JournalEntry.objects.get(kind="handoff.nudged")
    assert (entry.actor, entry.data["holder"]) == (manager, "Rui Rep")


def test_the_usual_chain_is_what_every_policy_had() -> None:
    assert chains.of_json(None) == (Step(When.WARNING, Do.WARN), Step(When.DUE, Do.MANAGER))
    assert chains.at_own_moments(chains.USUAL, "claim") == []
    said = [chains.words(step, warn_percent=75, names={}) for step in chains.USUAL]
    assert said == [
        "When 75% of the time is gone: warn the owner or the team.",
        "At the deadline: tell the managers.",
    ]
