"""The bell is live and works by keyboard; the pages about it are for everybody's eyes."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import clock
from accounts.models import Role
from handoff import channels
from handoff.channels import Event
from handoff.delivering import deliver
from handoff.notifications import Note, tell
from tests import factories
from tests.browser import in_both_faces, log_in, look
from tests.handoff.channels.conftest import MakeChannel

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_bell_is_live_and_its_pages_are_readable_by_everybody(
    page: Page, live_server: LiveServer, make_channel: MakeChannel
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    user, lead = factories.make_user(Role.ADMINISTRATOR), factories.make_lead(first_name="<b>Maya")
    channel = make_channel("http://127.0.0.1:1/", tells_who=True)
    channels.post([Event("handoff.opened", "one", lead_id=lead.pk)], at=clock.now())
    deliver(clock.now())
    log_in(page.context, live_server, user)
    page.goto(f"{live_server.url}/channels/")
    bell = page.locator(".bell")
    expect(bell).to_have_accessible_name("Notifications")
    tell(
        [Note(user, "breach", "timer:1:1", f"Nobody claimed {lead.name}.", lead.pk)], at=clock.now()
    )
    page.evaluate("htmx.trigger(document.body, 'notesChanged')")
    expect(bell).to_have_accessible_name("1 unread notification")
    bell.press("Enter")
    expect(page.locator("#bell-menu")).to_contain_text("Nobody claimed <b>Maya.")
    in_both_faces(page)
    page.get_by_role("button", name="Mark as read").press("Enter")
    expect(bell).to_have_accessible_name("Notifications")
    page.keyboard.press("Escape")
    expect(page.locator("#bell-menu")).to_be_hidden()
    number = channel.deliveries.get().pk
    for path in (
        "channels/", "channels/add/", f"channels/{channel.public_id}/", "deliveries/?state=pending",
        f"deliveries/{number}/", "notifications/settings/", "notifications/",
    ):  # fmt: skip
        look(page, live_server, f"/{path}")
    assert [text for text in said if "Security Policy" in text] == []
