"""The examples of the articles, entered by what stands on the screen, published, and read on a lead's page."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from leads.models import Lead
from scoring import runs
from scoring.models import ModelVersion
from tests import factories
from tests.browser import log_in
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[[str], Page]


@pytest.fixture
def live(db: None) -> ModelVersion:
    return factories.publish_model(
        model(fit("phone", 20, "phone"), act("demo", 60, "demo_request"), line=90)
    )


@pytest.fixture
def browse(page: Page, live_server: LiveServer, marketer: User, live: ModelVersion) -> Open:
    """Opens a path of the product for a marketer who is signed in."""
    log_in(page.context, live_server, marketer)

    def browse(path: str) -> Page:
        page.goto(f"{live_server.url}{path}")
        return page

    return browse


def add_criterion(page: Page, group: str) -> Locator:
    page.get_by_role("region", name=group).get_by_role("link", name="Add criterion").press("Enter")
    drawer = page.get_by_role("dialog", name="Details")
    expect(drawer.get_by_label("Name", exact=True)).to_be_visible()
    return drawer


def publish(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Review and publish")).press("Enter")
    page.get_by_label("Why?").fill("As the article says")
    effect = page.get_by_label("What do you expect")
    if effect.count():
        effect.fill("Better MQLs")
    page.get_by_role("button", name=re.compile("^Publish")).press("Enter")
    expect(page).to_have_url(re.compile("/scoring/progress/"))
    while runs.advance(factories.now()):
        pass


def score_of(browse: Open, lead: Lead) -> Page:
    """The page of a lead, once its score stands there."""
    page = browse(f"/leads/{lead.public_id}/")
    expect(page.get_by_role("heading", name=re.compile("What makes"))).to_be_visible()
    return page


def contribution(page: Page, label: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=label).first


def test_a_sequence_within_two_weeks_gives_thirty(browse: Open) -> None:
    lead, late = factories.make_lead(), factories.make_lead()
    for who, days in ((lead, (10, 5, 1)), (late, (40, 5, 1))):
        for kind, path, ago in zip(
            ("webinar", "page", "page"), ("", "/integrations/crm", "/pricing"), days, strict=True
        ):
            factories.make_event(who, kind, path=path, ago=timedelta(days=ago))
    page = browse("/scoring/")
    drawer = add_criterion(page, "Engagement")
    drawer.get_by_label("Name", exact=True).fill("On the way to buying")
    drawer.get_by_label("Points", exact=True).fill("30")
    drawer.get_by_label("Several things they did, in this order").check()
    steps = drawer.get_by_role("group", name="Step")
    expect(steps).to_have_count(2)
    drawer.get_by_role("button", name="Add a step").press("Enter")
    expect(steps).to_have_count(3)
    for step, kind, path in zip(
        ("Step 1", "Step 2", "Step 3"),
        ("Webinar attended", "Page viewed", "Page viewed"),
        ("", "/integrations", "/pricing"),
        strict=True,
    ):
        asked = drawer.get_by_role("group", name=step)
        asked.get_by_label("Kind of event").select_option(label=kind)
        asked.get_by_label("Page").fill(path)
    drawer.get_by_label("All of it within days").fill("14")
    drawer.get_by_label("Again at the earliest after days").fill("30")
    drawer.get_by_role("button", name="Add to the draft").press("Enter")
    expect(drawer).to_be_hidden()
    row = page.get_by_role("listitem").filter(has_text="On the way to buying")
    expect(row).to_contain_text(
        "Webinar attended, then Page viewed at /integrations…, then Page viewed at /pricing… within 14 days"
    )
    expect(row).to_contain_text("at most once in 30 days")
    expect(row).to_contain_text("50% match")
    publish(page)
    assert _totals(lead, late) == [30, 0]
    expect(contribution(score_of(browse, lead), "On the way to buying")).to_contain_text("+30")


def test_a_student_loses_fifty(browse: Open) -> None:
    student, chief = factories.make_lead(title="Student"), factories.make_lead(title="CEO")
    page = browse("/scoring/")
    drawer = add_criterion(page, "Negative")
    drawer.get_by_label("Name", exact=True).fill("Still studies")
    drawer.get_by_label("Points", exact=True).fill("-50")
    drawer.get_by_label("Field").select_option(label="Seniority")
    value = drawer.get_by_label("Value")
    expect(value.get_by_role("option", name="Student or intern")).to_have_count(1)
    value.select_option(label="Student or intern")
    drawer.get_by_role("button", name="Add to the draft").press("Enter")
    expect(drawer).to_be_hidden()
    row = page.get_by_role("listitem").filter(has_text="Still studies")
    expect(row).to_contain_text("Seniority is Student or intern")
    expect(row).to_contain_text("50% match")
    publish(page)
    assert _totals(student, chief) == [-50, 0]
    expect(contribution(score_of(browse, student), "Still studies")).to_contain_text("−50")


def test_silence_takes_ten_per_cent_of_the_total_each_week(browse: Open) -> None:
    lead = factories.make_lead(phone="+49 30 1")
    factories.make_event(lead, "demo_request", ago=timedelta(days=15))
    Lead.objects.update(created_at=factories.now() - timedelta(days=20))
    page = browse("/scoring/")
    page.get_by_role("navigation", name="Parts of the model").get_by_text("Settings").press("Enter")
    page.get_by_label("for every full … days without activity").fill("7")
    page.get_by_label("of", exact=True).select_option(label="the total")
    page.get_by_label("Per cent lost").fill("10")
    page.keyboard.press("Tab")
    expect(page.locator("#model-head")).to_contain_text("1 change to version 1")
    expect(page.get_by_role("region", name=re.compile("^Impact on"))).to_contain_text("1 lead")
    publish(page)
    # 80 points, two full weeks of silence: 80 × 0.9 × 0.9.
    assert _totals(lead) == [65]
    found = score_of(browse, lead)
    expect(contribution(found, "Silence")).to_contain_text("−15")


def test_bands_from_fifty_to_seventy_four_and_from_seventy_five(browse: Open) -> None:
    warm, hot = factories.make_lead(), factories.make_lead(phone="+49 30 1")
    for lead in (warm, hot):
        factories.make_event(lead, "demo_request", ago=timedelta(days=1))
    page = browse("/scoring/")
    page.get_by_role("navigation", name="Parts of the model").get_by_text("Bands").press("Enter")
    bands = page.get_by_role("region", name="Bands", exact=True)
    bands.get_by_role("button", name="More for MQL").press("Enter")
    bands.get_by_role("link", name="Change").press("Enter")
    drawer = page.get_by_role("dialog", name="Details")
    drawer.get_by_label("Score from").fill("50")
    drawer.get_by_role("button", name="Save in the draft").press("Enter")
    expect(bands).to_contain_text("A score from 50")
    bands.get_by_role("link", name="Add band").press("Enter")
    drawer.get_by_label("Name", exact=True).fill("Ready for sales")
    drawer.get_by_label("What follows").select_option(
        label="Sales-ready: handed to sales, first in the queue"
    )
    drawer.get_by_label("Score from").fill("75")
    drawer.get_by_role("button", name="Add to the draft").press("Enter")
    expect(bands.get_by_role("listitem").first).to_contain_text("A score from 75")
    impact = page.get_by_role("region", name=re.compile("^Impact on"))
    expect(impact.get_by_role("row").filter(has_text="Ready for sales").first).to_contain_text("1")
    publish(page)
    assert _totals(warm, hot) == [60, 80]
    expect(score_of(browse, warm).get_by_text("MQL", exact=True).first).to_be_visible()
    expect(score_of(browse, hot).get_by_text("Ready for sales").first).to_be_visible()


def _totals(*leads: Lead) -> list[int]:
    found = dict(
        Lead.objects.filter(pk__in=[lead.pk for lead in leads]).values_list("pk", "score__total")
    )
    return [found[lead.pk] for lead in leads]
