"""Review and publish, the change log and event trust in a real browser: by keys, on phones, for all eyes."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from leads.activity import trust
from leads.models import TrustRule
from scoring import runs
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import drafts, proposals
from scoring.publishing.proposals import Plan
from tests import factories
from tests.browser import log_in, look, picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(live_model: ModelVersion, marketer: User) -> ModelVersion:
    for title in ("CTO", "Director", "Chief of staff", ""):
        factories.make_lead(title=title, phone="+49 30 1")
    while runs.advance(factories.now()):
        pass
    return drafts.edit(
        live_model.model, drafts.points("c_level", 45), by=marketer, at=factories.now()
    )


def test_a_draft_is_published_by_keys_alone(
    page: Page, live_server: LiveServer, marketer: User, draft: ModelVersion
) -> None:
    log_in(page.context, live_server, marketer)
    page.goto(f"{live_server.url}/scoring/publish/")
    expect(page.locator("#numbers")).to_contain_text("only because the rules changed")
    page.get_by_label("Why?").focus()
    page.keyboard.type("Chiefs buy")
    page.keyboard.press("Tab")
    page.keyboard.type("More chiefs among the MQLs")
    expect(page.get_by_label("Handoffs a day")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Handoffs a day")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    page.get_by_role("button", name="Publish").press("Enter")
    page.wait_for_url("**/scoring/progress/**")
    made = ModelVersion.objects.get(number=2)
    assert (made.state, made.slice_size, made.reason) == ("live", 2, "Chiefs buy")


def test_every_page_reads_well(
    page: Page, live_server: LiveServer, marketer: User, manager: User, draft: ModelVersion
) -> None:
    trust.make(TrustRule(trust=4, domain="ours.example", future=True, note="Our own people"),
               by=marketer, at=factories.now())  # fmt: skip
    trust.make(
        TrustRule(trust=3, path="/" + "long/" * 40, kind="page"), by=marketer, at=factories.now()
    )
    log_in(page.context, live_server, marketer)
    look(page, live_server, "/scoring/publish/", "publish")
    proposals.propose(
        draft, Plan("Chiefs buy", "More chiefs, fewer others"), by=marketer, at=factories.now()
    )
    look(page, live_server, "/scoring/versions/", "versions")
    look(page, live_server, "/scoring/versions/2/", "version")
    look(page, live_server, "/scoring/versions/1/", "earlier")
    look(page, live_server, "/scoring/versions/1/revert/", "revert")
    ScoringModel.objects.update(needs_approval=True)
    second = drafts.edit(draft.model, drafts.points("c_level", 30), by=marketer, at=factories.now())
    plan = Plan("Not that much", "Back to normal", opens_handoffs=True, slice_size=20)
    proposals.propose(second, plan, by=marketer, at=factories.now())
    look(page, live_server, "/scoring/proposals/3/", "proposal-mine")
    look(page, live_server, "/events/trust/", "trust")
    log_in(page.context, live_server, manager)
    look(page, live_server, "/scoring/proposals/3/", "proposal")


def test_a_rule_is_previewed_and_kept(
    page: Page, live_server: LiveServer, marketer: User, live_model: ModelVersion
) -> None:
    factories.make_event(factories.make_lead(email="a@ours.example"), path="/pricing")
    log_in(page.context, live_server, marketer)
    page.goto(f"{live_server.url}/events/trust/")
    page.get_by_label("Lead’s e-mail domain").fill("ours.example")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.locator("#preview")).to_contain_text("1 event becomes “Internal”")
    picture(page, "trust-preview")
    page.get_by_role("button", name="Keep this rule").press("Enter")
    expect(page.locator("tbody tr")).to_contain_text("of leads @ours.example")
