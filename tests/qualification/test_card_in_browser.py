"""The card under a rep's hands: how many keys it takes, and a minute without a connection."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from handoff.models import Handoff
from qualification.models import Answer, Disposition, FrameworkRule
from tests import factories
from tests.browser import is_readable, log_in
from tests.qualification.facts import answer, claimed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rep(transactional_db: None) -> User:
    factories.publish_model()
    return factories.make_user("sdr", teams=[factories.make_team()], name="Rui Rep")


@pytest.fixture
def handoff(rep: User) -> Handoff:
    return claimed(rep, first_name="Maya", last_name="Lind", title="CFO", company_name="Northwind")


def open_card(page: Page, server: LiveServer, user: User, handoff: Handoff) -> None:
    log_in(page.context, server, user)
    page.goto(f"{server.url}/qualification/{handoff.public_id}/card")


def test_bant_from_an_open_card_to_the_outcome_takes_at_most_twelve_keys(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    open_card(page, live_server, rep, handoff)
    keys = ["3", "Enter", "2", "Enter", "2", "Enter", "1", "a"]
    for key in keys:
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile("/queue/"))
    assert len(keys) <= 12
    assert Disposition.objects.get().below_gate is False


def test_what_is_known_is_confirmed_by_one_key(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    open_card(page, live_server, rep, handoff)
    page.keyboard.press("j")
    expect(page.locator("#question-authority")).to_have_class(re.compile("is-selected"))
    page.keyboard.press("Enter")
    expect(page.locator("#saved-authority")).to_contain_text("just now")
    kept = Answer.objects.get()
    assert (kept.level, kept.evidence) == (1, "Job title: CFO")
    expect(page.locator("#question-need")).to_have_class(re.compile("is-selected"))


def test_a_minute_without_a_connection_loses_nothing(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    open_card(page, live_server, rep, handoff)
    page.context.set_offline(True)
    page.keyboard.press("2")
    page.keyboard.type("Twenty thousand.")
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    expect(page.locator("#card-offline")).to_be_visible()
    expect(page.locator("#saved-budget")).to_contain_text("Not sent yet, kept here")
    assert not Answer.objects.exists()
    page.context.set_offline(False)
    expect(page.locator("#card-offline")).to_be_hidden(timeout=15_000)
    found = dict(Answer.objects.values_list("element", "level"))
    assert found == {"budget": 2, "authority": 1}
    assert Answer.objects.get(element="budget").evidence == "Twenty thousand."


def test_answers_outlive_the_page_and_do_not_overwrite_what_another_said(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    boss = factories.make_user("administrator", name="Ines Manager")
    open_card(page, live_server, rep, handoff)
    page.context.set_offline(True)
    page.keyboard.press("1")
    expect(page.locator("#card-offline")).to_be_visible()
    answer(handoff, "budget", by=boss, level=3, evidence="They signed.")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{live_server.url}/qualification/{handoff.public_id}/card")
    expect(page.locator("#question-budget")).to_contain_text(
        "Ines Manager answered this meanwhile", timeout=15_000
    )
    assert Answer.objects.get().evidence == "They signed."


def test_two_people_on_one_card_see_each_other(
    page: Page, browser: Browser, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    boss = factories.make_user("administrator", name="Ines Manager")
    open_card(page, live_server, rep, handoff)
    expect(page.locator("#presence")).to_be_attached()
    context = browser.new_context()
    other = context.new_page()
    open_card(other, live_server, boss, handoff)
    expect(other.locator("#presence")).to_contain_text("Rui Rep has this card open too")
    is_readable(other)
    context.close()


def test_who_decides_is_noted_from_the_keyboard(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    open_card(page, live_server, rep, handoff)
    page.keyboard.press("w")
    expect(page.locator("#person-name")).to_be_visible()
    page.locator("#person-name").focus()
    page.keyboard.type("Petra Koch")
    page.keyboard.press("Enter")
    expect(page.locator("#card-beside")).to_contain_text("Petra Koch")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="A task for Maya Lind")).to_be_visible()


def test_pages_around_the_card_can_be_read_by_everybody(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    boss = factories.make_user("administrator", name="Ines Manager")
    answer(handoff, "need", by=boss)
    FrameworkRule.objects.create(order=1, name="Everybody", framework="gpct", then="bant")
    log_in(page.context, live_server, boss)
    frameworks = "/qualification/frameworks/"
    for path in (frameworks, f"{frameworks}of/bant/", f"{frameworks}rules/1/", "/reports/gaps/"):
        page.goto(
            live_server.url + path.replace("rules/1", f"rules/{FrameworkRule.objects.get().pk}")
        )
        if "/of/" in path:
            page.locator(".element summary").first.click()
        is_readable(page)
