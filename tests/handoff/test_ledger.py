"""The chain of whose hands held a handoff tiles its life, whatever happens in which order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from accounts import clock
from accounts.models import Role, Team, User
from handoff import claims, handoffs, holding, ledger, promise_versions, splits, touches
from handoff.business_time import WorkWeek
from handoff.models import Calendar, CalendarVersion, Handoff, Segment, SlaTimer
from leadhub import invariants
from leads.models import Event
from tests import factories
from tests.handoff import minute_oracle
from tests.handoff.moments import earlier, minutes

OFFICE = {
    "zone": "Europe/Berlin",
    "weekly": {str(day): [["09:00", "12:30"], ["13:30", "17:00"]] for day in range(5)},
    "holidays": [],
    "overrides": {},
}
START = datetime(2026, 3, 26, 10, tzinfo=UTC)
MOVE = Callable[[timedelta], None]


def steps(handoff: Handoff) -> list[tuple[str, str]]:
    return [(s.step, s.holder) for s in ledger.standing([handoff.pk])]


def spans(handoff: Handoff) -> list[tuple[str, str, float, float | None]]:
    """Each segment with whose it is, and its minutes since the handoff was opened."""
    since = Handoff.objects.get(pk=handoff.pk).opened_at
    return [
        (
            s.step, holding.name_of(s), round((s.started_at - since).total_seconds() / 60),
            s.ended_at and round((s.ended_at - since).total_seconds() / 60),
        )
        for s in ledger.standing([handoff.pk]).select_related("user")
    ][2:]  # fmt: skip


@pytest.mark.django_db
def test_a_chain_goes_from_the_act_of_the_lead_to_the_decision(handoff: Handoff, sdr: User) -> None:
    claims.take(handoff, by=sdr, at=clock.now())
    touches.log(handoff.lead, kind="call", answer="reached", by=sdr, at=clock.now())
    handoffs.close(handoff, state="accepted", at=clock.now())
    assert steps(handoff) == [
        ("captured", "system"), ("scored", "system"), ("routed", "queue"), ("claimed", "person"),
        ("touched", "person"), ("talked", "person"), ("decided", "person"),
    ]  # fmt: skip
    chain = list(ledger.standing([handoff.pk]))
    assert chain[0].started_at == Event.objects.get(lead=handoff.lead).received_at
    assert chain[1].started_at == handoff.crossing.at
    assert chain[-1].ended_at == Handoff.objects.get(pk=handoff.pk).disposed_at


@pytest.mark.django_db
def test_a_new_owner_answers_for_the_time_from_then_on(
    handoff: Handoff, team: Team, sdr: User, move_clock: MOVE
) -> None:
    second = factories.make_user(Role.SDR, teams=[team], name="Sam Second")
    move_clock(minutes(10))
    claims.take(handoff, by=sdr, at=clock.now())
    move_clock(minutes(40))
    claims.release(handoff, by=sdr, at=clock.now())
    move_clock(minutes(5))
    claims.take(handoff, by=second, at=clock.now())
    move_clock(minutes(15))
    made = holding.stretches(handoff, at=clock.now())
    assert [(s.holder, round(s.working / 60)) for s in made if s.tone != "system"] == [
        ("Queue", 10), ("Rui Rep", 40), ("Queue", 5), ("Sam Second", 15),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_person_with_hours_of_their_own_is_reckoned_by_those(handoff: Handoff, sdr: User) -> None:
    calendar = Calendar.objects.create(name="Rui's", user=sdr)
    CalendarVersion.objects.create(calendar=calendar, number=1, week=OFFICE, created_at=clock.now())
    earlier(handoff, handoff.opened_at - START)
    claims.take(handoff, by=sdr, at=START + minutes(30))
    claims.release(handoff, by=sdr, at=START + minutes(24 * 60))
    queue, person, _again = list(ledger.standing([handoff.pk]))[2:]
    # Berlin is an hour ahead: from 11:30 to 12:30, from 13:30 to 17:00, from 9:00 to 11:00.
    assert (queue.working_s, person.working_s) == (30 * 60, 390 * 60)
    promise_versions.forget_hours(sdr, at=clock.now())
    claims.take(handoff, by=sdr, at=START + minutes(24 * 60))
    claims.release(handoff, by=sdr, at=START + minutes(48 * 60))
    assert list(ledger.standing([handoff.pk]))[-2].working_s == 24 * 3600
    assert person.calendar_version.week == OFFICE


@pytest.mark.django_db
def test_a_touch_written_down_later_is_put_where_it_belongs_and_nothing_is_lost(
    handoff: Handoff, team: Team, sdr: User, move_clock: MOVE
) -> None:
    second = factories.make_user(Role.SDR, teams=[team], name="Sam Second")
    start = clock.now()
    for minute, deed in (
        (10, lambda: claims.take(handoff, by=sdr, at=clock.now())),
        (20, lambda: claims.release(handoff, by=sdr, at=clock.now())),
        (30, lambda: claims.take(handoff, by=second, at=clock.now())),
        (40, lambda: touches.log(handoff.lead, kind="email", by=second, at=clock.now())),
    ):
        move_clock(start + minutes(minute) - clock.now())
        deed()
    before = Segment.objects.filter(handoff=handoff).count()
    touches.log(handoff.lead, kind="call", by=sdr, at=clock.now(), occurred_at=start + minutes(15))
    assert spans(handoff) == [
        ("routed", "Queue", 0, 10),
        ("claimed", "Rui Rep", 10, 15),
        ("touched", "Rui Rep", 15, 20),
        ("queued", "Queue", 20, 30),
        ("claimed", "Sam Second", 30, None),
    ]
    replaced = Segment.objects.filter(handoff=handoff).exclude(replaced_at=None)
    assert [s.step for s in replaced.order_by("id")] == ["claimed", "queued", "claimed", "touched"]
    assert Segment.objects.filter(handoff=handoff).count() == before + 4


@pytest.mark.django_db
def test_the_database_refuses_what_would_make_the_chain_untrue(handoff: Handoff, sdr: User) -> None:
    claims.take(handoff, by=sdr, at=clock.now())
    chain = list(ledger.standing([handoff.pk]))
    running, closed = chain[-1], chain[-2]

    def refused(deed: Callable[[], object]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    rows = Segment.objects.filter(pk=closed.pk)
    refused(lambda: rows.update(working_s=1 + (closed.working_s or 0)))
    refused(lambda: rows.update(user=sdr))
    refused(rows.delete)
    like = {"handoff": handoff, "step": "queued", "holder": "queue", "known_at": clock.now()}
    at = running.started_at
    # A second one that runs, a second successor, and one after a gap.
    refused(lambda: Segment.objects.create(**like, previous=running, started_at=at))
    none = {"started_at": at, "ended_at": at, "working_s": 0}
    refused(lambda: Segment.objects.create(**like, previous=closed, **none))
    late = at + minutes(2)
    Segment.objects.filter(pk=running.pk).update(ended_at=at + minutes(1), working_s=60)
    refused(lambda: Segment.objects.create(**like, previous=running, started_at=late))
    Segment.objects.create(**like, previous=running, started_at=at + minutes(1))


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "other", "release", "touch", "talk", "note", "decide"]),
        st.integers(0, 900),  # minutes since the deed before
        st.integers(0, 1500),  # minutes that a touch lies back
    ),
    max_size=9,
)


class Chains(HypothesisTestCase):
    """One handoff of a team with office hours; what it went through, written by the rooms and by hand."""

    @classmethod
    def setUpTestData(cls) -> None:
        factories.publish_model()
        team = factories.make_team(week=OFFICE)
        cls.reps = [factories.make_user(Role.SDR, teams=[team], password=None) for _n in range(2)]
        cls.handoff = factories.make_mql()
        # On a whole minute of a Thursday, since the oracle counts minutes; summer time begins on Sunday.
        earlier(cls.handoff, cls.handoff.opened_at - START)

    @settings(max_examples=25, deadline=None)
    @given(DEEDS)
    def test_segments_tile_the_life_and_working_time_is_that_of_the_oracle(
        self, deeds: list[tuple[str, int, int]]
    ) -> None:
        plain = Plain(START)
        for deed, wait, back in deeds:
            plain.now += minutes(wait)
            _do(deed, self.handoff, self.reps, plain, back)
        chain = list(ledger.standing([self.handoff.pk]))
        _is_whole(chain, Handoff.objects.get(pk=self.handoff.pk))
        _is_oracle(chain)
        for moment, holder in plain.held:
            assert _held(chain, moment) == holder
        _is_summed(self.handoff, plain.now)
        assert not [b for b in map(_broken_promise, LEDGER) if b]


class Plain:
    """Who has it from when on, without a database."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self.owner: User | None = None
        self.ended = False
        self.held: list[tuple[datetime, int | None]] = [(start, None)]

    def goes_to(self, owner: User | None) -> None:
        self.owner = owner
        self.held = [h for h in self.held if h[0] != self.now]
        self.held.append((self.now, owner.pk if owner else None))


def _do(deed: str, handoff: Handoff, reps: list[User], plain: Plain, back: int) -> None:
    rep = reps[deed == "other"]
    if deed in ("claim", "other") and plain.owner is None and not plain.ended:
        claims.take(handoff, by=rep, at=plain.now)
        plain.goes_to(rep)
    elif deed == "release" and plain.owner is not None and not plain.ended:
        claims.release(handoff, by=plain.owner, at=plain.now)
        plain.goes_to(None)
    elif deed in ("touch", "talk", "note"):
        happened = max(plain.now - minutes(back), plain.held[0][0])
        kind = {"touch": "email", "talk": "meeting", "note": "note"}[deed]
        touches.log(handoff.lead, kind=kind, by=rep, at=plain.now, occurred_at=happened)
    elif deed == "decide" and not plain.ended:
        handoffs.close(handoff, state="recycled", at=plain.now)
        plain.ended = True


def _is_whole(chain: list[Segment], handoff: Handoff) -> None:
    assert [s.ended_at for s in chain[:-1]] == [s.started_at for s in chain[1:]]
    assert [s.previous_id for s in chain] == [None, *[s.pk for s in chain[:-1]]]
    assert chain[-1].ended_at == handoff.disposed_at
    # Each of these happens once; the first touch at its own time, if not in the moment of the decision.
    steps = [s.step for s in chain]
    assert all(steps.count(step) <= 1 for step in ("touched", "talked", "decided"))
    touched = [s.started_at for s in chain if s.step == "touched"]
    expected = [at for at in [handoff.first_touch_at] if at and at != handoff.disposed_at]
    assert touched == expected or handoff.first_touch_at == handoff.disposed_at


LEDGER = [promise for promise in invariants.PROMISES if "ledger" in promise]


def _broken_promise(promise: str) -> invariants.Broken | None:
    return invariants._broken(promise, invariants.PROMISES[promise], {})


def _is_summed(handoff: Handoff, at: datetime) -> None:
    """The split of the statement is that of the stretches, which ask one by one; with what still runs."""
    timers = SlaTimer.objects.filter(handoff=handoff)
    groups = splits.in_groups(timers, at=at, by={"clock": F("pk")}, late=Q(closed_at=None))["clock"]
    assert {pk: (group.n, vars(group.held)) for pk, group in groups.items()} == {
        timer.pk: (1, _summed(handoff, at, timer.closed_at or at)) for timer in timers
    }


def _summed(handoff: Handoff, at: datetime, until: datetime) -> dict[str, int]:
    sums = {"system": 0, "unclaimed": 0, "human": 0, "prospect": 0}
    for stretch in holding.stretches(handoff, at=at, until=until):
        sums[{"queue": "unclaimed"}.get(stretch.tone, stretch.tone)] += stretch.working
    return sums


def _is_oracle(chain: list[Segment]) -> None:
    week = WorkWeek.from_json(OFFICE)
    for segment in chain:
        if segment.ended_at is not None and segment.holder != "system":
            expected = minute_oracle.between(week, segment.started_at, segment.ended_at)
            assert segment.working_s == expected


def _held(chain: list[Segment], moment: datetime) -> int | None:
    at_once = [s for s in chain if s.started_at <= moment and s.step != "decided"]
    return at_once[-1].user_id
