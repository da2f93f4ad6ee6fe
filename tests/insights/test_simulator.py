"""Nothing changed gives what was observed; a change goes the way it must; and the page says so in words."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Team, User
from handoff.business_time import ALWAYS, WorkWeek
from handoff.models import Handoff
from insights import periods
from insights.shifts import Crew, Member
from insights.simulator.answer import Choice, Simulator
from insights.simulator.came import Past
from insights.simulator.replay import Replay, Setting, calibrated
from insights.simulator.words import sentence
from insights.simulator.world import world
from insights.sla.asking import Ask
from leads.models import LeadScore, ScoreHistory
from tests import factories
from tests.insights.came_by_hand import Lead, came
from tests.insights.facts import DAY, HOUR, plant, promise

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
OFFICE = WorkWeek("Europe/Berlin", dict.fromkeys(range(5), ((9 * 3600, 17 * 3600),)))
LINE = 50
ROSE: dict[str, Any] = {"fit": 0, "engagement": 0, "negative": 0, "band": "", "version": 1}


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """Two weeks of a team: leads at any time, touched soon, late or never, some of them below the line."""
    leads = [
        Lead(
            lead, 1, ((draw(st.integers(0, 14 * 86_400)), total),), chance=0.3,
            took=draw(st.none() | st.integers(0, 20_000)) if total >= LINE else None,
            budget=draw(st.sampled_from([1800, 7200])) if total >= LINE else 0,
            judged=total >= LINE, handed=total >= LINE,
        )
        for lead in range(draw(st.integers(0, 60)))
        for total in [draw(st.integers(30, 90))]
    ]  # fmt: skip
    return Past(BEGIN, BEGIN + 14 * DAY, LINE, came(leads))


def crew(people: float, week: WorkWeek) -> Crew:
    return Crew(1, week, (Member(people, week),))


def replayed(past: Past, people: float = 1, week: WorkWeek = OFFICE) -> Replay:
    return calibrated(world(past, [crew(people, week)]), 1200)


@settings(max_examples=40)
@given(pasts(), st.sampled_from([0.5, 1.0, 3.0]), st.sampled_from([OFFICE, ALWAYS]))
def test_nothing_changed_gives_what_was_observed_within_three_points(
    past: Past, people: float, week: WorkWeek
) -> None:
    replay = replayed(past, people, week)
    seen, again = replay.observed, replay.run(Setting(LINE))
    assert (seen.came, seen.compliance is None) == (again.came, again.compliance is None)
    assert abs((seen.compliance or 0) - (again.compliance or 0)) <= 3 or replay.handling == 60


@settings(max_examples=40)
@given(pasts(), st.floats(1, 4), st.floats(1, 4))
def test_more_staff_and_more_time_never_keep_less(past: Past, staff: float, target: float) -> None:
    replay = replayed(past)
    now, more, longer = (
        replay.run(Setting(LINE, *factors)) for factors in ((1, 1), (staff, 1), (1, target))
    )
    assert more.kept >= now.kept
    assert more.monday <= now.monday
    assert longer.kept >= now.kept


@settings(max_examples=40)
@given(pasts(), st.integers(30, 90))
def test_a_lower_line_brings_everybody_that_a_higher_one_does(past: Past, line: int) -> None:
    replay = replayed(past)
    higher, lower = replay.run(Setting(line + 5)), replay.run(Setting(line))
    assert higher.came <= lower.came
    handed = set(np.flatnonzero(past.came.handed)) if line <= LINE else set()
    assert lower.came == len(handed | set(past.came.steps.place[past.came.steps.total >= line]))


def test_a_busy_team_loses_by_a_lower_line_and_gains_by_staff() -> None:
    """Three leads an hour, twenty minutes each, one rep: full already; with six an hour nobody is in time."""
    handed = [
        Lead(n, 1, ((n * 1200, 60),), 0.5, took=60, budget=1800, by_the_wall=True, judged=True)
        for n in range(200)
    ]
    below = [Lead(n, 1, ((n * 1200 + 600, 45),), 0.1, handed=False) for n in range(200)]
    replay = Replay(
        world(Past(BEGIN, BEGIN + 7 * DAY, LINE, came(handed + below)), [crew(1.0, ALWAYS)]), 1200
    )
    assert replay.run(Setting(LINE)).compliance == 100
    lower, staffed = replay.run(Setting(40)), replay.run(Setting(40, staff=2))
    assert lower.a_day == 2 * replay.run(Setting(LINE)).a_day
    assert (lower.compliance or 0) < 10
    assert staffed.compliance == 100
    assert lower.untouched > staffed.untouched == 0


@pytest.fixture
def busy(live_model: object, team: Team, sdr: User) -> Team:
    """Twenty handed over with a promise of two hours, five of them late, and four that came near the line."""
    now = factories.now()
    for number in range(20):
        opened = now - timedelta(days=3 + number, hours=number)
        handoff = plant(team, opened=opened, state="accepted", by=sdr)
        late = number % 4 == 0
        took = 3 * HOUR if late else HOUR / 2
        type(handoff).objects.filter(pk=handoff.pk).update(first_touch_at=opened + took)
        timer = promise(
            handoff, "first_touch", due=opened + 2 * HOUR, closed=opened + took,
            took=int(took.total_seconds()),
        )  # fmt: skip
        type(timer).objects.filter(pk=timer.pk).update(budget_s=7200)
    for number in range(4):
        lead = factories.make_lead()
        LeadScore.objects.filter(lead=lead).update(total=40 + number)
        ScoreHistory.objects.create(
            lead=lead, at=now - 5 * DAY, was=0, total=40 + number, cause="activity", **ROSE
        )
        ScoreHistory.objects.create(
            lead=lead, at=now - 4 * DAY, was=0, total=49, cause="publish", **ROSE
        )
    return team


def simulator(user: User) -> Simulator:
    at = factories.now()
    return Simulator(Ask(user, periods.latest(30, at=at, here=periods.zone()), at))


@pytest.mark.django_db
def test_the_last_weeks_are_read_from_what_was_kept(busy: Team, manager: User) -> None:
    made = simulator(manager)
    assert made.usual == Choice(50, 1.0, 120)
    # In the order in which they came, whatever order they are read in: the same look gives the same answer.
    steps = made.world.past.came.steps
    assert np.all(np.diff(steps.second[steps.total >= LINE]) > 0)
    answer = made.answer(made.usual)
    assert (answer.observed.kept, answer.observed.late) == (15, 5)
    assert answer.again.compliance == answer.observed.compliance == 75
    assert answer.curve[40].came == 24
    # What a publication moved is nobody's arrival.
    assert answer.curve[45].came == 20
    assert made.answer(Choice(50, 1.0, 240)).chosen.compliance == 100


@pytest.mark.django_db
def test_who_was_handed_over_comes_once_by_a_lower_line_too(busy: Team, manager: User) -> None:
    opened = Handoff.objects.order_by("opened_at")[0]
    ScoreHistory.objects.create(
        lead=opened.lead, at=opened.opened_at - HOUR, was=0, total=45, cause="activity", **ROSE
    )
    answer = simulator(manager)
    assert answer.answer(answer.usual).curve[40].came == 24


@pytest.mark.django_db
def test_the_answer_is_a_sentence(busy: Team, manager: User) -> None:
    made = simulator(manager)
    said = sentence(made.answer(made.usual))
    assert said.startswith("Cut-off 50 keeps 75% within 2 h 00 min. 40 would add 0.1 leads a day")
    assert said.endswith("No cut-off shown here keeps 90%.")
    more = sentence(made.answer(Choice(55, 2.0, 240)))
    assert "with 2 reps instead of 1 rep" in more
    assert sentence(made.answer(Choice(60, 1.0, 120))) == "Nobody reached 60 in these days."


@pytest.mark.django_db
def test_the_page_reckons_refuses_and_says_when_there_is_nothing(
    client: Client, team: Team, manager: User
) -> None:
    client.force_login(manager)
    assert "Too few promises" in client.get("/sla/simulator/").content.decode()
    for query in ("line=-4", "reps=0", "minutes=" + quote("½"), "line=99999999999999999999"):
        answer = client.get(f"/sla/simulator/?{query}")
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()


@pytest.mark.django_db
def test_the_page_shows_what_is_assumed(client: Client, busy: Team, manager: User) -> None:
    client.force_login(manager)
    page = client.get("/sla/simulator/?line=55&minutes=60").content.decode()
    for words in (
        "Cut-off 55",
        "today 120",
        "1 rep",
        "What is assumed",
        "line=40&amp;minutes=60",
        "75.0%",
    ):
        assert words in page
