"""The card by keyboard alone, in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from handoff.models import Handoff
from qualification.models import Answer, Disposition
from tests import factories
from tests.browser import in_both_faces, log_in
from tests.qualification.facts import ELEMENTS, claimed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rep(transactional_db: None) -> User:
    factories.publish_model()
    return factories.make_user("sdr", teams=[factories.make_team()], name="Rui Rep")


@pytest.fixture
def handoff(rep: User) -> Handoff:
    return claimed(rep, first_name="Maya", last_name="Lind", company_name="Northwind")


def open_card(page: Page, server: LiveServer, rep: User, handoff: Handoff) -> None:
    log_in(page.context, server, rep)
    page.goto(f"{server.url}/qualification/{handoff.public_id}/card")


def test_a_card_is_worked_and_accepted_without_a_mouse(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    open_card(page, live_server, rep, handoff)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.keyboard.press("3")
    page.keyboard.type("Petra and I choose.")
    page.keyboard.press("Enter")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    expect(page.locator("#card-sum")).to_contain_text("3 of 4 known")
    expect(page.locator("#card-sum")).to_contain_text("Every point was asked.")
    page.keyboard.press("a")
    expect(page).to_have_url(re.compile("/queue/"))
    found = {answer.element: answer for answer in Answer.objects.all()}
    assert [found[element].level for element in ELEMENTS] == [2, 3, 3, 0]
    assert found["authority"].evidence == "Petra and I choose."
    assert found["timeline"].asked_in_vain
    assert Disposition.objects.get().result == "accepted"


def test_a_no_with_its_reason_takes_three_keys(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    open_card(page, live_server, rep, handoff)
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Disqualify Maya Lind")).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_role("button", name="Disqualify: No budget")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/queue/"))
    decided = Disposition.objects.select_related("reason").get()
    assert decided.reason is not None
    assert decided.reason.key == "no_budget"


def test_words_typed_in_the_last_moment_are_not_lost(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    open_card(page, live_server, rep, handoff)
    page.keyboard.press("2")
    page.keyboard.type("forty spreadsheets")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/queue/"))
    assert Answer.objects.get().evidence == "forty spreadsheets"
    assert Disposition.objects.get().result == "recycled"


def test_everybody_can_read_the_card(
    page: Page, live_server: LiveServer, rep: User, handoff: Handoff
) -> None:
    open_card(page, live_server, rep, handoff)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    in_both_faces(page)
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Disqualify Maya Lind")).to_be_visible()
    in_both_faces(page)
    assert said == []
