"""Figures over promises, counted from deadlines; each opens the rows that it counts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff import breaches, claims, handoffs, holding, queue, sla, touches
from handoff.models import Handoff, SlaTimer
from leads.models import Crossing
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import clock_of, earlier, minutes, ring_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(live_model: ModelVersion, team: Team, sdr: User) -> list[Handoff]:
    """One claimed in time, one claimed late, one overdue, one still in time, one cancelled."""
    made = factories.make_mqls(
        *[{"first_name": name} for name in ("Kept", "Late", "Open", "New", "Gone")]
    )
    earlier(made[1], minutes(70))
    earlier(made[2], minutes(90))
    for handoff in made[:2]:
        claims.take(handoff, by=sdr, at=clock.now())
    handoffs.close(made[4], state="recycled", at=clock.now())
    return made


def verdicts(user: User, milestone: str = "claim", days: int = 7) -> tuple[int, int]:
    """How many promises were kept, and how many were late."""
    asks = [breaches.Ask(milestone=milestone, verdict=v, days=days) for v in ("kept", "late")]
    kept, late = [breaches.asked(user, ask, at=clock.now()).count() for ask in asks]
    return kept, late


def test_promises_are_counted_by_what_was_decided(mixed: list[Handoff], manager: User) -> None:
    assert verdicts(manager) == (1, 2)
    ring_all()
    assert verdicts(manager) == (1, 2)


def test_it_counts_by_the_deadline_and_not_by_the_alarm(
    mixed: list[Handoff], manager: User
) -> None:
    earlier(mixed[2], timedelta(days=8))
    ring_all()
    assert verdicts(manager) == (1, 1)
    assert verdicts(manager, days=30) == (1, 2)


def test_an_annulled_breach_was_kept(handoff: Handoff, manager: User) -> None:
    earlier(handoff, minutes(260))
    ring_all()
    assert verdicts(manager, "first_touch") == (0, 1)
    touches.log(
        handoff.lead, kind="call", by=None, at=clock.now(), occurred_at=clock.now() - minutes(60)
    )
    assert verdicts(manager, "first_touch") == (1, 0)


def test_a_breach_says_whose_hands_it_was_in(handoff: Handoff, sdr: User, manager: User) -> None:
    claims.take(handoff, by=sdr, at=handoff.opened_at)
    earlier(handoff, minutes(250))
    crossing_of(handoff, minutes(250))
    ring_all()
    rows, _following = breaches.page(manager, breaches.Ask(), at=clock.now())
    assert [(row.timer.milestone, row.holder) for row in rows] == [("first_touch", "Rui Rep")]
    assert rows[0].late_s == pytest.approx(600, abs=60)


def crossing_of(handoff: Handoff, by: timedelta) -> None:
    """The journal and the crossing go into the past with the handoff."""
    Crossing.objects.filter(pk=handoff.crossing_id).update(at=handoff.crossing.at - by)
    for entry in handoff.lead.journal.all():
        type(entry).objects.filter(pk=entry.pk).update(at=entry.at - by)


def test_lateness_counts_working_time(live_model: ModelVersion, manager: User, team: Team) -> None:
    handoff = factories.make_mql()
    version = team.calendar.versions.get()
    # Open for one hour a day: a day later is an hour later.
    version.week["weekly"] = {str(day): [["12:00", "13:00"]] for day in range(7)}
    version.save()
    earlier(handoff, minutes(60) + timedelta(days=2))
    rows, _following = breaches.page(manager, breaches.Ask(milestone="claim"), at=clock.now())
    assert rows[0].late_s == pytest.approx(7200, abs=60)


def test_breaches_are_paged_by_key(mixed: list[Handoff], manager: User, monkeypatch) -> None:
    monkeypatch.setattr(breaches, "PAGE", 1)
    first, following = breaches.page(manager, breaches.Ask(), at=clock.now())
    second, end = breaches.page(manager, breaches.Ask(after=following), at=clock.now())
    assert [row.timer.handoff.lead.first_name for row in first + second] == ["Late", "Open"]
    assert end == ""


def test_the_now_row_counts_the_open(mixed: list[Handoff], manager: User, outsider: User) -> None:
    now = sla.now(manager, at=clock.now(), soon=queue.SOON)
    assert (now.unclaimed, now.soon, now.overdue) == (2, 0, 1)
    assert now.oldest == mixed[2]
    assert sla.now(outsider, at=clock.now(), soon=queue.SOON).unclaimed == 0


def test_the_strip_tells_the_median_claim_in_working_time(mixed: list[Handoff], sdr: User) -> None:
    SlaTimer.objects.filter(handoff=mixed[0], milestone="claim").update(consumed_s=100)
    SlaTimer.objects.filter(handoff=mixed[1], milestone="claim").update(consumed_s=300)
    median, week = sla.strip(sdr, at=clock.now(), today=clock.now() - timedelta(days=1))
    assert median == 200
    assert week.total == 3


def test_who_held_it_adds_up_to_the_whole_time(handoff: Handoff, sdr: User) -> None:
    earlier(handoff, minutes(30))
    claims.take(handoff, by=sdr, at=clock.now() - minutes(20))
    claims.release(handoff, by=sdr, at=clock.now() - minutes(5))
    made = holding.stretches(handoff, at=clock.now())
    assert [(s.holder, s.tone) for s in made][-3:] == [
        ("Queue", "queue"), ("Rui Rep", "human"), ("Queue", "queue"),
    ]  # fmt: skip
    assert [round(s.seconds / 60) for s in made[-3:]] == [10, 15, 5]
    assert sum(s.working for s in made) == pytest.approx(sum(s.seconds for s in made), abs=4)


@pytest.mark.parametrize("name", ["sla:show", "handoff:breaches"])
def test_pages_ask_as_often_for_many_as_for_few(
    client: Client, mixed: list[Handoff], manager: User, name: str,
    django_assert_max_num_queries,
) -> None:  # fmt: skip
    client.force_login(manager)
    client.get(reverse(name))
    with django_assert_max_num_queries(30) as few:
        assert client.get(reverse(name)).status_code == 200
    for _n in range(5):
        earlier(factories.make_mql(), minutes(61))
        factories.make_mql()
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse(name))


@pytest.mark.parametrize(
    "query",
    [
        "?days=x&milestone=y&verdict=z&team=q",
        "?after=~",
        "?team=999999999999",
        "?after=1~x",
        "?after=2026-01-01T00:00:00%2B00:00~" + "9" * 30,
    ],
)
def test_nonsense_in_the_address_is_left_out(client: Client, manager: User, query: str) -> None:
    client.force_login(manager)
    assert client.get(reverse("handoff:breaches") + query).status_code == 200


def test_an_sdr_does_not_see_the_figures(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    assert client.get(reverse("sla:show")).status_code == 403


def test_a_clock_is_found_behind_the_tile(
    client: Client, mixed: list[Handoff], manager: User
) -> None:
    client.force_login(manager)
    page = client.get(reverse("sla:show")).content.decode()
    for piece in ("Unclaimed", "Oldest untouched", "New", "open round the clock"):
        assert piece in page
    assert clock_of(mixed[2]).closed_at is None
