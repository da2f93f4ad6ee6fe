"""From a rep's no to the model: a wrong title is corrected, disputed, and becomes a draft whose impact is shown."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from handoff.models import Handoff
from leadhub import pipeline
from leads.models import Lead, LeadScore
from qualification.models import Disposition, FactVerdict
from scoring.models import ModelVersion
from tests import factories
from tests.browser import log_in, look, picture, settled
from tests.qualification.facts import claimed

pytestmark = pytest.mark.django_db(transaction=True)


class Keys:
    """Presses keys and counts them; what is typed into a field is no key of the sheet."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


@pytest.fixture
def rep(transactional_db: None) -> User:
    factories.publish_model()
    return factories.make_user("sdr", teams=[factories.make_team()], name="Rui Rep")


@pytest.fixture
def handoff(rep: User) -> Handoff:
    return claimed(rep, first_name="Maya", last_name="Lind", company_name="Northwind")


def open_lead(page: Page, server: LiveServer, rep: User, handoff: Handoff) -> Keys:
    log_in(page.context, server, rep)
    page.goto(f"{server.url}/leads/{handoff.lead.public_id}/")
    expect(page.get_by_role("link", name=re.compile("Disqualify"))).to_be_visible()
    settled(page)
    return Keys(page)


def test_a_wrong_title_goes_from_the_rep_to_a_draft(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    before = LeadScore.objects.get().total
    keys = open_lead(page, live_server, rep, handoff)
    keys.press("d")
    expect(page.get_by_role("heading", name="Disqualify Maya Lind")).to_be_visible()
    # Not a decision maker; the second fact, the title, is wrong; what it is, and done.
    keys.press("2", "w")
    expect(page.get_by_label("It really is").first).to_be_focused()
    page.keyboard.type("Office manager")
    said = page.get_by_role("status").filter(has_text="Score")
    expect(said).to_contain_text(f"Score {before} → {before - 20}")
    expect(said).to_contain_text("Marketing gets a dispute: C-level title.")
    picture(page, "wrong-fact")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/queue/"))
    assert keys.pressed <= 5
    assert Lead.objects.get().title == "Office manager"
    pipeline.drain()
    assert LeadScore.objects.get().total == before - 20

    marketer = factories.make_user("marketer", name="Ana Marketer")
    page.context.clear_cookies()
    log_in(page.context, live_server, marketer)
    page.goto(live_server.url)
    page.get_by_role("main").get_by_role("link", name=re.compile("Disputes")).click()
    row = page.locator(".dispute")
    expect(row).to_contain_text("Chief Operating Officer")
    expect(row).to_contain_text("Office manager")
    expect(row).to_contain_text(f"MQL at {before}, now {before - 20}")
    row.get_by_role("link", name="Adjust criterion").click()
    sheet = page.locator("#dialog-body")
    expect(sheet).to_contain_text("It gives 20")
    sheet.get_by_label("Points").fill("9")
    picture(page, "adjust")
    sheet.get_by_role("button", name="Put it into the draft").click()
    expect(page.locator("h1")).to_contain_text("Draft")
    assert page.url.endswith("#criterion-c_level")
    expect(page.locator("#criterion-c_level input[type=number]")).to_have_value("9")
    expect(page.locator("#impact table").first).to_be_visible()
    draft = ModelVersion.objects.get(state="draft")
    settled_one = FactVerdict.objects.get()
    assert (settled_one.settled_as, settled_one.draft) == ("adjusted", draft)
    pipeline.drain()
    assert rep.notifications.get(kind="disputed").lead == handoff.lead


def test_a_no_is_undone_from_the_toast(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    """Also: who does not know what is right needs four keys."""
    keys = open_lead(page, live_server, rep, handoff)
    keys.press("d")
    expect(page.get_by_role("heading", name="Disqualify Maya Lind")).to_be_visible()
    keys.press("2", "w", "Enter")
    expect(page).to_have_url(re.compile("/queue/"))
    assert keys.pressed == 4
    assert Lead.objects.get().title == ""
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.get_by_text("Undone. Maya Lind is open again.")).to_be_visible()
    assert Lead.objects.get().title == "Chief Operating Officer"
    assert Handoff.objects.get().state == "claimed"
    assert not Disposition.objects.exists()


def test_everybody_can_read_the_sheet_and_the_inbox(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    log_in(page.context, live_server, rep)
    look(page, live_server, f"/qualification/{handoff.public_id}/disqualify", "disqualify")
    keys = open_lead(page, live_server, rep, handoff)
    keys.press("d")
    expect(page.get_by_role("heading", name="Disqualify Maya Lind")).to_be_visible()
    keys.press("2", "w", "Enter")
    expect(page).to_have_url(re.compile("/queue/"))
    page.context.clear_cookies()
    log_in(page.context, live_server, factories.make_user("marketer"))
    look(page, live_server, "/qualification/disputes/", "disputes")
