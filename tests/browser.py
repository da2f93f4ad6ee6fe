"""Browser tests: which Chromium they drive, with which flags, and as whom. A pytest plugin."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, BrowserType, Page, Playwright, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from leadhub.dev import chromium

# pytest-playwright keeps an event loop in the thread the tests run in, which Django would refuse.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Beside the contrast, all that can go wrong on a phone alone.
OF_PHONES = {
    "type": "rule",
    "values": ["link-in-text-block", "scrollable-region-focusable", "target-size"],
}
AXE = Axe().axe_script
# What axe complains of. To judge a contrast costs more than everything else together, so of texts that look alike,
# in a row for each lead, the first is judged.
COMPLAINTS = (Path(__file__).parent / "complaints.js").read_text()
PICTURES = os.environ.get("PICTURES")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver; where it cannot start skip, or fail where E2E_REQUIRED asks for it."""
    if not chromium.runs(sys.executable, "-m", "playwright"):
        _without(chromium.NO_DRIVER)
    with sync_playwright() as started:
        yield started


def _without(why: str) -> None:
    if os.environ.get("E2E_REQUIRED") == "1":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_type: BrowserType
) -> dict[str, Any]:
    """Launch the Chromium there is; without one skip, or fail where E2E_REQUIRED asks for it."""
    path = find_chromium(browser_type.executable_path)
    if path is None:
        _without(chromium.HOW_TO_GET_ONE)
    # Chromium's own sandbox does not work for root.
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    return {**browser_type_launch_args, "executable_path": path, "args": [*QUIET, *sandbox]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Nothing moves: a drawer that is still fading in has colours nobody is meant to read."""
    return {**browser_context_args, "reduced_motion": "reduce"}


def find_chromium(of_playwright: str) -> str | None:
    """Return the Chromium asked for, else Playwright's own, else the system's."""
    if asked := os.environ.get("CHROMIUM_PATH"):
        return asked
    if Path(of_playwright).exists() and chromium.runs(of_playwright):
        return of_playwright
    return chromium.of_the_system()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a browser, the longest, come first, so that no process waits for another that has just begun one;
    tests that kill servers come last."""
    long = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}
    items.sort(
        key=lambda item: (item.get_closest_marker("kill") is not None, item.path not in long)
    )


def log_in(context: BrowserContext, server: LiveServer, user: User) -> None:
    """The browser is logged in as `user`, without the way through the form."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])


def is_readable(page: Page, rules: Any = RULES) -> None:
    """axe finds nothing to complain of in what is shown now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    assert page.evaluate(COMPLAINTS, rules) == [], page.url


BUSY = "document.readyState !== 'complete' || document.querySelector('.htmx-request') !== null"


def settled(page: Page) -> None:
    """Waits until the page has come and nothing of it is under way, looked at three times in a row."""
    still, end = 0, time.monotonic() + 30
    while still < 3:
        assert time.monotonic() < end, f"{page.url} never settles"
        still = 0 if page.evaluate(BUSY) else still + 1
        page.wait_for_timeout(40)


def in_both_faces(page: Page, name: str = "") -> None:
    """The page that is open can be read, light on a desk and dark on a phone, without being fetched again."""
    for scheme, width, rules in (("light", 1440, RULES), ("dark", 390, OF_PHONES)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        is_readable(page, rules)
        picture(page, f"{name}-{width}-{scheme}")


def look(page: Page, server: LiveServer, path: str, name: str = "") -> None:
    """The page can be read by everybody, see `in_both_faces`."""
    page.goto(server.url + path)
    in_both_faces(page, name)


def picture(page: Page, name: str) -> None:
    """Kept where PICTURES names a folder."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
