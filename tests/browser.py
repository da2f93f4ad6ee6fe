"""Browser tests: which Chromium they drive, with which flags, and as whom. A pytest plugin."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, BrowserType, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from leadhub.dev import chromium

# pytest-playwright keeps an event loop in the thread the tests run in, which Django would refuse.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
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
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], browser_type: BrowserType
) -> dict[str, Any]:
    """Launch the Chromium there is; without one skip, or fail where E2E_REQUIRED asks for it."""
    path = find_chromium(browser_type.executable_path)
    if path is None and os.environ.get("E2E_REQUIRED") == "1":
        pytest.fail(chromium.HOW_TO_GET_ONE, pytrace=False)
    if path is None:
        pytest.skip(chromium.HOW_TO_GET_ONE)
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
    """Tests that kill servers come last, so that none is under way beside them."""
    items.sort(key=lambda item: item.get_closest_marker("kill") is not None)


def log_in(context: BrowserContext, server: LiveServer, user: User) -> None:
    """The browser is logged in as `user`, without the way through the form."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])


BUSY = "document.readyState !== 'complete' || document.querySelector('.htmx-request') !== null"


def settled(page: Page) -> None:
    """Waits until the page has come and nothing of it is under way, looked at three times in a row."""
    still, end = 0, time.monotonic() + 30
    while still < 3:
        assert time.monotonic() < end, f"{page.url} never settles"
        still = 0 if page.evaluate(BUSY) else still + 1
        page.wait_for_timeout(40)


def look(page: Page, server: LiveServer, path: str, name: str) -> None:
    """Nothing to complain of for axe in light and dark, and nothing sticks out on a phone."""
    page.goto(server.url + path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            settled(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            picture(page, f"{name}-{width}-{scheme}")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, (path, scheme, found.generate_report())


def picture(page: Page, name: str) -> None:
    """Kept where PICTURES names a folder."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
