"""The tracker on a website of somebody else's, in a real browser: each event once, and nothing before consent."""

import gzip
import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Route
from pytest_django.live_server_helper import LiveServer

from accounts import clock, keys
from accounts.models import ApiKey, User
from leads.activity import visits
from leads.models import Event, IngestCount, Lead, MachineBurst
from tests import factories
from tests.browser import in_both_faces, log_in

pytestmark = pytest.mark.django_db(transaction=True)
# Chromium takes addresses under .localhost for safe, as it does https.
SITE = "http://firm.localhost"
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGE = """<!doctype html><html lang="en"><title>Firm</title>
<script defer src="{hub}/leadhub.js" data-leadhub-key="{key}"></script>
<button id="demo" data-leadhub-event="Demo Requested" data-leadhub-prop-plan="pro">Demo</button>
<a id="form" href="{hub}/f/talk/">Talk</a>
<form data-leadhub-form="News"><input id="mail" data-leadhub-trait="email"><input id="secret">
<button id="send">Go</button></form>
<script>document.forms[0].addEventListener("submit", e => e.preventDefault())</script>"""


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "user_agent": PERSON}


@pytest.fixture
def site(context: BrowserContext, live_server: LiveServer) -> str:
    """A website with the script on every page."""
    text = keys.make(kind=ApiKey.Kind.PUBLIC, name="Firm", by=None)[1]
    html = PAGE.replace("{hub}", live_server.url).replace("{key}", text)

    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    context.route(f"{SITE}/**", answer)
    # A page that came from nowhere may ask this machine.
    context.grant_permissions(["local-network-access"])
    context.add_init_script("Object.defineProperty(navigator, 'webdriver', {get: () => undefined})")
    return SITE


def until(true: Callable[[], Any], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def looks() -> list[tuple[str, str]]:
    return list(
        Event.objects.order_by("id").values_list("signature__kind__key", "signature__path")
    )  # fmt: skip


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "Object.keys(localStorage).concat(Object.keys(sessionStorage))"
    )
    return found


def test_nothing_is_kept_or_sent_before_consent_and_nothing_after_it_was_taken_back(
    page: Page, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    told: list[str] = []

    def address_of(data: Any, _sending: object) -> str:
        told.append(data["context"]["consent"])
        return ""

    monkeypatch.setattr(visits, "address_of", address_of)
    page.on("request", lambda request: sent.append(request.url))
    page.goto(f"{site}/pricing?utm_campaign=autumn")
    page.click("#demo")
    page.wait_for_function("window.leadhub.consent() === ''")
    assert kept(page) == []
    assert not page.context.cookies()
    page.evaluate("leadhub.consent(true)")
    until(lambda: looks() == [("page", "/pricing")])
    assert told == ["yes"]
    assert Event.objects.get().signature.campaign == "autumn"
    page.click("#demo")
    page.evaluate("leadhub.consent(false)")
    assert kept(page) == ["leadhub.consent"]
    # The no itself, and not the click that still waited.
    until(lambda: looks() == [("page", "/pricing"), ("technical", "")])
    before = len(sent)
    page.click("#demo")
    page.reload()
    page.click("#demo")
    page.goto("about:blank")
    assert [url for url in sent[before:] if "/v1/" in url] == []
    assert looks() == [("page", "/pricing"), ("technical", "")]


def test_clicks_and_forms_that_are_marked_become_events_of_the_lead(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    page.evaluate("leadhub.consent(true)")
    page.click("#demo")
    page.fill("#mail", "maya@firm.example")
    page.fill("#secret", "1234")
    page.click("#send")
    page.evaluate("history.pushState({}, '', '/thanks')")
    until(lambda: len(looks()) == 4)
    # They may be sent by different messages, each with a delay of its own.
    assert sorted(kind for kind, _path in looks()) == ["demo_request", "form", "page", "page"]
    lead = Lead.objects.get(email="maya@firm.example")
    assert lead.events.count() == 4
    told = json.dumps(list(Event.objects.values_list("properties", flat=True)))
    assert '"plan": "pro"' in told
    assert "1234" not in told
    page.evaluate(
        "document.querySelector('#form').addEventListener('click', e => e.preventDefault())"
    )
    page.click("#form")
    assert "aid=" in page.get_attribute("#form", "href")  # type: ignore[operator]


def test_an_hour_offline_in_two_tabs_with_a_wrong_clock_loses_and_doubles_nothing(
    context: BrowserContext, site: str
) -> None:
    # The visitor's clock is three hours slow.
    context.clock.install(time=clock.now() - timedelta(hours=3))
    one, two = context.new_page(), context.new_page()
    one.goto(f"{site}/one")
    one.evaluate("leadhub.consent(true)")
    two.goto(f"{site}/two")
    context.clock.run_for(2000)
    until(lambda: {path for _kind, path in looks()} == {"/one", "/two"})
    context.set_offline(True)
    for page in (one, two):
        page.click("#demo")
        page.click("#demo")
    context.clock.fast_forward("01:00:00")
    assert Event.objects.count() == 2
    one.close()
    context.set_offline(False)
    two.evaluate("window.dispatchEvent(new Event('online'))")
    context.clock.run_for(5000)
    until(lambda: Event.objects.count() == 6)
    # What was sent twice was seen to be the same.
    until(lambda: not [name for name in kept(two) if ".m." in name])
    assert Event.objects.count() == 6
    late = [e for e in Event.objects.all() if e.signature.kind.key == "demo_request"]
    waited = [(event.received_at - event.occurred_at) / timedelta(minutes=1) for event in late]
    assert len(waited) == 4
    assert all(59 < minutes < 62 for minutes in waited)


def test_a_page_that_is_left_at_once_sends_by_beacon_and_it_counts_once(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/a")
    page.evaluate("leadhub.consent(true)")
    until(lambda: len(looks()) == 1)
    page.click("#demo")
    page.goto(f"{site}/b")
    until(lambda: len(looks()) == 3)
    until(lambda: not [name for name in kept(page) if ".m." in name])
    assert sorted(kind for kind, _path in looks()) == ["demo_request", "page", "page"]
    assert IngestCount.objects.get().conflicts == 0


@pytest.mark.parametrize(
    "signal", ["globalPrivacyControl', {get: () => true}", "doNotTrack', {get: () => '1'}"]
)
def test_a_browser_that_says_no_for_its_user_is_believed(
    page: Page, site: str, signal: str
) -> None:
    page.add_init_script(f"Object.defineProperty(navigator, '{signal})")
    page.goto(f"{site}/")
    assert page.evaluate("leadhub.consent(true)") == ""
    page.click("#demo")
    page.goto("about:blank")
    assert not Event.objects.exists()


def test_the_script_is_small() -> None:
    """How long it keeps a slow machine busy is measured by `dev.py bench --only tracker`."""
    source = Path(settings.BASE_DIR / "static" / "tracker" / "leadhub.js").read_bytes()
    assert len(gzip.compress(source)) < 5 * 1024


def test_the_demo_page_shows_what_arrives_and_every_page_reads_well(
    page: Page, live_server: LiveServer, marketer: User
) -> None:
    at = clock.now()
    lead = factories.make_lead(first_name="Scanned", email="scanned@firm.example")
    MachineBurst(lead=lead, reason="fan_out", events=5, since=at, until=at, found_at=at).save()
    log_in(page.context, live_server, marketer)
    page.goto(f"{live_server.url}/leads/tracking/")
    page.get_by_label("Name").fill("www.firm.example")
    page.get_by_role("button", name="Add the website").press("Enter")
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("button", name="Yes").click()
    page.get_by_role("button", name="Ask for a demo").click()
    page.get_by_role("cell", name="Demo requested").first.wait_for(timeout=15_000)
    here = page.url.removesuffix("demo/")
    for path in (here, f"{here}demo/", *(f"{live_server.url}/leads/tracking/{end}" for end in
                 ("", "arriving/", "kinds/", "kinds/webinar/", "machines/", "own/"))):  # fmt: skip
        page.goto(path)
        in_both_faces(page)
