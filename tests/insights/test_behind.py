"""Every number opens exactly its leads; reports write nothing and ask the same however much there is."""

import pytest
from django.db import InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from handoff.models import Handoff
from tests import factories
from tests.insights.facts import numbers, pages_behind, plant, promise, rows_behind

pytestmark = pytest.mark.django_db
REPORTS = [
    "/reports/stages/",
    "/reports/stages/?days=7",
    "/reports/compliance/?days=90",
    "/reports/compliance/",
    "/reports/reasons/",
    "/reports/criteria/?days=90",
]
SHOWS = ("standing", "crossed", "decided", "handed", "promised")
LISTS = [f"/reports/leads/?show={show}&days=90" for show in SHOWS]


@pytest.mark.parametrize(("role", "reports"), [("marketer", REPORTS), ("manager", REPORTS[2:])])
def test_every_number_has_exactly_that_many_rows_behind_it(
    client: Client,
    everything: list[Handoff],
    role: str,
    reports: list[str],
    request: pytest.FixtureRequest,
) -> None:
    client.force_login(request.getfixturevalue(role))
    shown = [numbers(client.get(report).content.decode()) for report in reports]
    assert all(len(found) > 8 for found in shown)
    each = {number for found in shown for number in found}
    assert [(n, url) for n, url in each if rows_behind(client, url) != n] == []


def test_a_manager_counts_the_leads_of_own_teams_only(
    client: Client, everything: list[Handoff], manager: User, team: Team
) -> None:
    client.force_login(manager)
    listed = "/reports/leads/?show=handed&days=90"
    mine = [handoff for handoff in everything if handoff.team_id == team.pk]
    assert 0 < len(mine) < len(everything)
    assert rows_behind(client, listed) == len(mine)
    assert "Everywhere else" not in client.get("/reports/compliance/").content.decode()


def test_reports_run_where_writing_is_forbidden(web: Client, everything: list[Handoff]) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        with pytest.raises(InternalError), transaction.atomic():
            Team.objects.create(name="Not to be")
        assert {web.get(address).status_code for address in [*REPORTS, *LISTS]} == {200}
        transaction.set_rollback(True)


def test_a_page_asks_no_more_for_more_leads(
    web: Client, everything: list[Handoff], team: Team, sdr: User
) -> None:
    before = {address: queries(web, address) for address in [*REPORTS, *LISTS]}
    for number in range(20):
        handoff = plant(
            team, source=f"New {number}", state="disqualified", reason="no_need",
            carried_by=["pricing", "title"], by=sdr,
        )  # fmt: skip
        promise(handoff, due=handoff.opened_at, closed=handoff.opened_at)
    assert {address: queries(web, address) for address in before} == before


def queries(web: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        web.get(address)
    return len(asked)


def test_pages_of_a_list_hold_every_lead_once_and_lead_back(web: Client, team: Team) -> None:
    for number in range(120):
        plant(team, first_name=f"Lead {number:03}")
    pages = list(pages_behind(web, "/reports/leads/?show=handed"))
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sorted(name for page in pages for name in page) == [
        f"Lead {number:03}" for number in range(120)
    ]
    last = Handoff.objects.order_by("id")[19:20].get().pk
    back = next(pages_behind(web, f"/reports/leads/?show=handed&before={last}"))
    assert back == pages[1]


def test_a_list_says_how_it_was_decided_and_by_whom(web: Client, team: Team, sdr: User) -> None:
    plant(team, state="disqualified", reason="no_budget", by=sdr, first_name="Petra")
    page = web.get("/reports/leads/?show=handed&state=disqualified&reason=no_budget")
    text = page.content.decode()
    for words in ("Petra", "Disqualified", "No budget", sdr.name, "55 at the line"):
        assert words in text


def test_text_of_leads_is_inert(web: Client, team: Team, sdr: User) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    plant(team, source=hostile, first_name=hostile, state="disqualified", reason="no_need", by=sdr)
    for address in (
        "/reports/stages/", "/reports/reasons/", "/reports/criteria/", "/reports/leads/?show=handed",
    ):  # fmt: skip
        assert hostile not in web.get(address).content.decode()
    assert rows_behind(web, "/reports/leads/?show=handed&source=" + hostile) == 1


@pytest.mark.parametrize(
    "query",
    [
        "show=everything",
        "show=handed&from=yesterday",
        "show=handed&team=x",
        "show=handed&after=99999999999999999999",
        "show=standing&stage=king",
    ],
)
def test_an_address_that_means_nothing_is_not_found(web: Client, query: str) -> None:
    assert web.get(f"/reports/leads/?{query}").status_code == 404


def test_a_lead_that_came_without_a_source_is_not_everybody(web: Client, team: Team) -> None:
    factories.make_lead()
    plant(team, source="")
    plant(team, source="Website")
    assert rows_behind(web, "/reports/leads/?show=handed&source=") == 1
    assert rows_behind(web, "/reports/leads/?show=handed&besides=Website") == 1
