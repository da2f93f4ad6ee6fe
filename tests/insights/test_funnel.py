"""The funnel: cohorts followed to today, judged only where they are old enough."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Organisation, Team, User
from handoff import claims
from handoff.models import Handoff
from insights import periods
from insights.funnel import ages, cohorts, steps
from insights.funnel.ages import Age
from insights.periods import Period
from insights.report_card import counting
from insights.report_card.asking import Ask
from leadhub import pipeline
from leads.models import Crossing, Outcome
from qualification import dispositions, reopening
from qualification.closing import deals, passing
from qualification.models import DealStage, Opportunity
from scoring.models import ModelVersion
from tests import factories
from tests.insights.facts import DAY, HOUR, numbers, plant, rows_behind
from tests.qualification.closing.facts import accepted
from tests.qualification.facts import answer_all

pytestmark = pytest.mark.django_db


def deal(handoff: Handoff, after: timedelta, ending: str = "", lasted: timedelta = 5 * DAY) -> None:
    """An opportunity opened so long after the acceptance, and ended if it was."""
    assert handoff.disposed_at is not None
    opened = handoff.disposed_at + after
    closed = opened + lasted if ending else None
    Opportunity.objects.create(
        lead=handoff.lead, handoff=handoff, name="Deal", currency="EUR", stage=DealStage.objects.all()[0],
        staged_at=opened, opened_at=opened, closed_at=closed, state=ending or "open",
    )  # fmt: skip
    if closed:
        Outcome.objects.create(lead=handoff.lead, result=ending, at=closed)


@pytest.fixture
def now() -> datetime:
    return factories.now()


@pytest.fixture
def period(now: datetime) -> Period:
    return periods.latest(200, at=now, here=periods.zone())


@pytest.fixture
def ask(marketer: User, period: Period) -> Ask:
    return Ask(marketer, period)


@pytest.fixture
def history(team: Team, now: datetime) -> list[Handoff]:
    """Of the old ones six were accepted, four had a deal, and one is won; of the young ones little is known."""
    old = now - 100 * DAY
    made = [plant(team, state="disqualified", reason="no_need", opened=old) for _ in range(5)]
    sqls = [plant(team, state="accepted", opened=old, took=4 * HOUR) for _ in range(6)]
    deal(sqls[0], DAY, "won")
    deal(sqls[1], DAY, "lost")
    deal(sqls[2], DAY)
    Outcome.objects.create(lead=sqls[3].lead, result="lost", at=now - 50 * DAY, deal="elsewhere")
    young = [
        plant(team, source="Webinar", opened=now - HOUR),
        plant(team, source="Webinar", state="accepted", opened=now - 5 * HOUR, took=HOUR),
    ]
    deal(young[1], HOUR)
    return [*made, *sqls, *young]


def told(cohort: cohorts.Cohort) -> list[tuple[int, int, int]]:
    """Of each step: taken, judged, too young."""
    return [(s.taken.value, s.judged.value, s.young.value) for s in cohort.steps.values()]


def test_rates_count_who_is_old_enough_and_the_young_stand_apart(
    ask: Ask, history: list[Handoff], now: datetime, period: Period
) -> None:
    """Decisions took four hours at most, as the past says; of deals too few are known, so days are assumed."""
    learnt = ages.ages(ask.user, at=now, period=period)
    found = cohorts.funnel(ask, learnt, "month")
    assert found is not None
    assert told(found.total) == [(7, 12, 1), (4, 6, 1), (1, 3, 2)]
    total = found.total
    assert [n.value for n in (total.mqls, total.sqls, total.opportunities, total.won)] == [
        13,
        7,
        5,
        1,
    ]
    assert total.median == timedelta(hours=4)


def accepted_twice(team: Team, now: datetime) -> tuple[Handoff, Handoff]:
    """A lead that came back 60 days after it was accepted, and was accepted once more."""
    first = plant(team, state="accepted", opened=now - 100 * DAY, source="First")
    again = plant(team, state="accepted", opened=now - 40 * DAY, source="Again")
    Crossing.objects.filter(pk=again.crossing_id).update(lead=first.lead, number=2)
    Outcome.objects.filter(lead=again.lead).update(lead=first.lead)
    Handoff.objects.filter(pk=again.pk).update(lead=first.lead)
    return first, Handoff.objects.select_related("lead").get(pk=again.pk)


def ended(ask: Ask) -> dict[int, tuple[str | None, bool]]:
    """By handoff: how it ended, and whether it had a deal."""
    rows = steps.with_steps(ask.handed())
    return {one.pk: (one.ending, one.dealt_at is not None) for one in rows}


@pytest.mark.parametrize("linked", [True, False])
def test_a_lead_accepted_twice_has_its_deal_once(
    ask: Ask, team: Team, now: datetime, period: Period, linked: bool
) -> None:
    first, again = accepted_twice(team, now)
    crossing = again.crossing_id if linked else None
    Outcome.objects.create(lead=first.lead, crossing_id=crossing, result="won", at=now - 5 * DAY)
    assert ended(ask) == {first.pk: (None, False), again.pk: ("won", True)}
    found = cohorts.funnel(ask, ages.ages(ask.user, at=now, period=period), "month")
    assert found is not None
    assert (found.total.sqls.value, found.total.opportunities.value, found.total.won.value) == (
        2, 1, 1,
    )  # fmt: skip
    everybody = counting.count(ask.handed()).everybody
    assert (everybody.accepted, everybody.ended, everybody.won) == (2, 1, 1)


def test_through_the_rooms_the_deal_is_that_of_the_second_acceptance(
    ask: Ask, live_model: ModelVersion, sdr: User, now: datetime
) -> None:
    lead = accepted(sdr)
    first = Handoff.objects.get()
    until = dispositions.first_day(now)
    passing.send_back(lead, until=until, note="No budget.", by=sdr, at=factories.now())
    reopening.reopen(first, reason="Budget came.", by=sdr, at=factories.now())
    pipeline.drain()
    again = Handoff.objects.select_related("lead").get(state="queued")
    claims.take(again, by=sdr, at=factories.now())
    answer_all(again, by=sdr)
    dispositions.accept(again, by=sdr, at=factories.now())
    made = deals.open_with(lead, by=sdr, at=factories.now())
    deals.end(made, "won", reason=None, by=sdr, at=factories.now())
    assert ended(Ask(ask.user, periods.latest(7, at=factories.now(), here=periods.zone()))) == {
        first.pk: (None, False), again.pk: ("won", True),
    }  # fmt: skip


def test_a_deal_that_was_opened_before_stays_with_the_first_acceptance(
    ask: Ask, team: Team, now: datetime
) -> None:
    first, again = accepted_twice(team, now)
    Outcome.objects.create(
        lead=first.lead, crossing=first.crossing, result="lost", at=now - 5 * DAY
    )
    Outcome.objects.create(lead=first.lead, result="won", at=now - 50 * DAY)
    assert ended(ask) == {first.pk: ("lost", True), again.pk: (None, False)}


def test_cohorts_are_months_of_the_handover_or_sources(
    ask: Ask, history: list[Handoff], now: datetime, period: Period
) -> None:
    learnt = ages.ages(ask.user, at=now, period=period)
    months, sources = (cohorts.funnel(ask, learnt, by) for by in cohorts.BY)
    assert months is not None
    assert sources is not None
    assert sum(row.mqls.value for row in months.rows) == 13
    assert [(row.label, row.mqls.value) for row in sources.rows] == [
        ("Website", 11),
        ("Webinar", 2),
    ]
    assert told(sources.rows[1]) == [(1, 1, 1), (0, 0, 1), (0, 0, 1)]


def test_how_long_a_step_takes_is_learnt_from_the_past(
    ask: Ask, team: Team, now: datetime, period: Period
) -> None:
    for hours in range(1, 12):
        handoff = plant(team, state="accepted", opened=now - 90 * DAY, took=hours * HOUR)
        deal(handoff, hours * DAY)
    learnt = ages.ages(ask.user, at=now, period=period)
    assert learnt["sql"] == Age(timedelta(hours=10), now - timedelta(hours=10), known=True)
    assert learnt["opportunity"].long == timedelta(days=10)
    assert (learnt["won"].long, learnt["won"].known) == (timedelta(days=60), False)


@pytest.mark.parametrize(
    "query", ["", "?by=source", "?days=120&source=Webinar", "?by=source&days=7"]
)
def test_every_number_of_the_funnel_opens_its_leads(
    web: Client, organisation: Organisation, history: list[Handoff], query: str
) -> None:
    page = web.get("/reports/funnel/" + query).content.decode()
    found = set(numbers(page))
    assert len(found) >= 6
    assert [(n, url) for n, url in found if rows_behind(web, url) != n] == []


def test_the_file_says_the_same(
    web: Client, organisation: Organisation, history: list[Handoff]
) -> None:
    answer = web.get("/reports/funnel.csv?by=source&days=120")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[:5] for line in lines[1:]] == [
        ["Website", "11", "6", "4", "1"], ["Webinar", "2", "1", "1", "0"], ["All", "13", "7", "5", "1"],
    ]  # fmt: skip


def test_a_moment_that_is_none_is_not_found(web: Client) -> None:
    for since in ("", "soon", "2026-01-01T00:00:00"):
        assert web.get(f"/reports/leads/?show=handed&old=sql&since={since}").status_code == 404


def test_an_empty_funnel_says_so(web: Client) -> None:
    assert "No MQL was handed over" in web.get("/reports/funnel/").content.decode()
