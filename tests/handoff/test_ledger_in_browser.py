"""Who held a lead, and the steps after a deadline, in a browser: by keyboard, for everybody's eyes, on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import clock
from accounts.models import Role, Team, User
from handoff import claims
from handoff.models import Handoff, SlaPolicy
from tests import factories
from tests.browser import is_readable, log_in, settled
from tests.handoff.moments import earlier, minutes, ring_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(transactional_db: None) -> Team:
    factories.publish_model()
    return factories.make_team("North")


@pytest.fixture
def ines(team: Team) -> User:
    return factories.make_user(Role.MANAGER, teams=[team], name="Ines Manager")


@pytest.fixture
def late(team: Team, ines: User) -> Handoff:
    """Claimed ten minutes too late, and given back."""
    rep = factories.make_user(Role.SDR, teams=[team], name="Rui Rep")
    handoff = factories.make_mql(first_name="Ada")
    earlier(handoff, minutes(100))
    ring_all()
    claims.take(handoff, by=rep, at=clock.now() - minutes(30))
    claims.release(handoff, by=rep, at=clock.now())
    return handoff


@pytest.fixture
def violations(page: Page) -> Iterator[list[str]]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    yield said
    assert [text for text in said if "Security Policy" in text or text.startswith("error")] == []


def is_clean(page: Page) -> None:
    settled(page)
    is_readable(page)


def test_the_drawer_opens_from_the_list_says_who_had_it_and_closes(
    page: Page, live_server: LiveServer, ines: User, late: Handoff, violations: list[str]
) -> None:
    log_in(page.context, live_server, ines)
    page.goto(f"{live_server.url}/sla/breaches/")
    page.get_by_role("link", name="Who held Ada").first.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_role("heading", name="Who held the lead")).to_be_visible()
    expect(drawer.locator("table")).to_contain_text("Rui Rep")
    expect(drawer.get_by_role("img", name="Working time: ")).to_be_visible()
    expect(drawer.get_by_text("Target 1 h 00 m")).to_be_visible()
    is_clean(page)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 390])
def test_steps_are_said_in_words_while_they_are_chosen(
    page: Page, live_server: LiveServer, team: Team, ines: User, width: int, violations: list[str]
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    log_in(page.context, live_server, ines)
    policy = SlaPolicy.objects.get(team=team)
    page.goto(f"{live_server.url}/promises/escalation/{policy.pk}/")
    third = page.get_by_role("group", name="Step 3")
    third.get_by_label("When").select_option("after")
    third.get_by_label("What happens").select_option("take_back")
    third.get_by_label("For which promise").select_option("first_touch")
    third.get_by_label("How many").fill("45")
    third.get_by_label("How many").press("Tab")
    said = page.locator("#chain-words")
    expect(said).to_contain_text("45 minutes after the deadline: take it back into the queue.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    is_clean(page)
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.locator("main")).to_contain_text("45 minutes after the deadline")
    is_clean(page)
