"""The manager's page: what each panel counts, that every number opens its rows, and what goes out as a file."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from accounts.models import Organisation, Team, User
from handoff import claims, promise_versions, skips, touches
from handoff.models import Absence, Handoff
from insights import deeds, periods
from insights.periods import Period
from insights.sla import arrivals, matrix, people, policies, staff, standing
from insights.sla.asking import Ask
from insights.sla.tables import TABLES
from tests import factories
from tests.handoff.routing import facts as routed
from tests.insights.facts import DAY, HOUR, numbers, plant, promise, rows_behind
from tests.insights.test_behind import queries

pytestmark = pytest.mark.django_db
NAMES = ("worst", "days", "matrix", "arrivals", "people", "policies")
PANELS = [f"/sla/panel/{name}/?promise=claim&days=90" for name in NAMES]
REPS = "/sla/panel/reps/"


def ask(user: User, days: int = 30, **over: object) -> Ask:
    at = factories.now()
    period = periods.latest(days, at=at, here=periods.zone())
    return Ask(user, period, at, **over)  # type: ignore[arg-type]


@pytest.fixture
def worked(everything: list[Handoff], live_model: object, sdr: User) -> list[Handoff]:
    """With some leads claimed, touched and given back by the product itself."""
    made = factories.make_mqls(*[{"source": f"Source {number % 2}"} for number in range(6)])
    for number, handoff in enumerate(made):
        claims.take(handoff, by=sdr, at=factories.now())
        if number % 3:
            touches.log(handoff.lead, kind="call", by=sdr, at=factories.now())
        else:
            claims.release(handoff, by=sdr, at=factories.now(), reason="Wrong language")
            skips.skip(handoff, by=sdr, reason="language", at=factories.now())
    return everything


@pytest.mark.parametrize(("role", "narrowed"), [("marketer", False), ("manager", True)])
def test_every_number_has_exactly_that_many_rows_behind_it(
    client: Client, worked: list[Handoff], role: str, narrowed: bool, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(role))
    query = f"&team={worked[1].team_id}" if narrowed else ""
    shown = [set(numbers(client.get(panel + query).content.decode())) for panel in PANELS]
    assert [len(found) > 1 for found in shown] == [True] * len(PANELS)
    each = {number for found in shown for number in found}
    assert [(n, url) for n, url in each if rows_behind(client, url) != n] == []


def test_panels_ask_no_more_for_more_leads(
    web: Client, worked: list[Handoff], team: Team, sdr: User
) -> None:
    before = {panel: queries(web, panel) for panel in ["/sla/", *PANELS, REPS]}
    for number in range(12):
        handoff = plant(team, source=f"New {number}", state="accepted", by=sdr)
        promise(handoff, due=handoff.opened_at, closed=handoff.opened_at)
    assert {panel: queries(web, panel) for panel in before} == before


def test_days_ask_no_more_for_more_days(web: Client, worked: list[Handoff]) -> None:
    week, month = (f"/sla/panel/days/?promise=claim&days={days}" for days in (7, 30))
    assert queries(web, week) == queries(web, month)


def test_the_matrix_has_targets_times_and_hit_rates(marketer: User, team: Team) -> None:
    due = factories.now() - DAY
    for number in range(12):
        late = number < 3
        closed = due + HOUR if late else due
        promise(
            plant(team, source="Webinar"), "first_touch", due=due, closed=closed, took=60 * number
        )
    promise(plant(team, source="Website"), "first_touch", due=due, closed=None)
    found = matrix.matrix(ask(marketer))
    assert found is not None
    assert [row.label for row in found.rows] == ["Webinar", "Website"]
    webinar, website = (row.all for row in found.rows)
    assert (webinar.rate.kept.value, webinar.rate.late.value, webinar.least) == (9, 3, 3600)
    assert (webinar.median, webinar.p90) == (330, 594)
    assert (webinar.rate.verdict, webinar.rate.points) == ("is-missed", -15)
    assert (website.rate.verdict, website.median) == ("is-few", None)
    assert found.size.value == 13


def test_sources_without_a_row_are_in_the_file(web: Client, team: Team, marketer: User) -> None:
    due = factories.now() - DAY
    for number in range(matrix.MOST_SOURCES + 2):
        promise(plant(team, source=f"S{number}"), "first_touch", due=due, closed=due)
    found = matrix.matrix(ask(marketer))
    assert found is not None
    assert (len(found.rows), found.further) == (matrix.MOST_SOURCES, 2)
    assert len({row[0] for row in TABLES["matrix"](ask(marketer)).rows}) == 15


def test_arrivals_stand_at_the_hour_of_the_organisation(
    marketer: User, organisation: Organisation
) -> None:
    week = {**factories.ALWAYS, "zone": "Europe/Berlin", "weekly": {"0": [["09:00", "12:00"]]}}
    team = factories.make_team("Mondays", week=week)
    factories.make_user(teams=[team])
    monday = datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    for hours in (0, 0, 0, 0, 0, 3):
        plant(team, opened=monday + hours * HOUR)
    period = Period(date(2026, 3, 30), date(2026, 4, 5), ZoneInfo("Europe/Berlin"))
    found = arrivals.arrivals(Ask(marketer, period, factories.now()))
    nine, noon = found.days[0].cells[9], found.days[0].cells[12]
    # One rep, a lead every 15 minutes as long as nothing was measured.
    assert (nine.arrived.value, nine.room, nine.over) == (5, 4, 1)
    assert (noon.arrived.value, noon.is_closed, noon.over) == (1, True, 0)
    assert (found.uncovered, found.over, found.arrived.value) == (1, 1, 6)


def test_a_rep_of_two_teams_is_half_in_each(marketer: User, team: Team, sdr: User) -> None:
    south = factories.make_team("South")
    sdr.teams.add(south)
    alone = [arrivals.arrivals(ask(marketer, 1, team=each.pk)) for each in (team, south)]
    assert [one.days[0].cells[9].room + one.days[1].cells[9].room >= 0 for one in alone]
    rooms = [sum(cell.room for day in one.days for cell in day.cells) for one in alone]
    assert rooms == [48, 48]


def test_nobody_is_charged_for_what_was_late_before_the_claim(
    live_model: object, team: Team, sdr: User, marketer: User,
    move_clock: Callable[[timedelta], None],
) -> None:  # fmt: skip
    second = factories.make_user(teams=[team], name="Sam Second")
    handoffs = factories.make_mqls(*[{}] * 2)
    claims.take(handoffs[0], by=sdr, at=factories.now())
    move_clock(timedelta(hours=5))
    claims.take(handoffs[1], by=second, at=factories.now())
    move_clock(timedelta(minutes=10))
    for handoff, by in zip(handoffs, (sdr, second), strict=True):
        touches.log(handoff.lead, kind="call", by=by, at=factories.now())
    found = people.people(ask(marketer))
    assert found is not None
    each = {one.user.name: one for one in found.rows if one.user}
    assert (each["Rui Rep"].rate.late.value, each["Sam Second"].rate.all.value) == (1, 0)
    assert each["Rui Rep"].median == pytest.approx(5 * 3600 + 600, abs=5)
    assert [one.deeds["claimed"].value for one in found.rows] == [1, 1]


def test_people_say_why_they_passed_leads_by(worked: list[Handoff], marketer: User) -> None:
    found = people.people(ask(marketer))
    assert found is not None
    rui = next(one for one in found.rows if one.user and one.user.name == "Rui Rep")
    assert (rui.deeds["claimed"].value, rui.deeds["released"].value) == (6, 2)
    assert (rui.skips.value, rui.why) == (2, "Not my language or region")


def test_who_got_a_lead_and_who_lost_one_is_told_apart_from_who_claimed(
    live_model: object, team: Team, sdr: User, manager: User
) -> None:
    second, at = factories.make_user(teams=[team], name="Sam Second"), factories.now()
    handoffs = factories.make_mqls(*[{}] * 2)
    claims.reassign(handoffs, to=second, by=manager, at=at, reason="holiday")
    claims.take_back([handoffs[0].pk], at=at, reason="The lease ended")
    found = people.people(ask(manager))
    assert found is not None
    counts = {name: number.value for name, number in found.rows[0].deeds.items()}
    assert (found.rows[0].user, counts) == (
        second, {"assigned": 2, "claimed": 0, "released": 0, "returned": 1},
    )  # fmt: skip


def test_what_routing_offers_counts_as_assigned(
    live_model: object, team: Team, sdr: User, manager: User
) -> None:
    routed.rule("All", goes="team", team=routed.shares(team))
    offered = factories.make_mql()
    assert offered.offered_to == sdr
    found = people.people(ask(manager))
    assert found is not None
    counts = {name: number.value for name, number in found.rows[0].deeds.items()}
    assert (found.rows[0].user, counts) == (
        sdr, {"assigned": 1, "claimed": 0, "released": 0, "returned": 0},
    )  # fmt: skip
    behind = deeds.done(manager, ask(manager).period)
    assert [entry.lead for entry in behind] == [offered.lead]


def test_reps_available_are_as_many_as_the_list_says(
    web: Client, live_model: object, team: Team, sdr: User, manager: User
) -> None:
    away = factories.make_user(teams=[team], name="Ada Away")
    today = factories.now().date()
    Absence.objects.create(user=away, first_day=today, last_day=today)
    claims.take(factories.make_mql(), by=sdr, at=factories.now())
    web.force_login(manager)
    assert f'href="{REPS}' in web.get("/sla/").content.decode()
    assert "1 of 2 work now" in web.get(REPS).content.decode()
    found = staff.staff(ask(manager))
    assert found.working == standing.standing(ask(manager)).now.working == 1
    assert [(row.rep.user, row.holds, row.offered) for row in found.rows] == [
        (sdr, 1, 0), (away, 0, 0),
    ]  # fmt: skip


def test_policies_name_the_hours_by_which_they_count(team: Team, marketer: User) -> None:
    at = factories.now()
    wall = {"claim": {"minutes": 60, "clock": "calendar"}}
    promise_versions.add_policy({"name": "Wall"}, wall, warn_percent=75, at=at)
    work = {"claim": {"minutes": 60, "clock": "business"}}
    promise_versions.add_policy({"name": "All"}, work, warn_percent=75, at=at)
    said = {one.name: one.hours for one in policies.policies(ask(marketer))}
    assert said == {
        "Promise of North": "hours of North, UTC", "Wall": "", "All": "hours of each team",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_leaves_as_csv_without_formulas(
    web: Client, worked: list[Handoff], team: Team, name: str
) -> None:
    rep = factories.make_user(teams=[team], name="=2+3")
    handoff = factories.make_mql(source="=HYPERLINK(1)")
    claims.take(handoff, by=rep, at=factories.now())
    touches.log(handoff.lead, kind="call", by=rep, at=factories.now())
    answer = web.get(f"/sla/table/{name}.csv?days=90")
    assert isinstance(answer, StreamingHttpResponse)
    assert answer["Content-Disposition"].startswith(f'attachment; filename="sla-{name}-')
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) > 2
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(cell.startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sla/panel/nothing/", 404),
        ("/sla/table/nothing.csv", 404),
        ("/sla/?days=8", 422),
        ("/sla/?team=x&promise=king", 200),
        ("/sla/panel/matrix/?team=99999999999999999999999", 200),
    ],
)
def test_an_address_that_means_nothing_is_answered(web: Client, address: str, status: int) -> None:
    assert web.get(address).status_code == status


def test_a_manager_sees_own_teams_only(
    client: Client, worked: list[Handoff], manager: User
) -> None:
    client.force_login(manager)
    page = client.get("/sla/panel/people/?promise=claim&days=90").content.decode()
    assert "Rui Rep" in page
    assert "Ola Other" not in page


def test_a_page_without_anything_says_so(web: Client) -> None:
    for panel in [*PANELS, REPS]:
        assert 'class="empty"' in web.get(panel).content.decode()
