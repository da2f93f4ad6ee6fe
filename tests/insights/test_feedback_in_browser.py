"""The report card, the funnel and the blind round in a browser: everybody can read them, and the keyboard is enough."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Organisation, User
from tests.browser import log_in, look
from tests.insights.facts import plant

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_marketer_reads_what_a_criterion_brought_rates_blind_and_changes_the_draft(
    page: Page, live_server: LiveServer, organisation: Organisation, live_model: object,
    sdr: User, marketer: User,
) -> None:  # fmt: skip
    for number in range(24):
        plant(
            sdr.teams.get(), carried_by=["demo"] if number % 2 else ["pricing"], by=sdr,
            state="accepted" if number % 2 else "disqualified", reason="" if number % 2 else "no_need",
        )  # fmt: skip
    log_in(page.context, live_server, marketer)
    look(page, live_server, "/reports/funnel/", "funnel")
    look(page, live_server, "/agreement/round/", "round-none")
    page.get_by_role("button", name="Begin a round").press("Enter")
    page.locator("#lead-1").get_by_role("button", name=re.compile("is worth it")).press("Enter")
    expect(page.locator("#lead-1")).to_contain_text("You have spoken")
    look(page, live_server, "/agreement/round/", "round")
    look(page, live_server, "/reports/criteria/", "report-card")
    expect(page.locator(".named__list")).to_contain_text("Viewed the pricing page")
    page.locator("#change-pricing").press("Enter")
    page.locator("#suggest-pricing").get_by_role("button", name="Halve it: +15 to +8").press(
        "Enter"
    )
    expect(page).to_have_url(re.compile("/scoring/$"))
    expect(page.get_by_text("is changed in the draft")).to_be_visible()
