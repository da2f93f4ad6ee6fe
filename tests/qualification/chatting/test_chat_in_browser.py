"""The chat on another site's page, the page of questions, and who can use them."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from leads.mailbox import boxes
from leads.models import Lead
from qualification.models import Ask, LeadAnswer
from tests import factories
from tests.browser import log_in, look
from tests.qualification.asking.making import ask_of, path_of
from tests.qualification.chatting.making import chat

# Each step is a page of its own, on a machine that may be busy.
PATIENT: Any = {"timeout": 20_000}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STEPS = [
    {"key": "s1", "ask": "How many people?", "choices": ["One", "Many"],
     "rules": [{"when": "is", "value": "One", "go": "end"}]},
    {"key": "s2", "ask": "What hurts?", "about": "bant.need"},
    {"key": "s3", "ask": "Your e-mail?", "about": "email", "may_skip": True},
]  # fmt: skip


@pytest.fixture
def site(page: Page, live_server: LiveServer) -> Iterator[Callable[[], Page]]:
    """A page of another site with the one line in it, which a strict policy of its own guards."""
    home = live_server.url
    line = f'<script async src="{home}/static/js/chat.js" data-chat="hello"></script>'
    policy = f"default-src 'none'; script-src {home}; connect-src {home}; frame-src {home}"

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            html = f"<!doctype html><title>Shop</title><h1>Prices</h1><a href=/pricing/all>All</a>{line}"
            self.wfile.write(html.encode())

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        shop = f"127.0.0.1:{server.server_address[1]}"
        chat("hello", steps=STEPS, after_s=0, embed_hosts=[shop])
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

        def visit() -> Page:
            page.goto(f"http://{shop}/pricing")
            return page

        yield visit
        server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_visitor_talks_by_keyboard_and_goes_on_on_the_next_page(site: Callable[[], Page]) -> None:
    page = site()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    frame = page.frame_locator("iframe")
    expect(page.get_by_role("dialog", name="Talk to us")).to_be_visible(**PATIENT)
    frame.get_by_role("button", name="Many").press("Enter")
    field = frame.get_by_label("What hurts?")
    expect(field).to_be_focused(**PATIENT)
    page.keyboard.type("Forty sheets")
    page.keyboard.press("Enter")
    expect(frame.get_by_label("Your e-mail?")).to_be_focused(**PATIENT)
    page.get_by_role("link", name="All").click()
    expect(frame.get_by_text("Forty sheets")).to_be_visible(**PATIENT)
    expect(frame.get_by_label("Your e-mail?")).not_to_be_focused()
    frame.get_by_label("Your e-mail?").focus()
    page.keyboard.type("maya@northwind.example")
    page.keyboard.press("Enter")
    expect(frame.get_by_text("Bye for now.")).to_be_visible(**PATIENT)
    assert Lead.objects.get().email == "maya@northwind.example"
    assert LeadAnswer.objects.get().words == "Forty sheets"
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.mark.django_db(transaction=True)
def test_who_closes_it_is_left_alone_until_they_open_it(site: Callable[[], Page]) -> None:
    page = site()
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Many").focus()
    # Only then does its script listen to keys.
    page.frames[-1].wait_for_load_state()
    page.keyboard.press("Escape")
    button = page.get_by_role("button", name="Talk to us")
    expect(button).to_be_focused(**PATIENT)
    page = site()
    expect(button).to_be_visible(**PATIENT)
    expect(page.locator("iframe")).to_have_count(0)
    button.press("Enter")
    expect(frame.get_by_role("button", name="Many")).to_be_visible(**PATIENT)


@pytest.mark.django_db(transaction=True)
def test_the_pages_have_no_known_barrier(
    page: Page, live_server: LiveServer, administrator: User
) -> None:
    chat()
    path, told = path_of(ask_of(factories.make_lead())), factories.now()
    values = dict.fromkeys(("name", "host", "user", "folder", "source"), "x")
    more = {"port": 993, "becomes": "leads", "is_on": False}
    box = boxes.save(None, {**values, **more}, password="x", by=administrator, at=told)
    log_in(page.context, live_server, administrator)
    inside = ["/leads/mailboxes/", f"/leads/mailboxes/{box.pk}/", "/qualification/ask/"]
    inside += ["/qualification/chats/", "/qualification/chats/hello/", "/qualification/chats/add/"]
    for url in [path, "/c/hello/", *inside]:
        look(page, live_server, url)


@pytest.mark.django_db(transaction=True)
def test_a_rep_copies_a_link_from_the_lead_page_and_takes_it_back(
    page: Page, live_server: LiveServer, marketer: User
) -> None:
    lead = factories.make_lead()
    log_in(page.context, live_server, marketer)
    page.goto(f"{live_server.url}/leads/{lead.public_id}/")
    page.get_by_role("button", name="Make a link").press("Enter")
    link = page.get_by_label("Link for the lead")
    expect(link).to_have_value(re.compile("/q/.+"))
    page.get_by_role("button", name="Send the questions by e-mail").press("Enter")
    expect(page.get_by_role("status").get_by_text("on their way")).to_be_visible()
    page.get_by_role("button", name="Take the link back").press("Enter")
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(link).to_have_count(0)
    assert Ask.objects.get().revoked_at is not None
