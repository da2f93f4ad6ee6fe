"""Feedback from sales: planted facts come out as they were planted."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import claims
from insights import figures, periods, reasons
from insights.periods import Period
from leads.models import Company
from qualification import dispositions
from qualification.models import DispositionReason
from tests import factories
from tests.insights.facts import DAY, HOUR, numbers, plant, rows_behind

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


def test_reasons_split_by_criterion_count_a_lead_under_each_and_once_in_all(
    marketer: User, team: Team, period: Period
) -> None:
    plant(team, carried_by=["ebook", "demo"], state="disqualified", reason="no_need")
    plant(team, carried_by=["ebook"], state="disqualified", reason="no_need")
    plant(team, carried_by=[], state="disqualified", reason="no_budget")
    table = reasons.table(marketer, period, "criterion")
    assert [column.label for column in table.sources] == ["ebook", "demo"]
    assert [(row.reason.key, [c.number.value for c in row.cells], row.total.number.value)
            for row in table.rows] == [("no_need", [2, 1], 2), ("no_budget", [0, 0], 1)]  # fmt: skip
    assert table.total.disqualified.value == 3


@pytest.mark.parametrize("by", [way for way in reasons.WAYS if way != "source"])
def test_every_number_opens_its_leads_whatever_reasons_are_split_by(
    web: Client, team: Team, by: str
) -> None:
    for number in range(12):
        handoff = plant(
            team, carried_by=["demo", "pricing"][: 1 + number % 2], state="disqualified",
            reason=["no_need", "no_budget"][number % 2], opened=factories.now() - number * 6 * DAY,
            country="DE" if number % 3 else "",
        )  # fmt: skip
        handoff.tier = "mid" if number % 2 else ""
        handoff.save()
        handoff.lead.campaign = ["", "spring"][number % 2]
        handoff.lead.company = Company.objects.get_or_create(
            identity="name:shop",
            defaults={"name": "Shop", "industry": "Retail", "created_at": factories.now()},
        )[0]
        handoff.lead.save()
    page = web.get(f"/reports/reasons/?days=90&by={by}").content.decode()
    cells = page[page.index("heat-title") :]
    found = set(numbers(cells))
    assert len(found) >= 5
    assert [(n, url) for n, url in found if rows_behind(web, url) != n] == []


def test_what_a_rep_decides_is_in_the_report_with_its_advice(
    live_model: object, team: Team, sdr: User, web: Client
) -> None:
    handoff = factories.make_mql()
    claims.take(handoff, by=sdr, at=factories.now())
    reason = DispositionReason.objects.get(key="no_need")
    dispositions.disqualify(handoff, reason=reason, by=sdr, at=factories.now())
    page = web.get("/reports/reasons/").content.decode()
    assert reason.label in page
    assert reason.advice in page


def test_an_empty_period_says_so(web: Client) -> None:
    assert "No MQL was handed over" in web.get("/reports/reasons/").content.decode()
