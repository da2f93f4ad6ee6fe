"""The rules in a browser: written by keyboard, tried, put in another order, and readable for everybody."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from handoff.models import RoutingRule
from tests import factories
from tests.browser import is_readable, log_in
from tests.handoff.routing.facts import crossing, rep, rule, shares, where

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rule_is_written_tried_saved_and_moved_by_keyboard(
    page: Page, live_server: LiveServer
) -> None:
    team = shares(factories.make_team("North"))
    rep("Ana", team)
    manager = factories.make_user(Role.MANAGER, teams=[team])
    rule("Swedes", where("country", "is", "SE"), team=team)
    crossing(country="DE")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    log_in(page.context, live_server, manager)
    page.goto(f"{live_server.url}/routing/rules/new/")
    page.get_by_label("Name").fill("Germans")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Field").select_option("country")
    page.get_by_label("Must be").select_option("is")
    page.get_by_label("Value").fill("DE")
    page.get_by_label("Team").select_option("North")
    page.get_by_role("button", name="Who would get these leads?").click()
    expect(page.get_by_text("Whom the team would be offered them")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Germans")
    is_readable(page)
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_text("“Germans” applies from now on.")).to_be_visible()
    is_readable(page)
    page.get_by_role("button", name="Move Germans").focus()
    with page.expect_response("**/routing/order/"):
        page.keyboard.press("ArrowUp")
    expect(page.locator("#rules > li").first).to_contain_text("Germans")
    assert [one.name for one in RoutingRule.objects.all()] == ["Germans", "Swedes"]
    page.goto(f"{live_server.url}/routing/teams/{team.pk}/")
    is_readable(page)
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/routing/", f"/routing/teams/{team.pk}/", "/routing/rules/new/"):
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert errors == []
