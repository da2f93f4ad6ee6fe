"""Promises are judged by their deadline and by when the clock stopped, whatever the alarm did."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import claims, timers, touches
from handoff.models import SlaAlarm
from insights import compliance, periods
from insights.periods import Period
from tests import factories
from tests.insights.facts import DAY, HOUR, plant, promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def yesterday() -> datetime:
    return factories.now() - DAY


def report(user: User, days: int = 30, step: str = "day") -> compliance.Report:
    at = factories.now()
    period = periods.latest(days, at=at, here=periods.zone())
    return compliance.report(user, period, step, at=at)


def counts(kept: compliance.Kept) -> tuple[int, int, int]:
    return kept.kept.value, kept.late.value, kept.done.value


def test_kept_late_and_not_yet(marketer: User, team: Team, yesterday: datetime) -> None:
    for minutes in (-30, 0, 1):
        closed = yesterday + timedelta(minutes=minutes)
        # The state is what an alarm made of it; only the times count.
        promise(plant(team), due=yesterday, closed=closed, state="running")
    promise(plant(team), due=yesterday, closed=None, state="running")
    promise(plant(team), due=factories.now() + HOUR, closed=None, state="running")
    promise(plant(team), due=yesterday, closed=yesterday, state="cancelled")
    everybody = report(marketer).everybody
    assert counts(everybody.claim) == (2, 2, 3)
    assert everybody.touch.kept.whole == 0


def test_median_and_ninetieth_percentile_are_working_seconds_of_what_is_done(
    marketer: User, team: Team, yesterday: datetime
) -> None:
    for took in range(100, 1200, 100):
        promise(plant(team), due=yesterday, closed=yesterday, took=took)
    promise(plant(team), due=yesterday, closed=None, took=999_999)
    claim = report(marketer).everybody.claim
    assert (claim.median, claim.p90) == (600, 1000)


def test_days_and_teams(marketer: User, team: Team, outsider: User) -> None:
    south = outsider.teams.get()
    today = periods.latest(1, at=factories.now(), here=periods.zone())
    noon = today.begin - DAY / 2
    promise(plant(team), due=noon, closed=noon)
    promise(plant(south), due=noon - DAY, closed=noon)
    promise(plant(south), "first_touch", due=noon - DAY, closed=noon - DAY)
    found = report(marketer, 3)
    assert [counts(day.claim)[:2] for day in found.days] == [(0, 1), (1, 0), (0, 0)]
    assert [
        (line.label, counts(line.claim)[:2], counts(line.touch)[:2]) for line in found.teams
    ] == [
        ("South", (0, 1), (1, 0)),
        ("North", (1, 0), (0, 0)),
    ]


def test_weeks_are_cut_where_the_period_begins(marketer: User, team: Team) -> None:
    period = Period(date(2026, 3, 26), date(2026, 4, 5), periods.zone())
    for day in range(11):
        due = period.begin + day * DAY + HOUR
        promise(plant(team), due=due, closed=due)
    found = compliance.report(marketer, period, "week", at=factories.now())
    assert [week.claim.kept.value for week in found.days] == [4, 7]


def test_who_stopped_the_clock_is_asked_and_not_who_has_the_lead_now(
    live_model: object, team: Team, sdr: User, marketer: User,
    move_clock: Callable[[timedelta], None],
) -> None:  # fmt: skip
    second = factories.make_user(teams=[team], name="Sam Second")
    handoff = factories.make_mql()
    claims.take(handoff, by=sdr, at=factories.now())
    move_clock(timedelta(minutes=10))
    touches.log(handoff.lead, kind="call", answer="reached", by=sdr, at=factories.now())
    claims.release(handoff, by=sdr, at=factories.now())
    move_clock(2 * HOUR)
    while timers.ring():
        pass
    claims.take(handoff, by=second, at=factories.now())
    move_clock(DAY)
    people = {line.label: line for line in report(marketer).people}
    assert counts(people["Rui Rep"].claim)[:2] == (1, 0)
    assert counts(people["Rui Rep"].touch)[:2] == (1, 0)
    assert counts(people["Sam Second"].claim)[:2] == (0, 1)


def test_a_lead_that_nobody_took_is_nobodys_fault_and_late_without_any_alarm(
    live_model: object, team: Team, marketer: User, move_clock: Callable[[timedelta], None]
) -> None:
    factories.make_mql()
    SlaAlarm.objects.all().delete()
    move_clock(DAY)
    (nobody,) = report(marketer).people
    assert nobody.label == "Nobody yet"
    assert (counts(nobody.claim), counts(nobody.touch)) == ((0, 1, 0), (0, 1, 0))


def test_few_promises_are_greyed(web: Client, team: Team, yesterday: datetime) -> None:
    for _number in range(9):
        promise(plant(team), due=yesterday, closed=yesterday)
    assert "is-few" in web.get("/reports/compliance/").content.decode()
    promise(plant(team), due=yesterday, closed=yesterday)
    assert "is-few" not in web.get("/reports/compliance/").content.decode()
