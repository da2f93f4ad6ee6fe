"""A deal from the accepted lead to the look back with the keyboard only; and the new pages in every light."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role, User
from qualification.closing import deals
from qualification.models import DealReview, Opportunity, SequenceStep
from qualification.nurturing import enrolling, sending
from tests import factories
from tests.browser import log_in, look, settled
from tests.qualification.closing.facts import accepted, opened, reason
from tests.qualification.nurturing.making import LINK, sequence

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rep(transactional_db: None) -> User:
    factories.publish_model()
    return factories.make_user("sdr", teams=[factories.make_team()], name="Rui Rep")


def test_a_deal_is_opened_moved_won_and_looked_back_at_without_a_mouse(
    page: Page, live_server: LiveServer, rep: User
) -> None:
    lead = accepted(rep, first_name="Maya", company_name="Northwind")
    log_in(page.context, live_server, rep)
    page.goto(f"{live_server.url}/leads/{lead.public_id}/")
    expect(page.locator("#deal-panel")).to_contain_text("Open an opportunity")
    settled(page)
    page.keyboard.press("o")
    expect(page.locator("#deal-amount")).to_be_visible()
    page.locator("#deal-amount").focus()
    page.keyboard.type("1200")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/qualification/deals/"))
    settled(page)
    page.keyboard.press("3")
    expect(page.locator("[aria-current=step]")).to_contain_text("Proposal")
    page.keyboard.press("w")
    expect(page.locator("#won-dialog")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Won")
    settled(page)
    page.keyboard.press("1")
    page.keyboard.press("s")
    expect(page.locator("#review")).to_contain_text("Rui Rep")
    deal = Opportunity.objects.select_related("stage", "reason").get()
    assert (deal.amount, deal.stage.name, deal.state) == (1200, "Proposal", "won")
    assert deal.reason is not None and deal.reason.key == "champion"
    assert DealReview.objects.get().signs.count() == 1


def test_the_pages_can_be_read_by_everybody(page: Page, live_server: LiveServer, rep: User) -> None:
    lead = accepted(rep, company_name="A firm with quite a long name that goes on")
    running, over = opened(rep), opened(rep)
    deals.end(over, "lost", reason=reason("lost_price"), by=rep, at=factories.now())
    made = sequence(f"Hello {{first_name|there}}, see {LINK}")
    enrolling.enrol(made, [factories.make_lead().pk], at=factories.now())
    sending.advance(factories.now())
    log_in(page.context, live_server, factories.make_user(Role.ADMINISTRATOR))
    root, step = "/qualification/deals/", SequenceStep.objects.get().pk
    for name, path in {
        "deals": root, "board": f"{root}?view=board", "waiting": f"{root}?state=waiting",
        "deal": f"{root}{running.public_id}/", "lost": f"{root}{over.public_id}/",
        "settings": f"{root}settings/", "open": f"/qualification/lead/{lead.public_id}/opportunity",
        "lessons": f"{root}lessons/", "nurture": "/qualification/nurture/",
        "sequence": f"/qualification/nurture/{made.pk}/",
        "preview": f"/qualification/nurture/steps/{step}/",
        "members": f"/qualification/nurture/{made.pk}/leads/",
    }.items():  # fmt: skip
        look(page, live_server, path, f"deals-{name}")
