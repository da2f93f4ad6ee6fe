"""Webhooks and drawers in a real browser: mapped by keys with a living preview, and no known barrier."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from leadhub import pipeline
from leads.hooks import editing
from leads.models import Drawer, Hook, Lead
from tests import factories
from tests.browser import log_in, look
from tests.leads.hooks import payloads
from tests.leads.hooks.making import make_hook, send

pytestmark = pytest.mark.django_db(transaction=True)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def marketer(page: Page, live_server: LiveServer) -> Page:
    log_in(page.context, live_server, factories.make_user(Role.MARKETER))
    return page


def test_a_message_is_mapped_by_keys_and_the_preview_follows(
    marketer: Page, live_server: LiveServer
) -> None:
    hook = make_hook(like=payloads.HUBSPOT)
    marketer.goto(f"{live_server.url}/leads/hooks/{hook.public_id}/mapping/")
    preview = marketer.locator("#preview")
    expect(preview).to_contain_text("Head of IT")
    marketer.get_by_label("What “properties.jobtitle.value” becomes").focus()
    marketer.keyboard.type("Leave out")
    expect(preview).not_to_contain_text("Head of IT")
    expect(preview).to_contain_text("Rocha")
    marketer.locator("#preview button[name=save]").focus()
    marketer.keyboard.press("Enter")
    expect(marketer.locator("h1")).to_have_text("Their forms")
    assert "title" not in [target for _path, target in editing.plan(Hook.objects.get()).picks]
    send(hook, payloads.HUBSPOT)
    assert Lead.objects.get().title == ""


def test_the_pages_have_no_known_barrier(marketer: Page, live_server: LiveServer) -> None:
    hook = make_hook(like=payloads.TYPEFORM, sender="facebook")
    send(hook, payloads.TYPEFORM)
    send(hook, {"nothing": 1})
    own = f"/leads/hooks/{hook.public_id}/"
    provider = Drawer.objects.create(
        kind="http", name="Mine", sample='{"a": {"b": "c"}}', problem="No time.", is_on=True
    )
    pipeline.drain()
    pages = [
        "/leads/hooks/", "/leads/hooks/add/", own, f"{own}mapping/",
        f"{own}messages/{hook.deliveries.latest('id').pk}/", "/leads/enrichment/",
        f"/leads/enrichment/{provider.pk}/", "/leads/enrichment/add/",
    ]  # fmt: skip
    for path in pages:
        look(marketer, live_server, path)
