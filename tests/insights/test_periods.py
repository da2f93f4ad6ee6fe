"""Days are cut at the organisation's midnights, also where the clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Organisation, Team
from insights import periods
from insights.forms import PeriodForm
from insights.periods import Period
from tests.insights.facts import plant, rows_behind

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
ZONES = ["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "UTC"]
PERIODS = st.builds(
    lambda first, days, zone: Period(first, first + timedelta(days=days), ZoneInfo(zone)),
    st.dates(date(2009, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.sampled_from(ZONES),
)  # fmt: skip


def form(**query: str) -> PeriodForm:
    return PeriodForm(query, at=NOON, here=BERLIN)


def test_the_last_days_end_with_today() -> None:
    period = form(days="7").period
    assert (period.first, period.last) == (date(2026, 3, 25), date(2026, 3, 31))
    assert period.begin == datetime(2026, 3, 24, 23, tzinfo=UTC)
    # Summer time began in between.
    assert period.end == datetime(2026, 3, 31, 22, tzinfo=UTC)


def test_today_is_where_the_organisation_is() -> None:
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assert periods.today(late, BERLIN) == date(2026, 4, 1)


def test_nothing_asked_is_thirty_days() -> None:
    assert form().period.length == 30
    assert form().chosen_days == 30


@given(PERIODS, st.sampled_from(["day", "week"]))
def test_steps_cover_the_period_without_gap_or_overlap(period: Period, step: str) -> None:
    steps = list(period.steps(step))
    assert steps[0].begin == period.begin
    assert steps[-1].end == period.end
    assert all(one.end == next_one.begin for one, next_one in pairwise(steps))
    assert period.before().end == period.begin
    assert period.before().length == period.length


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"days": "8"}, "days"),
        ({"from": "2026-03-01"}, "last"),
        ({"to": "2026-03-01"}, "first"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "last"),
        ({"from": "2026-03-02", "to": "2026-04-02"}, "last"),
        ({"from": "1999-12-31", "to": "2000-03-01"}, "first"),
        ({"from": "2020-01-01", "to": "2026-03-01"}, "first"),
        ({"from": "30th", "to": "2026-03-01"}, "first"),
    ],
)
def test_a_range_that_cannot_be_meant_is_explained_at_its_field(
    query: dict[str, str], field: str
) -> None:
    asked = form(**query)
    assert list(asked.errors) == [field]
    assert asked.period == form().period


@pytest.mark.django_db
def test_a_wrong_range_keeps_what_was_typed(web: Client, organisation: Organisation) -> None:
    answer = web.get("/reports/reasons/?from=2026-03-05&to=2026-03-01")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="2026-03-05"' in page
    assert "not before the first" in page


@pytest.mark.django_db
def test_a_lead_just_after_midnight_belongs_to_the_new_day(
    web: Client, team: Team, organisation: Organisation
) -> None:
    plant(team, opened=datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC))
    plant(team, opened=datetime(2026, 3, 30, 22, 0, tzinfo=UTC))
    day = "/reports/leads/?show=handed&from={0}&to={0}"
    assert rows_behind(web, day.format("2026-03-30")) == 1
    assert rows_behind(web, day.format("2026-03-31")) == 1
