"""The page of components in a real browser: readable for everybody, and driven by keys alone."""

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser import in_both_faces

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def guide(page: Page, live_server: LiveServer, settings: Settings) -> Page:
    settings.ROOT_URLCONF = "tests.leadhub.face_urls"
    settings.DEBUG = True
    page.goto(f"{live_server.url}/styleguide/")
    return page


def test_components_have_no_known_barrier(guide: Page) -> None:
    in_both_faces(guide)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_never_scrolls_sideways(guide: Page, width: int) -> None:
    guide.set_viewport_size({"width": width, "height": 900})
    assert guide.evaluate("document.documentElement.scrollWidth") == width


def test_the_content_policy_is_not_violated(guide: Page) -> None:
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        said.append(message.text)

    guide.on("console", listen)
    guide.reload()
    guide.keyboard.press("j")
    guide.keyboard.press("s")
    guide.keyboard.press("?")
    assert [text for text in said if "Content Security Policy" in text] == []


def test_keys_walk_the_rows_and_act_in_the_selected_one(guide: Page) -> None:
    guide.keyboard.press("j")
    guide.keyboard.press("j")
    expect(guide.locator("#lead-1")).to_have_class("is-selected")
    guide.keyboard.press("s")
    expect(guide.locator("#why-1")).to_be_visible()
    expect(guide.locator("#why-0")).to_be_hidden()


def test_keys_typed_into_a_field_are_text(guide: Page) -> None:
    guide.keyboard.press("/")
    guide.keyboard.type("j?")
    expect(guide.locator("input[name=q]")).to_have_value("j?")
    expect(guide.locator("tr.is-selected")).to_have_count(0)
    expect(guide.locator("#keys-dialog")).to_be_hidden()


def test_single_keys_can_be_switched_off(guide: Page) -> None:
    guide.keyboard.press("?")
    guide.get_by_label("Use single keys on this device").uncheck()
    guide.keyboard.press("Escape")
    guide.keyboard.press("j")
    expect(guide.locator("tr.is-selected")).to_have_count(0)


def test_a_question_comes_before_what_cannot_be_undone(guide: Page) -> None:
    guide.get_by_role("button", name="Ask first").click()
    dialog = guide.locator("#confirm-dialog")
    expect(dialog).to_contain_text("Revoke this key?")
    guide.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(guide.get_by_role("button", name="Ask first")).to_be_focused()


def test_the_chosen_theme_is_remembered(guide: Page, live_server: LiveServer) -> None:
    guide.context.add_cookies([{"name": "theme", "value": "dark", "url": live_server.url}])
    guide.reload()
    expect(guide.locator("html")).to_have_attribute("data-theme", "dark")


def test_handles_of_bands_cannot_pass_one_another(guide: Page) -> None:
    handle = guide.get_by_label("MQL from")
    handle.focus()
    handle.press("End")
    expect(handle).to_have_value("79")
    low = guide.locator(".band-axis__band").nth(2).locator(".band-axis__low")
    expect(low).to_have_text("79")
