"""Privacy and data health in a real browser: read well by everybody, and usable without a mouse."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from leads.hygiene import clean_up
from leads.models import Consent, ConsentPurpose
from leads.privacy import erasing, preferences, purposes
from tests import factories
from tests.browser import log_in, look

pytestmark = pytest.mark.django_db(transaction=True)


def make_purpose() -> ConsentPurpose:
    ConsentPurpose.objects.filter(key="letters").delete()
    return purposes.add(
        name="Letters", description="", covers_activity=False, text="Send me letters.", by=None,
        at=factories.now(),
    )  # fmt: skip


def test_every_page_reads_well(page: Page, live_server: LiveServer, administrator: User) -> None:
    make_purpose()
    lead = factories.make_lead(email="x@mailinator.com", first_name="ADA")
    erasing.erase([factories.make_lead()], cause="request", at=factories.now())
    clean_up.make_due(factories.now())
    log_in(page.context, live_server, administrator)
    for name, path in {
        "health": "/leads/health/", "fixes": "/leads/health/fixes/?kind=capitals",
        "clean-up": "/leads/health/clean-up/", "privacy": "/leads/privacy/",
        "retention": "/leads/privacy/retention/", "known": f"/leads/{lead.public_id}/known/",
        "erase": f"/leads/{lead.public_id}/erase/",
    }.items():  # fmt: skip
        look(page, live_server, path, name)


def test_a_person_says_no_by_keys_and_without_scripts(page: Page, live_server: LiveServer) -> None:
    make_purpose()
    lead = factories.make_lead()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(live_server.url + preferences.path(lead))
    page.get_by_role("radio", name="Yes").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert Consent.objects.get().granted is False
