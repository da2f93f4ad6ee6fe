"""What cards leave open, by team and rep, and the leads behind each number."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, Team, User
from insights import gaps, periods
from qualification import choosing
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer, claimed, colleague

PAGE = "/reports/gaps/"
pytestmark = pytest.mark.django_db


def period() -> periods.Period:
    here = periods.zone()
    today = periods.today(factories.now(), here)
    return periods.Period(today - timedelta(days=7), today, here)


@pytest.fixture
def cards(organisation: Organisation, live_model: ModelVersion, sdr: User, team: Team) -> User:
    """Two cards of one rep and one of another: Need known on all, Budget on one, Timeline asked in vain."""
    carla = colleague(team)
    for by, known in ((sdr, ["need", "budget"]), (sdr, ["need"]), (carla, ["need"])):
        handoff = claimed(by)
        for element in known:
            answer(handoff, element, by=by)
        answer(handoff, "timeline", by=by, level=0, asked_in_vain=True)
    claimed(sdr)
    return carla


def counted(table: gaps.Table, label: str) -> dict[str, tuple[int, int]]:
    row = next(row for row in table.rows if row.label == label)
    return {
        name: (gap.value, gap.whole) for name, gap in zip(table.elements, row.gaps, strict=True)
    }


def test_the_largest_gap_stands_first_by_team_and_rep(
    cards: User, sdr: User, team: Team, manager: User
) -> None:
    (table,) = gaps.tables(manager, period())
    assert table.elements[0] in ("Authority", "Timeline") and table.elements[-1] == "Need"
    whole = {"Authority": (3, 3), "Timeline": (3, 3), "Budget": (2, 3), "Need": (0, 3)}
    assert counted(table, "Everybody") == whole == counted(table, team.name)
    assert counted(table, sdr.name)["Budget"] == (1, 2)
    assert counted(table, cards.name)["Budget"] == (1, 1)


def test_each_number_opens_as_many_leads(cards: User, client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.get(PAGE).content.decode()
    links = re.findall(r'class="count" href="([^"]+)" data-count="(\d+)"', page)
    assert len(links) == 12
    for link, count in links:
        behind = client.get(link.replace("&amp;", "&")).content.decode()
        assert behind.count("card-lead") == int(count)
    assert client.get(PAGE + "leads/?framework=spin&element=need").status_code == 404
    assert client.get(PAGE + "leads/?framework=bant").status_code == 404


def test_only_the_card_chosen_last_counts(cards: User, sdr: User, manager: User) -> None:
    handoff = claimed(sdr)
    answer(handoff, "need", by=sdr)
    choosing.choose(handoff, "champ", by=sdr, at=factories.now())
    tables = {table.key: table for table in gaps.tables(manager, period())}
    assert counted(tables["bant"], "Everybody")["Need"] == (0, 3)
    assert counted(tables["champ"], "Everybody")["Challenges"] == (0, 1)


def test_who_is_of_another_team_counts_nothing(cards: User, outsider: User) -> None:
    assert gaps.tables(outsider, period()) == []


def test_it_takes_as_many_queries_however_many_cards_there_are(
    cards: User, sdr: User, manager: User
) -> None:
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            gaps.tables(manager, period())
        counts.append(len(queries))
        answer(claimed(sdr), "need", by=sdr)
    assert counts[0] == counts[1] <= 6
