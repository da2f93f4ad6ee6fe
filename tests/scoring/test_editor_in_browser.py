"""The editor in a real browser, by keys alone."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from leads.models import Lead
from scoring import engine
from scoring.live import read
from scoring.models import ModelVersion
from scoring.publishing import drafts
from tests import factories
from tests.browser import in_both_faces, log_in

pytestmark = pytest.mark.django_db(transaction=True)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def editor(page: Page, live_server: LiveServer, marketer: User, live_model: ModelVersion) -> Page:
    for title in ("CTO", "Director", ""):
        factories.make_lead(title=title, phone="+49 30 1")
    engine.rescore(
        list(Lead.objects.values_list("pk", flat=True)), at=factories.now(), cause="activity"
    )
    log_in(page.context, live_server, marketer)
    page.goto(f"{live_server.url}/scoring/")
    expect(page.locator("#impact table").first).to_be_visible()
    return page


def points_of(key: str) -> int:
    model = drafts.model_in_use()
    assert model is not None
    draft, live = drafts.draft_and_live(model)
    version = draft or live
    assert version is not None
    return next(c.points for c in read(version).criteria if c.key == key)


def test_arrow_keys_move_points_and_the_impact_follows(editor: Page) -> None:
    expect(editor.locator("#match-phone")).to_contain_text("3")
    slider = editor.locator("#criterion-phone input[type=range]")
    slider.focus()
    for _ in range(6):
        editor.keyboard.press("ArrowRight")
    expect(editor.locator("#model-head")).to_contain_text("1 change to version 1")
    expect(editor.locator("#criterion-phone input[type=number]")).to_have_value("11")
    expect(slider).to_be_focused()
    assert points_of("phone") == 11


def test_what_is_refused_stays_typed_with_the_reason_beside_it(editor: Page) -> None:
    number = editor.locator("#criterion-phone input[type=number]")
    number.fill("-7")
    number.press("Enter")
    expect(editor.locator("#refused-phone")).to_contain_text("negative group")
    expect(number).to_have_value("-7")
    number.fill("7")
    number.press("Enter")
    expect(editor.locator("#refused-phone")).to_be_empty()
    assert points_of("phone") == 7


def test_a_band_is_moved_by_its_handle_and_by_its_number(editor: Page) -> None:
    editor.locator("#handle-mql").focus()
    for _ in range(5):
        editor.keyboard.press("ArrowLeft")
    expect(editor.locator("#start-mql")).to_have_value("45")
    expect(editor.locator("#handle-mql")).to_be_focused()
    editor.locator("#start-mql").fill("90")
    editor.keyboard.press("Tab")
    expect(editor.locator("#refused-mql")).to_contain_text("above the one before")
    editor.locator("#start-mql").fill("40")
    editor.keyboard.press("Tab")
    expect(editor.locator("#handle-mql")).to_have_value("40")


def test_a_criterion_is_added_changed_and_removed_by_keys(editor: Page) -> None:
    editor.locator("#add-engagement").press("Enter")
    drawer = editor.locator("#drawer")
    drawer.get_by_label("Name", exact=True).fill("Watched a webinar")
    drawer.get_by_label("Points", exact=True).fill("4")
    drawer.get_by_label("Kind of event").select_option(label="Webinar attended")
    drawer.get_by_label("With time the points").select_option("half_life")
    drawer.get_by_label("Days", exact=True).fill("21")
    editor.keyboard.press("Enter")
    expect(drawer).to_be_hidden()
    row = editor.locator("#criterion-watched_a_webinar")
    expect(row).to_contain_text("halves every 21 days")
    expect(editor.locator("#add-engagement")).to_be_focused()

    editor.locator("#more-watched_a_webinar").press("Enter")
    row.get_by_role("link", name="Change").press("Enter")
    expect(drawer.get_by_label("Name", exact=True)).to_have_value("Watched a webinar")
    drawer.get_by_label("Something we know about them").check()
    expect(drawer.get_by_label("Field")).to_be_visible()
    editor.keyboard.press("Escape")
    expect(drawer).to_be_hidden()

    editor.locator("#more-watched_a_webinar").press("Enter")
    row.get_by_role("button", name="Remove").press("Enter")
    expect(row).to_have_count(0)
    expect(editor.locator("#model-head")).not_to_contain_text("Draft")


def test_a_draft_is_published_with_a_reason_and_its_run_is_followed(editor: Page) -> None:
    number = editor.locator("#criterion-phone input[type=number]")
    number.fill("6")
    number.press("Enter")
    editor.get_by_role("link", name="Review and publish").press("Enter")
    editor.get_by_label("Why?").fill("Phones are answered")
    editor.get_by_label("What do you expect of it?").fill("Fewer dead numbers")
    editor.get_by_role("button", name="Publish").press("Enter")
    expect(editor).to_have_url(re.compile("/scoring/progress/"))
    expect(editor.locator("#progress")).to_contain_text("0% done")


def test_the_pages_of_scoring_have_no_known_barrier(editor: Page, marketer: User) -> None:
    """Each is opened once and then looked at in both ways."""
    model = drafts.model_in_use()
    assert model is not None
    drafts.edit(model, drafts.points("phone", 9), by=marketer, at=factories.now())
    lead = Lead.objects.order_by("pk")[0]
    for path in (
        "", "publish/", "versions/", "versions/1/", "criterion/pricing/", "criterion/size/", "impact/",
        "criterion/?group=negative", f"lead/{lead.public_id}/", "bands/", "band/", "band/mql/", "channels/",
        "channel/", "disqualifiers/", "disqualifier/", "settings/", "criterion/?group=engagement&asks=sequence",
        "criterion/?group=account",
    ):  # fmt: skip
        editor.goto(re.sub(r"/scoring/.*", f"/scoring/{path}", editor.url))
        in_both_faces(editor)
