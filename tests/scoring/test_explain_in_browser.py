"""Why a score is what it is, in a real browser: opened lines, a score set by hand, a replayed moment."""

import os
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import clock
from accounts.models import User
from leadhub import pipeline
from leads import editing, journal
from leads.models import Lead
from scoring.models import ModelVersion
from tests import factories
from tests.browser import in_both_faces, log_in, picture, settled

pytestmark = pytest.mark.django_db(transaction=True)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Where to put pictures of the pages; empty for nowhere.
PICTURES = os.environ.get("LEADHUB_PICTURES", "")


@pytest.fixture
def story(marketer: User, live_model: ModelVersion) -> Lead:
    """A lead with three steps of history, events behind most lines and unknown fields."""
    factories.make_team("North")
    lead = factories.make_lead(
        title="Director of operations", first_name="Tomas", last_name="Petrov"
    )
    pipeline.drain()
    for days in (1, 3, 9, 20):
        factories.make_event(lead, path=f"/pricing/{days}", ago=timedelta(days=days))
    factories.make_event(lead, "case_study", name="Mills", ago=timedelta(days=2))
    follow(lead)
    editing.edit(lead, {"phone": "+49 30 1"}, by=marketer, at=clock.now())
    pipeline.drain()
    factories.make_event(lead, "demo_request")
    follow(lead)
    return Lead.objects.get(pk=lead.pk)


def follow(lead: Lead) -> None:
    journal.wake("lead.active", [lead.pk], at=clock.now())
    pipeline.drain()


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer, marketer: User) -> Page:
    log_in(page.context, live_server, marketer)
    return page


def open_lead(page: Page, live_server: LiveServer, lead: Lead) -> None:
    page.goto(f"{live_server.url}/leads/{lead.public_id}/")
    expect(page.get_by_role("heading", name=re.compile("What makes"))).to_be_visible()


def test_a_line_opens_to_its_events_by_keys(
    signed_in: Page, live_server: LiveServer, story: Lead
) -> None:
    open_lead(signed_in, live_server, story)
    line = signed_in.locator("summary", has_text="Viewed the pricing page")
    line.focus()
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator(".reason__deeds").get_by_text("Viewed /pricing/1")).to_be_visible()
    expect(signed_in.locator(".reason__parts").get_by_text("Faded with time").first).to_be_visible()


def test_a_score_is_set_changed_and_given_back_by_keys(
    signed_in: Page, live_server: LiveServer, story: Lead
) -> None:
    open_lead(signed_in, live_server, story)
    signed_in.get_by_role("link", name="Set by hand").press("Enter")
    drawer = signed_in.locator("#drawer")
    drawer.get_by_label("Score", exact=True).fill("91")
    signed_in.keyboard.press("Enter")
    expect(drawer.get_by_text("This field is required.").first).to_be_visible()
    drawer.get_by_label("Why?").fill("Known from the fair")
    until = (clock.now().date() + timedelta(days=9)).isoformat()
    drawer.get_by_label("Until").fill(until)
    drawer.get_by_role("button", name="Set the score").press("Enter")
    expect(drawer).to_be_hidden()
    expect(signed_in.get_by_text("Set by Ana Marketer")).to_be_visible()
    expect(signed_in.locator(".score-total b")).to_have_text("91")
    signed_in.get_by_role("button", name="Let the model score").press("Enter")
    expect(signed_in.get_by_text("Set by Ana Marketer")).to_have_count(0)


def test_a_step_of_the_history_leads_to_its_replay(
    signed_in: Page, live_server: LiveServer, story: Lead
) -> None:
    open_lead(signed_in, live_server, story)
    signed_in.locator(".score-changes").get_by_role("link", name="Phone changed").press("Enter")
    expect(signed_in.get_by_text("Replay and record agree.")).to_be_visible()
    expect(signed_in.get_by_role("heading", name="What moved")).to_be_visible()
    signed_in.locator("body").press("j")
    expect(signed_in.get_by_text("Demo requested").first).to_be_attached()
    signed_in.get_by_role("link", name="What we know today").press("Enter")
    expect(signed_in.get_by_text("counted in here")).to_be_visible()


def test_the_queue_tells_the_events_behind_a_score(
    signed_in: Page, live_server: LiveServer, story: Lead
) -> None:
    signed_in.goto(f"{live_server.url}/queue/")
    signed_in.locator("button.score").first.press("Enter")
    popover = signed_in.locator("[popover]:popover-open")
    expect(popover.locator(".why-now")).to_contain_text("Viewed the pricing page")
    popover.locator("summary", has_text="Viewed the pricing page").press("Enter")
    expect(popover.get_by_text("Viewed /pricing/1")).to_be_visible()
    box = popover.bounding_box()
    assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 720
    picture(signed_in, "popover")


def test_no_page_of_the_explanation_has_a_known_barrier(
    signed_in: Page, live_server: LiveServer, story: Lead, marketer: User
) -> None:
    for step in ("before", "set"):
        if step == "set":
            factories.set_score(story, 91, by=marketer)
            pipeline.drain()
        for path in ("", "why/", "replay/", "receipt/", "override/"):
            signed_in.goto(f"{live_server.url}/scoring/lead/{story.public_id}/{path}")
            settled(signed_in)
            for summary in signed_in.locator("summary").all():
                summary.click()
            in_both_faces(signed_in, f"{path.strip('/') or 'panel'}-{step}")
