"""The manager's page and the sliders in a browser: panels come by themselves, and everybody can read them."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from handoff import claims
from handoff.models import Handoff
from tests import factories
from tests.browser import log_in, look
from tests.insights.facts import HOUR, plant, promise

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(live_model: object, team: object, sdr: User, manager: User) -> User:
    """With a past of thirty promises, some of them late, and something in the queue."""
    now = factories.now()
    for number in range(30):
        opened = now - timedelta(days=number % 20 + 1, hours=number)
        handoff = plant(
            sdr.teams.get(), source=f"Source {number % 2}", opened=opened, state="claimed", by=sdr
        )
        took = (3 if number % 3 == 0 else 1) * HOUR
        Handoff.objects.filter(pk=handoff.pk).update(first_touch_at=opened + took)
        promise(
            handoff, "first_touch", due=opened + 2 * HOUR, closed=opened + took,
            took=int(took.total_seconds()),
        )  # fmt: skip
    claims.take(factories.make_mql(), by=sdr, at=factories.now())
    factories.make_mql(first_name="Nobodys", last_name="Yet")
    return manager


def test_a_manager_reads_the_page_gives_a_lead_away_and_asks_what_if(
    page: Page, live_server: LiveServer, manager: User
) -> None:
    log_in(page.context, live_server, manager)
    look(page, live_server, "/sla/", "sla")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.locator("#panel-matrix")).to_contain_text("Source 1")
    page.get_by_role("button", name="Give Nobodys Yet to").click()
    expect(page.get_by_text("1 lead is Rui Rep's now.")).to_be_visible()
    look(page, live_server, "/sla/simulator/", "what-if")
    said = page.locator(".what-if__answer")
    expect(said).to_contain_text("Cut-off 50 keeps")
    page.get_by_label("Reps on shift").press("ArrowRight")
    expect(said).to_contain_text("with 1.5 reps instead of 1 rep")
    expect(page).to_have_url(re.compile("reps=1.5"))
