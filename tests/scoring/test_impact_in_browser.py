"""The impact of a draft in a real browser: it follows a slider, opens its leads, and says when it guesses."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from leads.models import Lead
from scoring import engine
from scoring.impact import preview
from scoring.models import ModelVersion
from scoring.publishing import drafts
from tests import factories
from tests.browser import in_both_faces, log_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(page: Page, live_server: LiveServer, marketer: User, live_model: ModelVersion) -> Page:
    people = [("Tomas", "CTO"), ("Ana", "Director"), ("Li", "CTO"), ("Kim", ""), ("Rui", "")]
    leads = [
        factories.make_lead(first_name=name, last_name="Petrov", title=title, phone="+49 30 1")
        for name, title in people
    ]
    factories.make_event(leads[0], "demo_request")
    engine.rescore([lead.pk for lead in leads], at=factories.now(), cause="activity")
    drafts.edit(live_model.model, drafts.points("c_level", 18), by=marketer, at=factories.now())
    log_in(page.context, live_server, marketer)
    page.goto(f"{live_server.url}/scoring/")
    expect(page.locator("#impact table").first).to_be_visible()
    return page


def test_the_impact_follows_a_moved_line_and_opens_who_crosses(editor: Page) -> None:
    panel = editor.locator("#impact")
    expect(panel).to_contain_text("No lead would become an MQL at once")
    # Before the field is left, and so before anything is saved.
    editor.locator("#start-mql").fill("20")
    expect(panel).to_contain_text("1 lead would become an MQL at once")
    editor.keyboard.press("Tab")
    expect(editor.locator("h1")).to_contain_text("Draft")
    expect(panel).to_contain_text("1 lead would become an MQL at once")
    panel.get_by_role("link", name=re.compile("become an MQL")).press("Enter")
    expect(editor.locator("h1")).to_have_text("Would become MQLs at once")
    rows = editor.locator("tbody tr")
    expect(rows.first).to_contain_text("Li Petrov")
    expect(rows.first).to_contain_text("C-level title −2")
    editor.go_back()
    cell = panel.locator(".moves a").first
    expect(cell).to_be_visible()
    cell.press("Enter")
    expect(editor.locator("tbody tr").first).to_be_visible()


def test_what_sales_can_take_is_typed_into_the_panel(editor: Page) -> None:
    field = editor.get_by_label("sales can take")
    field.fill("0")
    field.press("Tab")
    expect(editor.locator("#refused-capacity")).to_contain_text("whole number")
    expect(field).to_have_value("0")
    field.fill("7")
    field.press("Enter")
    expect(editor.locator("#impact .meter")).to_be_visible()
    expect(editor.get_by_label("sales can take")).to_have_value("7")


def test_an_estimate_becomes_the_whole_by_itself(
    editor: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "SAMPLE", 2)
    editor.reload()
    expect(editor.locator("#impact")).to_contain_text("on 5 leads")
    expect(editor.locator("#impact")).not_to_contain_text("Estimate")


def test_the_pages_of_impact_have_no_known_barrier(editor: Page) -> None:
    tomas = Lead.objects.get(first_name="Tomas")
    for path in (
        "", "impact/", "impact/leads/?from=nurture&to=nurture", "impact/leads/?crossing=1", "try/",
        "try/?q=petrov", f"try/?lead={tomas.public_id}",
    ):  # fmt: skip
        editor.goto(re.sub(r"/scoring/.*", f"/scoring/{path}", editor.url))
        in_both_faces(editor)


def test_a_lead_is_looked_for_and_tried_by_keys(editor: Page) -> None:
    editor.get_by_role("link", name="Test on a lead").press("Enter")
    editor.get_by_label("Find by name, e-mail or company").fill("tomas")
    editor.get_by_role("link", name="Tomas Petrov").press("Enter")
    expect(editor.locator(".trial__total").first).to_have_text("53")
    line = editor.locator("#tried-demo")
    expect(line).to_contain_text("+30")
    line.get_by_text("1 matched event").press("Enter")
    expect(line.locator("time")).to_be_visible()
    expect(editor.locator(".facts")).to_contain_text("C-level title −2")
