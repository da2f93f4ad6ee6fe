"""What each side promised for a month, against what came of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from insights import periods, two_sides
from leads import editing
from leads.models import Lead
from qualification.agreement import terms
from tests import factories
from tests.insights.facts import DAY, HOUR, numbers, plant, promise, rows_behind

pytestmark = pytest.mark.django_db


def lines(user: User, *, days: int = 30) -> dict[str, two_sides.Line]:
    at = factories.now()
    period = periods.latest(days, at=at, here=periods.zone())
    [sides] = two_sides.report(user, terms.of_teams(two_sides.teams_of(user)), period, at=at)
    return {line.label: line for line in (*sides.marketing, *sides.sales)}


def test_both_sides_are_counted_and_each_number_opens_its_rows(
    client: Client, team: Team, manager: User, sdr: User
) -> None:
    terms.put(team, {"mqls_a_month": 5, "accepted_percent": 50, "complete_percent": 50,
                     "complete_fields": ["title"], "kept_percent": 90})  # fmt: skip
    opened = factories.now() - 2 * DAY
    made = [
        plant(team, opened=opened, state=state, by=sdr, reason=reason, title=title)
        for state, reason, title in (
            ("accepted", "", "CFO"), ("disqualified", "no_need", ""), ("accepted", "", ""),
            ("queued", "", "CTO"),
        )
    ]  # fmt: skip
    for handoff in made:
        due = opened + HOUR
        promise(handoff, due=due, closed=due + (HOUR if handoff.state == "queued" else -HOUR / 2))
    found = lines(manager)
    shown = {
        name: (line.actual.value, line.actual.whole, line.is_missed) for name, line in found.items()
    }
    assert shown == {
        "MQLs": (4, 4, True), "Accepted": (2, 3, False), "Complete": (2, 4, False),
        "Deadlines met": (3, 4, True),
    }  # fmt: skip
    client.force_login(manager)
    for line in found.values():
        assert rows_behind(client, line.actual.url) == line.actual.value, line.label


def test_what_reps_found_out_later_does_not_make_a_lead_complete(
    team: Team, manager: User, sdr: User
) -> None:
    opened = factories.now() - DAY
    bare, whole = (plant(team, opened=opened, title=title) for title in ("", "CFO"))
    terms.put(team, {"complete_fields": ["title"]})
    for handoff, title in ((bare, "CTO"), (whole, "")):
        lead = Lead.objects.get(pk=handoff.lead_id)
        editing.edit(lead, {"title": title}, by=sdr, at=factories.now())
    assert lines(manager)["Complete"].actual.value == 1


def test_the_pages_say_what_was_missed_and_is_late(
    client: Client, team: Team, manager: User, marketer: User, sdr: User
) -> None:
    terms.put(team, {"mqls_a_month": 50})
    client.force_login(marketer)
    today = periods.today(factories.now(), periods.zone())
    answer = client.post("/agreement/reviews/data/", {
        "form": "plan", "owner": manager.pk, "due_on": (today - timedelta(days=1)).isoformat()})  # fmt: skip
    assert answer.status_code == 422
    assert "or later" in answer.content.decode()
    client.post("/agreement/reviews/data/", {"form": "plan", "owner": manager.pk, "due_on": today})
    assert "Ines Manager, until" in client.get("/agreement/").content.decode()
    for who in (marketer, manager):
        client.force_login(who)
        page = client.get("/").content.decode()
        assert "Last month, North: MQLs 0 instead of 50." in page
    client.force_login(sdr)
    assert "Last month" not in client.get("/").content.decode()
    assert "What an MQL is" in client.get("/agreement/").content.decode()


def test_signing_on_the_page(client: Client, team: Team, manager: User, marketer: User) -> None:
    client.force_login(marketer)
    page = client.get("/agreement/").content.decode()
    digest = page.split('name="digest" value="')[1].split('"')[0]
    terms.put(team, {"mqls_a_month": 50})
    assert (
        "It changed while you read it"
        in client.post("/agreement/", {"digest": digest}, follow=True).content.decode()
    )
    page = client.get("/agreement/").content.decode()
    digest = page.split('name="digest" value="')[1].split('"')[0]
    said = client.post("/agreement/", {"digest": digest}, follow=True).content.decode()
    assert "You signed version 1." in said
    assert "Marketing: Ana Marketer" in said


@pytest.mark.parametrize("fields", [{"accepted_percent": "101"}, {"mqls_a_month": "0"},
                                    {"complete_percent": "50"}])  # fmt: skip
def test_terms_that_make_no_sense_are_refused(
    client: Client, team: Team, manager: User, fields: dict[str, str]
) -> None:
    client.force_login(manager)
    answer = client.post(f"/agreement/teams/{team.pk}/", fields)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode() or "errorlist" in answer.content.decode()


def test_the_page_costs_the_same_with_more_teams(
    client: Client, team: Team, marketer: User
) -> None:
    client.force_login(marketer)
    client.get("/agreement/")

    counts = []
    for _number in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert numbers(client.get("/agreement/").content.decode()) is not None
        counts.append(len(queries))
        factories.make_team()
        factories.make_team()
    assert counts[0] == counts[1]
