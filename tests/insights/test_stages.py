"""Where leads stand, and what happened when."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Organisation, Team, User
from insights import periods, stages
from insights.periods import Period
from leads.models import Lead
from tests import factories
from tests.insights.facts import DAY, HOUR, plant

pytestmark = pytest.mark.django_db


def test_every_lead_stands_somewhere_and_a_merged_one_nowhere(marketer: User, team: Team) -> None:
    stays, goes = factories.make_lead(), factories.make_lead()
    Lead.objects.filter(pk=goes.pk).update(merged_into=stays)
    plant(team)
    plant(team, state="accepted")
    counts = {stand.stage: stand.number.value for stand in stages.standing(marketer)}
    assert counts["lead"] == counts["mql"] == counts["sql"] == 1
    assert sum(counts.values()) == 3


def test_a_crossing_and_its_decision_count_on_their_own_days(
    marketer: User, team: Team, organisation: Organisation
) -> None:
    friday = datetime(2026, 3, 27, 15, tzinfo=UTC)
    plant(team, opened=friday, state="accepted", took=3 * DAY)
    plant(team, opened=friday, state="disqualified", reason="no_need", took=HOUR)
    plant(team, opened=friday, state="recycled", took=9 * HOUR)
    period = Period(date(2026, 3, 26), date(2026, 3, 31), periods.zone())
    days = stages.steps(marketer, period, "day")
    assert [
        (s.crossed.value, s.accepted.value, s.recycled.value, s.disqualified.value) for s in days
    ] == [
        (0, 0, 0, 0), (3, 0, 0, 1), (0, 0, 1, 0), (0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 0),
    ]  # fmt: skip
    weeks = stages.steps(marketer, period, "week")
    assert [(w.period.first, w.crossed.value, w.accepted.value) for w in weeks] == [
        (date(2026, 3, 26), 3, 0),
        (date(2026, 3, 30), 0, 1),
    ]


def test_rates_by_source_are_of_what_was_handed_over(marketer: User, team: Team) -> None:
    for state in ("accepted", "recycled", "queued", "claimed"):
        plant(team, source="Webinar", state=state, by=marketer)
    plant(team, source="Website", state="accepted")
    period = periods.latest(30, at=factories.now(), here=periods.zone())
    sources = stages.sources(marketer, period)
    assert [(s.name, s.handed.value, s.qualified.percent, s.open.value) for s in sources] == [
        ("Webinar", 4, 25, 2),
        ("Website", 1, 100, 0),
    ]
    total = stages.total(sources, period)
    assert (total.handed.value, total.qualified.value, total.open.value) == (5, 2, 2)
