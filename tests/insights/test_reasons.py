"""Feedback from sales: planted facts come out as they were planted."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import claims
from insights import criteria, figures, periods, reasons
from insights.periods import Period
from qualification import dispositions
from qualification.models import DispositionReason
from tests import factories
from tests.insights.facts import DAY, HOUR, plant

pytestmark = pytest.mark.django_db


@pytest.fixture
def period() -> Period:
    return periods.latest(30, at=factories.now(), here=periods.zone())


def test_reasons_are_counted_by_first_source(marketer: User, team: Team, period: Period) -> None:
    for source, reason, times in (
        ("Webinar", "not_a_decision_maker", 7),
        ("Webinar", "no_need", 3),
        ("Website", "no_need", 2),
    ):
        for _time in range(times):
            plant(team, source=source, state="disqualified", reason=reason)
    plant(team, source="Webinar", state="accepted")
    plant(team, source="Website", state="recycled")
    plant(team, source="Website")
    table = reasons.table(marketer, period)
    assert [source.label for source in table.sources] == ["Webinar", "Website"]
    assert [
        (row.reason.key, [cell.number.value for cell in row.cells], row.total.number.value)
        for row in table.rows
    ] == [("not_a_decision_maker", [7, 0], 7), ("no_need", [3, 2], 5)]
    webinar, website = table.sources
    assert (webinar.accepted.value, webinar.accepted.whole, webinar.accepted.percent) == (1, 11, 9)
    assert (website.disqualified.value, website.accepted.percent) == (2, 0)
    assert table.rows[0].cells[0].number.percent == 70
    # Two are too few to be shaded.
    assert [cell.shade for cell in table.rows[1].cells] == [4, 0]


def test_the_source_is_the_first_touch(marketer: User, team: Team, period: Period) -> None:
    handoff = plant(team, source="Webinar", state="disqualified", reason="no_need")
    form = factories.make_form(source="Website")
    factories.make_event(handoff.lead, "form", name=form.slug)
    assert [source.label for source in reasons.table(marketer, period).sources] == ["Webinar"]


def test_many_small_sources_share_a_column(marketer: User, team: Team, period: Period) -> None:
    for number in range(10):
        for _time in range(12 - number):
            plant(team, source=f"Source {number}", state="disqualified", reason="no_need")
    table = reasons.table(marketer, period)
    assert [source.label for source in table.sources][-2:] == ["Source 6", "3 others"]
    assert table.rows[0].cells[-1].number.value == 5 + 4 + 3
    assert sum(cell.number.value for cell in table.rows[0].cells) == table.total.disqualified.value


def test_figures_follow_the_leads_of_the_period(marketer: User, team: Team, period: Period) -> None:
    for hours in (1, 2, 9):
        plant(team, state="accepted", took=hours * HOUR)
    plant(team, state="recycled", took=4 * HOUR)
    plant(team)
    plant(team, state="accepted", opened=factories.now() - 35 * DAY, took=20 * DAY)
    now, before = figures.now_and_before(marketer, period)
    assert (now.handed.value, now.decided.value, now.open.value) == (5, 4, 1)
    assert (now.accepted.percent, now.qualified.percent) == (75, 60)
    assert now.median == timedelta(hours=3)
    assert (before.handed.value, before.accepted.percent) == (1, 100)


def test_an_overvalued_criterion_stands_first(marketer: User, team: Team, period: Period) -> None:
    """Half of everything is accepted, but hardly anything that only the e-book carried."""
    for number in range(40):
        accepted = number % 2 == 0
        plant(
            team, carried_by=[["demo", "pricing"], ["pricing"]][number // 20],
            state="accepted" if accepted else "disqualified",
            reason="" if accepted else "no_budget",
        )  # fmt: skip
    for number in range(12):
        plant(
            team, carried_by=["ebook", "pricing"], state="disqualified" if number else "accepted",
            reason="no_need" if number else "",
        )  # fmt: skip
    plant(team, carried_by=["ebook"])
    verdicts, none_alone = criteria.verdicts(marketer, period)
    assert [v.key for v in verdicts] == ["ebook", "pricing", "demo"]
    ebook, pricing, demo = verdicts
    assert (ebook.carried.value, ebook.accepted.value, ebook.accepted.whole) == (13, 1, 12)
    assert (ebook.reason.key, ebook.times.value) == ("no_need", 11)  # type: ignore[union-attr]
    assert (ebook.label, ebook.group, ebook.points) == ("Ebook", "engagement", None)
    assert (pricing.carried.value, pricing.accepted.value) == (52, 21)
    assert (demo.carried.value, demo.accepted.percent) == (20, 50)
    assert none_alone is None


def test_crossings_that_none_carried_alone_are_a_row_of_their_own(
    marketer: User, team: Team, period: Period
) -> None:
    plant(team, carried_by=[], state="accepted")
    plant(team, carried_by=[], state="disqualified", reason="no_need")
    plant(team, carried_by=["demo"])
    verdicts, none_alone = criteria.verdicts(marketer, period)
    assert [v.key for v in verdicts] == ["demo"]
    assert none_alone is not None
    assert (none_alone.carried.value, none_alone.accepted.percent) == (2, 50)


def test_too_few_to_judge_come_last(marketer: User, team: Team, period: Period) -> None:
    plant(team, carried_by=["rare"], state="disqualified", reason="no_need")
    for number in range(10):
        plant(team, carried_by=["usual"], state="accepted" if number else "recycled")
    verdicts, _none_alone = criteria.verdicts(marketer, period)
    assert [(v.key, v.accepted.is_few) for v in verdicts] == [("usual", False), ("rare", True)]


def test_what_a_rep_decides_is_in_the_report_with_its_advice(
    live_model: object, team: Team, sdr: User, marketer: User, web: Client, period: Period
) -> None:
    handoff = factories.make_mql()
    claims.take(handoff, by=sdr, at=factories.now())
    reason = DispositionReason.objects.get(key="not_a_decision_maker")
    dispositions.disqualify(handoff, reason=reason, by=sdr, at=factories.now())
    verdicts, none_alone = criteria.verdicts(marketer, period)
    carriers = handoff.crossing.carried_by
    assert sorted(v.key for v in verdicts if v.key) == sorted(carriers)
    assert all(v.points for v in verdicts)
    assert (none_alone is None) == bool(carriers)
    page = web.get("/reports/reasons/").content.decode()
    assert reason.label in page
    assert reason.advice in page


def test_an_empty_period_says_so(web: Client) -> None:
    assert "No MQL was handed over" in web.get("/reports/reasons/").content.decode()
