"""Many at once: six sweepers, fifty reps, a touch in the very second of the deadline."""

import os
from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError

from accounts import clock
from accounts.models import Role, User
from handoff import claims, handoffs, timers, touches
from handoff.models import Handoff, SlaAlarm, SlaEvent, SlaTimer
from leadhub import pipeline
from leads.models import Crossing, JournalEntry, Lead
from leads.stages import Stage
from tests import factories
from tests.handoff.moments import at_once, earlier, minutes

LONG = bool(os.environ.get("LEADHUB_LONG"))
pytestmark = pytest.mark.django_db(transaction=True)


def sweep_dry() -> int:
    fired = 0
    while rang := timers.ring(limit=5):
        fired += rang
    return fired


def test_six_sweepers_fire_each_alarm_once() -> None:
    factories.make_team()
    factories.publish_model()
    opened = factories.make_mqls(*[{}] * 15)
    for handoff in opened:
        earlier(handoff, minutes(300))
    fired = at_once(*[sweep_dry] * 6)
    assert sum(fired) == 60
    assert SlaEvent.objects.count() == JournalEntry.objects.filter(kind="timer.rang").count() == 60
    assert set(SlaTimer.objects.values_list("state", flat=True)) == {"breached"}
    assert not SlaAlarm.objects.exclude(state="fired").exists()


def test_of_fifty_who_claim_at_once_one_wins_and_the_others_are_told_who() -> None:
    team = factories.make_team()
    factories.publish_model()
    handoff = factories.make_mql()
    reps = [factories.make_user(Role.SDR, teams=[team]) for _n in range(50)]

    def claim(rep: User) -> str:
        try:
            claims.take(handoff, by=rep, at=clock.now())
        except claims.Taken as taken:
            return taken.owner.name if taken.owner else "nobody"
        return ""

    said = at_once(*[partial(claim, rep) for rep in reps])
    winner = reps[said.index("")]
    assert said.count("") == 1
    assert set(said) == {"", winner.name}
    lead = Lead.objects.get()
    assert (lead.owner, lead.stage) == (winner, Stage.WORKING)
    assert JournalEntry.objects.filter(kind="handoff.claimed").count() == 1


def test_of_many_who_ask_for_the_next_lead_at_once_each_gets_another() -> None:
    team = factories.make_team()
    factories.publish_model()
    opened = factories.make_mqls(*[{}] * 10)
    reps = [factories.make_user(Role.SDR, teams=[team]) for _n in range(12)]
    given = at_once(*[partial(claims.take_next, rep, at=clock.now()) for rep in reps])
    assert sorted(handoff.pk for handoff in given if handoff) == [handoff.pk for handoff in opened]
    assert given.count(None) == 2
    for handoff, rep in zip(given, reps, strict=True):
        if handoff:
            assert Handoff.objects.get(pk=handoff.pk).owner == rep


def test_reps_managers_and_rules_that_reach_for_the_same_leads_leave_one_holder_each() -> None:
    """Claims, reassignments and returns at once: no circle of waiting, and each lead's rows agree."""
    team = factories.make_team()
    factories.publish_model()
    opened = factories.make_mqls(*[{}] * 8)
    reps = [factories.make_user(Role.SDR, teams=[team]) for _n in range(4)]
    ids = [handoff.pk for handoff in opened]

    def claim(rep: User) -> int:
        return sum(_won(handoff, rep) for handoff in opened)

    def give(rep: User, backwards: bool) -> int:
        seen = list(Handoff.objects.filter(pk__in=ids).order_by("-pk" if backwards else "pk"))
        return len(claims.reassign(seen, to=rep, by=None, at=clock.now(), reason="").ids)

    def take_back() -> int:
        return len(claims.take_back(ids, at=clock.now(), reason="").ids)

    at_once(
        *[partial(claim, rep) for rep in reps], partial(give, reps[0], True),
        partial(give, reps[1], False), take_back, take_back,
    )  # fmt: skip
    rows = Handoff.objects.select_related("lead__score")
    for handoff in rows:
        owner = handoff.owner_id
        assert (handoff.lead.owner_id, handoff.lead.score.owner_id) == (owner, owner)
        assert handoff.lead.stage == (Stage.WORKING if owner else Stage.MQL)
        running = SlaTimer.objects.filter(handoff=handoff, milestone="claim", closed_at=None)
        assert running.count() == (0 if owner else 1)
    in_and_out = JournalEntry.objects.filter(kind__in=["handoff.claimed", "handoff.released"])
    turns = {"handoff.claimed": 1, "handoff.released": -1}
    held = sum(turns[kind] for kind in in_and_out.values_list("kind", flat=True))
    first_hands = JournalEntry.objects.filter(kind="handoff.reassigned", data__from=None).count()
    assert held + first_hands == rows.filter(state="claimed").count()


def _won(handoff: Handoff, rep: User) -> bool:
    try:
        claims.take(handoff, by=rep, at=clock.now())
    except claims.Taken:
        return False
    return True


def test_a_touch_and_a_sweep_at_the_same_moment_agree() -> None:
    """Whoever is first, a clock that was met has no breach and a breached one has exactly one."""
    factories.make_team()
    factories.publish_model()
    for _round in range(1000 if LONG else 12):
        handoff = factories.make_mql()
        earlier(handoff, minutes(241))
        in_time = clock.now() - minutes(5)
        at_once(
            partial(touches.log, handoff.lead, kind="call", by=None, at=clock.now(), occurred_at=in_time),
            timers.ring,
            timers.ring,
        )  # fmt: skip
        timers.ring()
        timer = SlaTimer.objects.get(handoff=handoff, milestone="first_touch")
        kinds = list(
            timer.events.exclude(kind="warn").order_by("id").values_list("kind", flat=True)
        )
        assert timer.state == "met"
        assert kinds in ([], ["breach", "annulled"])


def test_people_and_sweepers_do_not_wait_for_one_another_in_a_circle() -> None:
    team = factories.make_team()
    factories.publish_model()
    rep = factories.make_user(Role.SDR, teams=[team])
    opened = factories.make_mqls(*[{}] * 10)
    for handoff in opened:
        earlier(handoff, minutes(300))

    def work() -> list[str]:
        return [trouble for handoff in opened if (trouble := _tried(partial(_work, handoff, rep)))]

    def sweep() -> list[str]:
        return [trouble for _n in range(40) if (trouble := _tried(lambda: timers.ring(limit=3)))]

    assert [trouble for each in at_once(work, sweep, sweep, sweep) for trouble in each] == []
    breaches = SlaEvent.objects.filter(kind="breach")
    assert breaches.count() == breaches.values("timer").distinct().count()
    told = JournalEntry.objects.filter(kind="timer.rang").count()
    assert told == SlaEvent.objects.count()


def _work(handoff: Handoff, rep: User) -> None:
    claims.take(handoff, by=rep, at=clock.now())
    touches.log(handoff.lead, kind="call", by=rep, at=clock.now())
    claims.release(handoff, by=rep, at=clock.now())


def _tried(deed: Callable[[], object]) -> str:
    try:
        deed()
    except OperationalError as error:
        return str(error)
    return ""


def test_six_pipelines_open_one_handoff_for_a_crossing() -> None:
    factories.make_team()
    factories.publish_model()
    lead = factories.make_lead(title="Chief Operating Officer")
    factories.make_event(lead, "demo_request")
    pipeline.engine.rescore([lead.pk], at=clock.now(), cause="activity")
    crossing = Crossing.objects.get()
    at_once(*[partial(handoffs.open_for, [crossing.pk], at=clock.now())] * 6)
    assert Handoff.objects.count() == 1
    assert SlaTimer.objects.count() == 2
    assert JournalEntry.objects.filter(kind="handoff.opened").count() == 1
