"""A rep's morning: ten leads from claim to outcome with the keyboard only, each framework at least once."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from qualification.models import Disposition, Framework, Scorecard
from tests import factories
from tests.browser import log_in, settled

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Lead:
    """`key` is that of the framework in the sheet; without one the card starts with BANT. `steps` are given to
    the elements in turn."""

    outcome: str
    key: str = ""
    steps: str = "3"


TEN = [
    Lead("a"),
    Lead("a", "2"),
    Lead("a", "3"),
    Lead("a", "4"),
    Lead("a", "5", "23"),
    Lead("a", "6", "32"),
    Lead("a", steps="1"),
    Lead("r"),
    Lead("d"),
    Lead("r", "2", "12"),
]


def test_ten_leads_from_claim_to_outcome_without_a_mouse(
    page: Page, live_server: LiveServer, transactional_db: None
) -> None:
    factories.publish_model()
    team = factories.make_team()
    rep = factories.make_user("sdr", teams=[team], name="Rui Rep")
    for number in range(len(TEN)):
        factories.make_mql(first_name=f"Lead{number}", last_name="Lind")
    log_in(page.context, live_server, rep)
    for lead in TEN:
        page.goto(f"{live_server.url}/queue/")
        page.keyboard.press("n")
        expect(page).to_have_url(re.compile("/leads/"))
        _work(page, lead)
    results = list(Disposition.objects.order_by("id").values_list("result", "below_gate"))
    assert [result for result, _below in results].count("accepted") == 7
    assert [below for _result, below in results].count(True) == 1
    assert set(Scorecard.objects.values_list("framework__key", flat=True)) == {
        "bant", "champ", "gpct", "gpctba_ci", "meddic", "meddpicc",
    }  # fmt: skip


def _work(page: Page, lead: Lead) -> None:
    expect(page.locator("#card-panel [data-key=b]")).to_be_visible(timeout=20_000)
    settled(page)
    page.keyboard.press("b")
    expect(page).to_have_url(re.compile("/card$"))
    settled(page)
    if lead.key:
        page.keyboard.press("f")
        expect(page.locator("#framework-sheet")).to_be_visible()
        page.keyboard.press(lead.key)
        expect(page.locator("#framework-sheet")).to_be_hidden()
        expect(page.locator("[data-card]")).to_have_attribute("data-card", _ends_with(lead.key))
    if lead.outcome != "d":
        _answer(page, lead)
    page.keyboard.press(lead.outcome)
    if lead.outcome == "a" and lead.steps == "1":
        expect(page.locator("#accept-sheet")).to_be_visible()
        page.keyboard.type("Their CFO asked for an offer.")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    elif lead.outcome != "a":
        page.keyboard.press("1")
        page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/card$"), timeout=20_000)


def _ends_with(key: str) -> re.Pattern[str]:
    found = Framework.objects.order_by("key", "-version").distinct("key")
    return re.compile(f"-{list(found)[int(key) - 1].key}$")


def _answer(page: Page, lead: Lead) -> None:
    count = page.locator("[data-answer]").count()
    for number in range(count):
        step = lead.steps[number % len(lead.steps)]
        page.keyboard.press(step)
        # Stated and proven ask for words, and Enter there goes on.
        page.keyboard.press("Enter" if int(step) > 1 else "j")
    expect(page.locator("#card-sum")).to_contain_text("Every point was asked.", timeout=20_000)
