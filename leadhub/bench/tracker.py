"""How long the tracker keeps a visitor's machine busy at a time: a real Chromium, slowed down four times."""

import os
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, Route, sync_playwright

from leadhub.bench.pairs import Spread
from leadhub.dev import chromium

SITE = "http://firm.localhost"
SLOWER = 4
EVENTS = 20
# A task that lasts longer is felt by whoever reads the page: https://www.w3.org/TR/longtasks-1/
LONG_MS = 50.0
PAGE = """<!doctype html><html lang="en"><title>Firm</title>
<script>
window.spent = [];
new PerformanceObserver(list => list.getEntries().forEach(task => spent.push(task.duration)))
  .observe({type: "longtask"});
</script><script src="/leadhub.js" data-leadhub-key="bench"></script>"""
# Each event in a task of its own, as clicks are, and then the sending, which waits a second for more; milliseconds.
TRACK = """async (events) => {
  for (let i = 0; i < events; i++) {
    await new Promise(done => setTimeout(done));
    const began = performance.now();
    leadhub.track("Clicked", {i});
    spent.push(performance.now() - began);
  }
  await new Promise(done => setTimeout(done, 1200));
  return Math.max(...spent);
}"""


def longest_task(visits: int) -> Spread:
    """The longest task of each of so many visits with twenty events, none of which is sent meanwhile."""
    script = (settings.BASE_DIR / "static" / "tracker" / "leadhub.js").read_text()
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        of_playwright = playwright.chromium.executable_path
        path = of_playwright if Path(of_playwright).exists() else chromium.of_the_system()
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        page = browser.new_page()
        page.route("**/*", lambda route: _answer(route, script))
        page.add_init_script(
            "Object.defineProperty(navigator, 'webdriver', {get: () => undefined})"
        )
        tools = page.context.new_cdp_session(page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        longest = [_visit(page, number) for number in range(visits + 1)]
        browser.close()
    return Spread("tracker, longest task at 4x slower", longest[1:], LONG_MS)


def _visit(page: Page, number: int) -> float:
    page.goto(f"{SITE}/{number}")
    page.evaluate("leadhub.consent(true)")
    spent: float = page.evaluate(TRACK, EVENTS)
    return spent


def _answer(route: Route, script: str) -> None:
    """The website and its script; what is sent finds nobody, so that the queue only grows."""
    if route.request.url.endswith("/leadhub.js"):
        route.fulfill(body=script, content_type="text/javascript")
    elif "/v1/" in route.request.url:
        route.abort()
    else:
        route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
