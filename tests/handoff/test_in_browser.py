"""Queue, panel and SLA in a browser: by keyboard, live, for everybody's eyes, and without a violation."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import clock
from accounts.models import Role, User
from handoff import claims
from handoff.models import Handoff, Touch
from tests import factories
from tests.browser import log_in, look
from tests.handoff.moments import earlier, minutes, ring_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rep(transactional_db: None) -> User:
    factories.publish_model()
    team = factories.make_team("North")
    factories.make_user(Role.MANAGER, teams=[team], name="Ines Manager", email="ines@team.example")
    return factories.make_user(Role.SDR, teams=[team], name="Rui Rep")


@pytest.fixture
def queued(rep: User) -> list[Handoff]:
    made = factories.make_mqls(
        *[{"first_name": name, "phone": "+49 30 901820"} for name in ("Ada", "Bob")]
    )
    earlier(made[0], minutes(62))
    ring_all()
    return made


@pytest.fixture
def violations(page: Page) -> Iterator[list[str]]:
    """What the Content Security Policy refused; a test that asks for it fails if there was any."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    yield said
    assert [text for text in said if "Security Policy" in text or text.startswith("error")] == []


def open_queue(page: Page, server: LiveServer, user: User) -> None:
    log_in(page.context, server, user)
    page.goto(f"{server.url}/queue/")


def test_a_rep_explains_and_claims_by_key_and_opens_the_lead(
    page: Page, live_server: LiveServer, rep: User, queued: list[Handoff], violations: list[str]
) -> None:
    open_queue(page, live_server, rep)
    page.keyboard.press("j")
    row = page.locator(f"#handoff-{queued[0].pk}")
    page.keyboard.press("s")
    expect(row.get_by_text("Asked for a demo")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(row).to_contain_text("You")
    expect(row).to_have_class("is-selected")
    expect(page.locator("#toasts")).to_contain_text("Yours: Ada.")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{queued[0].lead.public_id}/")


def test_of_two_browsers_that_race_for_a_lead_the_loser_reads_who_won(
    page: Page, browser: Browser, live_server: LiveServer, rep: User, queued: list[Handoff],
    violations: list[str],
) -> None:  # fmt: skip
    ana = factories.make_user(Role.SDR, teams=list(rep.teams.all()), name="Ana Ruiz")
    other = browser.new_context().new_page()
    for one, user in ((page, rep), (other, ana)):
        open_queue(one, live_server, user)
        one.keyboard.press("j")
        one.keyboard.press("j")
    row = f"#handoff-{queued[1].pk}"
    # Both have sent it before either has its answer.
    for one in (page, other):
        one.evaluate(f"document.querySelector('{row} [data-key=c]').click()")
    expect(page.locator("#toasts")).to_contain_text(re.compile("Yours: Bob.|Ana Ruiz was faster."))
    winner = Handoff.objects.get(pk=queued[1].pk).owner
    lost = page if winner == ana else other
    assert winner in (rep, ana)
    expect(lost.locator("#toasts")).to_contain_text(f"{winner.name} was faster.")
    expect(lost.locator(row)).to_contain_text(winner.name)
    other.context.close()


def test_next_passing_by_and_putting_aside_by_key(
    page: Page, live_server: LiveServer, rep: User, queued: list[Handoff], violations: list[str]
) -> None:
    open_queue(page, live_server, rep)
    page.keyboard.press("n")
    page.wait_for_url(f"**/leads/{queued[0].lead.public_id}/")
    expect(page.locator("#handoff-panel")).to_contain_text("a touch makes it stay")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Pass by Ada")).to_be_visible()
    page.keyboard.press("2")
    page.wait_for_url("**/queue/")
    expect(page.locator(f"#handoff-{queued[0].pk}")).to_contain_text("Unclaimed")
    page.keyboard.press("n")
    page.wait_for_url(f"**/leads/{queued[1].lead.public_id}/")
    page.goto(f"{live_server.url}/queue/?tab=mine")
    page.keyboard.press("j")
    page.keyboard.press("z")
    expect(page.get_by_role("heading", name="Put Bob aside")).to_be_visible()
    page.keyboard.press("4")
    page.get_by_role("button", name="Put aside").last.click()
    expect(page.locator("#dialog")).to_contain_text("choose an earlier moment")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Claim the chosen")).to_be_visible()


def test_the_page_hears_of_changes_without_a_reload(
    page: Page, live_server: LiveServer, rep: User, queued: list[Handoff], violations: list[str]
) -> None:
    open_queue(page, live_server, rep)
    ana = factories.make_user(Role.SDR, teams=list(rep.teams.all()), name="Ana Ruiz")
    claims.take(queued[0], by=ana, at=clock.now())
    factories.make_mql(first_name="Zoe")
    page.evaluate("htmx.trigger(document.body, 'queueChanged')")
    expect(page.locator(f"#handoff-{queued[0].pk}")).to_contain_text("Ana Ruiz")
    expect(page.locator("#queue-tabs")).to_contain_text("All open 3")
    expect(page.locator("tbody")).not_to_contain_text("Zoe")
    page.get_by_role("link", name="1 new").click()
    expect(page.locator("tbody")).to_contain_text("Zoe")


def test_a_lead_is_claimed_touched_and_given_back_by_key(
    page: Page, live_server: LiveServer, rep: User, queued: list[Handoff], violations: list[str]
) -> None:
    log_in(page.context, live_server, rep)
    page.goto(f"{live_server.url}/leads/{queued[1].lead.public_id}/")
    panel = page.locator("#handoff-panel")
    expect(panel).to_contain_text("Unclaimed")
    page.keyboard.press("c")
    expect(panel).to_contain_text("You")
    expect(page.locator("#lead-head")).to_contain_text("Working")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="Log a touch")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Sent the deck")
    page.get_by_role("button", name="Log it").press("Enter")
    expect(panel).to_contain_text("Sent the deck")
    assert Touch.objects.get().kind == "email"
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Give the lead back")).to_be_visible()
    page.keyboard.type("Not my language")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Unclaimed")


def test_pages_are_readable_by_everybody(
    page: Page, live_server: LiveServer, queued: list[Handoff], violations: list[str]
) -> None:
    log_in(page.context, live_server, User.objects.get(email="ines@team.example"))
    paths = [
        "queue/",
        "queue/settings/",
        "queue/skips/",
        "queue/low/",
        "sla/",
        "sla/breaches/",
        "notifications/",
        "promises/",
        "promises/?policy=new",
    ]
    for path in paths:
        look(page, live_server, f"/{path}")
