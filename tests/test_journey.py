"""The journey, from form to reason report, in a real browser with real web, workers, beat and broker."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.running import Running, leadhub

# A busy machine is no broken journey.
expect.set_options(timeout=30_000)

PASSWORD = "a long enough pass phrase"
SETTING = f"""
from tests import factories
from accounts import keys
from accounts.models import Organisation, Role
Organisation.objects.create(name="Journey", time_zone="UTC")
team = factories.make_team("North")
hurried = factories.make_team("Hurried", minutes=0)
from handoff.models import RoutingRule
rule = {{"field": "country", "op": "is", "value": "SE"}}
RoutingRule.objects.create(order=1, name="Sweden", conditions=[rule], team=hurried)
RoutingRule.objects.create(order=2, name="Others", team=team)
for role, name, teams in (("sdr", "Rui", [team]), ("manager", "Ines", [team, hurried]), ("marketer", "Ana", [])):
    factories.make_user(role, name=name, email=role + "@journey.example", teams=teams, password={PASSWORD!r})
factories.publish_model()
factories.make_form("talk", source="Website")
print("KEY", keys.make(kind="secret", name="Website", by=None)[1])
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    var = tmp_path_factory.mktemp("journey")
    var.chmod(0o755)
    with leadhub(var) as found:
        yield found


@pytest.fixture(scope="module")
def key(running: Running) -> str:
    return running.shell(SETTING).split("KEY ")[1].strip()


def log_in(browser: Browser, running: Running, role: str) -> Page:
    page = browser.new_context(base_url=running.url).new_page()
    page.goto("/login/")
    page.get_by_label("E-mail").fill(f"{role}@journey.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("navigation").first).to_be_visible()
    return page


def fill_form(browser: Browser, running: Running, email: str, last_name: str, title: str) -> None:
    page = browser.new_context(base_url=running.url).new_page()
    page.goto("/f/talk/")
    page.get_by_label("Work e-mail").fill(email)
    page.get_by_label("First name").fill("Zelmo")
    page.get_by_label("Last name").fill(last_name)
    page.get_by_label("Job title").fill(title)
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def post_events(running: Running, key: str, email: str, *, country: str = "DE") -> None:
    """A server reports what the person did: pricing pages, twice the same batch."""
    who = {"anonymousId": f"browser of {email}"}
    items = [
        {
            "type": "identify",
            "messageId": f"i {email}",
            **who,
            "traits": {"email": email, "country": country},
        },
        {
            "type": "page",
            "messageId": f"p {email}",
            **who,
            "properties": {"path": "/pricing/plans"},
        },
    ]
    head = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    body = json.dumps({"batch": items}).encode()
    for _twice in range(2):
        request = urllib.request.Request(f"{running.url}/api/v1/batch", body, head)
        urllib.request.urlopen(request, timeout=20).close()


def test_a_lead_travels_from_the_form_to_the_reason_report(
    browser: Browser, running: Running, key: str
) -> None:
    fill_form(browser, running, "zelmo@quillfox.example", "Brandivar", "Chief Operating Officer")
    fill_form(browser, running, "zelmo@quillfox.example", "Brandivar", "Chief Operating Officer")
    assert running.one("SELECT count(*) FROM leads_lead") == 1
    post_events(running, key, "zelmo@quillfox.example")
    fill_form(browser, running, "mirka@thorneby.example", "Quillwick", "CTO")
    post_events(running, key, "mirka@thorneby.example")
    running.wait_until(lambda: running.one("SELECT count(*) FROM handoff_handoff") == 2)

    rep = log_in(browser, running, "sdr")
    accept_by_keys(rep, running)
    disqualify_by_keys(rep, running)
    running.wait_until(lambda: running.one("SELECT count(*) FROM leads_outcome") == 2)

    marketer = log_in(browser, running, "marketer")
    marketer.goto("/reports/reasons/")
    expect(marketer.get_by_text("No budget").first).to_be_visible()
    running.manage("check_invariants")


def accept_by_keys(rep: Page, running: Running) -> None:
    """Claim with one key, answer the card with number keys, accept."""
    rep.goto("/queue/")
    row = rep.locator("[data-row]", has_text="Brandivar")
    expect(row).to_be_visible()
    row.get_by_role("button", name="Claim").click()
    expect(row.get_by_text("You", exact=True)).to_be_visible()
    row.get_by_role("link", name="Brandivar").first.click()
    expect(rep.get_by_role("heading", name="Brandivar")).to_be_visible()
    card = running.one("SELECT public_id FROM handoff_handoff WHERE state = 'claimed'")
    rep.goto(f"/qualification/{card}/card")
    for level in "2321":
        rep.keyboard.press(level)
        expect(rep.locator(".question.is-selected [name=level]:checked")).to_have_value(level)
        if level in "23":
            rep.keyboard.type("They said so.")
            rep.keyboard.press("Enter")
        else:
            rep.keyboard.press("j")
    running.wait_until(lambda: running.one("SELECT count(*) FROM qualification_answer") == 4)
    expect(rep.locator("#card-sum")).to_contain_text("Every point was asked.")
    rep.keyboard.press("a")
    expect(rep).to_have_url(re.compile("/queue/"))
    assert running.one("SELECT count(*) FROM leads_outcome") == 1


def disqualify_by_keys(rep: Page, running: Running) -> None:
    """Claim, then d for no, 3 for the third reason, Enter."""
    rep.goto("/queue/")
    row = rep.locator("[data-row]", has_text="Quillwick")
    row.get_by_role("button", name="Claim").click()
    expect(row.get_by_text("You", exact=True)).to_be_visible()
    card = running.one("SELECT public_id FROM handoff_handoff WHERE state = 'claimed'")
    rep.goto(f"/qualification/{card}/card")
    rep.keyboard.press("d")
    expect(rep.get_by_role("heading", name="Disqualify Zelmo Quillwick")).to_be_visible()
    rep.keyboard.press("3")
    expect(rep.get_by_role("button", name="Disqualify: No budget")).to_be_visible()
    rep.keyboard.press("Enter")
    expect(rep).to_have_url(re.compile("/queue/"))


def test_a_manager_hears_of_a_breach_once(browser: Browser, running: Running, key: str) -> None:
    fill_form(browser, running, "nim@fjellmoor.example", "Fjellmoor", "CFO")
    post_events(running, key, "nim@fjellmoor.example", country="SE")
    told = "SELECT count(*) FROM handoff_notification WHERE kind = 'breach'"
    running.wait_until(lambda: running.one(told) > 0)
    manager = log_in(browser, running, "manager")
    manager.goto("/sla/")
    expect(manager.get_by_text("Fjellmoor").first).to_be_visible()
    manager.goto("/notifications/")
    expect(manager.get_by_text("Nobody claimed Zelmo Fjellmoor").first).to_be_visible()
    assert Path(running.environment["LEADHUB_VAR"]).exists()
