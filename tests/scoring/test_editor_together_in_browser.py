"""Order by keys, and two people at one draft, each in a browser of their own."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role, User
from scoring.live import read
from scoring.models import ModelVersion
from scoring.publishing import drafts
from tests import factories
from tests.browser import log_in
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def live(db: None) -> ModelVersion:
    return factories.publish_model(
        model(
            fit("title", 20), fit("phone", 5, "phone"), fit("country", 3, "country"), act("page", 5)
        )
    )


def opened(page: Page, live_server: LiveServer, user: User, path: str = "") -> Page:
    log_in(page.context, live_server, user)
    page.goto(f"{live_server.url}/scoring/{path}")
    return page


@pytest.fixture
def ana(page: Page, live_server: LiveServer, marketer: User, live: ModelVersion) -> Page:
    return opened(page, live_server, marketer)


def order_of(live: ModelVersion) -> list[str]:
    draft, _live = drafts.draft_and_live(live.model)
    return [c.key for c in read(draft or live).criteria]


def test_criteria_are_put_in_order_by_keys_and_it_is_announced(
    ana: Page, live: ModelVersion
) -> None:
    ana.get_by_role("button", name="Move Country").focus()
    ana.keyboard.press("Alt+ArrowUp")
    ana.keyboard.press("ArrowUp")
    expect(ana.get_by_role("status").filter(has_text="now")).to_have_text("Country: now 1 of 3.")
    expect(ana.get_by_role("button", name="Move Country")).to_be_focused()
    expect(ana.locator("#model-head")).to_contain_text("1 change to version 1")
    assert order_of(live) == ["country", "title", "phone", "page"]
    slider = ana.get_by_label("Points for Title", exact=True)
    slider.focus()
    with ana.expect_response("**/order/fit/"):
        ana.keyboard.press("Alt+ArrowDown")
    expect(ana.get_by_role("status").filter(has_text="now")).to_have_text("Title: now 3 of 3.")
    expect(slider).to_be_focused()
    ana.reload()
    rows = ana.get_by_role("region", name="Fit").get_by_role("listitem")
    for row, name in zip(rows.all(), ("Country", "Phone", "Title"), strict=True):
        expect(row).to_contain_text(name)


def test_a_phrase_of_a_sentence_opens_its_field(ana: Page, live: ModelVersion) -> None:
    limit = drafts.replaced("criteria", "page", act("page", 5, cap=15))
    drafts.edit(live.model, limit, by=factories.make_user(Role.MARKETER), at=factories.now())
    ana.reload()
    ana.get_by_role("link", name="at most 15").press("Enter")
    expect(ana.get_by_role("dialog").get_by_label("Points at most")).to_be_focused()


def test_criteria_are_dragged(ana: Page, live: ModelVersion) -> None:
    ana.get_by_role("button", name="Move Country").drag_to(ana.locator("#criterion-title"))
    expect(ana.locator("#model-head")).to_contain_text("1 change to version 1")
    assert order_of(live)[0] == "country"


def test_two_people_see_each_other_and_lose_nothing(
    ana: Page, browser: Browser, live_server: LiveServer, live: ModelVersion
) -> None:
    other = browser.new_context().new_page()
    bob = opened(other, live_server, factories.make_user(Role.MARKETER, name="Bob Brand"))
    ana.reload()
    expect(ana.locator("#presence")).to_contain_text("Bob Brand is editing too")

    mine, theirs = (side.get_by_label("Points for Title, as a number") for side in (ana, bob))
    theirs.fill("9")
    theirs.press("Enter")
    expect(bob.locator("#model-head")).to_contain_text("1 change to version 1")
    mine.fill("30")
    mine.press("Enter")
    refused = ana.locator("#refused-title")
    expect(refused).to_contain_text("Bob Brand")
    expect(refused).to_contain_text("“Title” gives +9 instead of +20.")
    expect(mine).to_have_value("30")

    phone = ana.get_by_label("Points for Phone, as a number")
    phone.fill("7")
    phone.press("Enter")
    expect(ana.locator("#model-head")).to_contain_text("2 changes to version 1")
    expect(ana.get_by_label("Points for Title, as a number")).to_have_value("9")
    other.context.close()


def test_a_stale_save_goes_through_when_it_is_meant(
    ana: Page, live: ModelVersion, live_server: LiveServer
) -> None:
    expect(ana.locator("#presence")).to_be_attached()
    somebody = factories.make_user(Role.MARKETER, name="Bob Brand")
    drafts.edit(live.model, drafts.points("title", 9), by=somebody, at=factories.now())
    mine = ana.get_by_label("Points for Title, as a number")
    mine.fill("30")
    mine.press("Enter")
    ana.get_by_role("button", name="Save mine instead").press("Enter")
    expect(ana.locator("#refused-title")).to_be_empty()
    draft, _live = drafts.draft_and_live(live.model)
    assert draft is not None and read(draft).by_key["title"].points == 30
