"""Forms in a real browser: built by keys alone, shown on another site, and read well by everybody."""

import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Organisation, User
from leads.capturing import capture
from leads.models import Consent, ConsentPurpose, ConsentText, Event, Form, Lead
from tests import factories
from tests.browser import log_in, look

pytestmark = pytest.mark.django_db(transaction=True)


def make_purpose() -> ConsentText:
    purpose = ConsentPurpose.objects.get_or_create(key="letters", defaults={"name": "Letters"})[0]
    return ConsentText.objects.create(
        purpose=purpose, version=1, text="Send me letters.", digest="x", created_at=factories.now()
    )


def test_a_form_is_built_by_keys_alone_and_the_preview_follows(
    page: Page, live_server: LiveServer, marketer: User
) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    log_in(page.context, live_server, marketer)
    page.goto(f"{live_server.url}/leads/forms/add/")
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.locator("[name=email]")).to_be_visible()
    page.get_by_label("How Job title is asked").focus()
    page.keyboard.press("ArrowDown")
    expect(shown.locator("[name=title]")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.get_by_label("Move Job title up").focus()
    for _time in range(4):
        page.keyboard.press("Enter")
    expect(shown.locator("form input").first).to_have_attribute("name", "title")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Talk")
    page.get_by_label("Address", exact=True).focus()
    page.keyboard.type("talk")
    page.get_by_role("button", name="Save the form").last.press("Enter")
    page.wait_for_url("**/leads/forms/talk/")
    assert [item["name"] for item in Form.objects.get().fields] == ["title", "email"]
    assert 'data-form="talk"' in (page.locator("#code-script").text_content() or "")
    assert problems == []


@pytest.fixture
def site() -> Iterator[Callable[[str], str]]:
    """Another site on this machine: gives the host it has, and shows the HTML it is told on every page."""
    told = {"html": ""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Us</title>{told['html']}".encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()

    def show(html: str) -> str:
        told["html"] = html
        return f"127.0.0.1:{server.server_address[1]}"

    yield show
    server.shutdown()
    server.server_close()


def test_a_form_in_a_page_of_another_site_is_sent_and_leads_that_page_on(
    page: Page, live_server: LiveServer, site: Callable[[str], str]
) -> None:
    make_purpose()
    source = f"{live_server.url}/static/js/embed.js"
    host = site(f'<h1>Us</h1><script async src="{source}" data-form="talk"></script>')
    Organisation.objects.create(name="Us", sites=[host])
    factories.make_form(
        "talk",
        fields=[{"name": "email", "required": True}, {"name": "consent:letters"}],
        embed_hosts=[host],
        redirect_url=f"http://{host}/welcome",
    )
    page.goto(f"http://{host}/pricing?utm_campaign=spring")
    form = page.frame_locator("iframe")
    form.locator("[name=email]").fill("maya@firm.example")
    form.get_by_label("Send me letters.").check()
    height = page.locator("iframe").evaluate("frame => frame.clientHeight")
    assert 150 < height < 400, height
    form.get_by_role("button", name="Send").press("Enter")
    page.wait_for_url(f"http://{host}/welcome")
    lead = Lead.objects.get()
    assert (lead.email, lead.campaign) == ("maya@firm.example", "spring")
    assert Event.objects.select_related("signature").get().signature.path == "/pricing"
    assert Consent.objects.get().lead == lead


def test_a_site_that_is_not_named_shows_no_form(
    page: Page, live_server: LiveServer, site: Callable[[str], str]
) -> None:
    host = site(f'<iframe src="{live_server.url}/f/talk/?embed=1"></iframe>')
    form = factories.make_form("talk", embed_hosts=[host])
    page.goto(f"http://{host}/")
    expect(page.frame_locator("iframe").locator("[name=email]")).to_be_visible()
    Form.objects.filter(pk=form.pk).update(embed_hosts=["www.us.example"])
    page.reload()
    expect(page.frame_locator("iframe").locator("[name=email]")).to_have_count(0)


def test_a_hosted_form_works_without_scripts(page: Page, live_server: LiveServer) -> None:
    factories.make_form("talk")
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(f"{live_server.url}/f/talk/")
    # What the browser lets pass and we do not.
    plain.get_by_label("Work e-mail").fill("maya@nowhere")
    plain.get_by_label("First name").fill("Maya")
    plain.get_by_label("First name").press("Enter")
    expect(plain.locator(".errorlist")).to_contain_text("is not an e-mail address")
    plain.get_by_label("Work e-mail").fill("maya@firm.example")
    expect(plain.get_by_label("First name")).to_have_value("Maya")
    plain.get_by_role("button", name="Send").click()
    expect(plain.get_by_role("status")).to_contain_text("Thank you")
    assert Lead.objects.get().first_name == "Maya"


def test_pages_of_forms_read_well(page: Page, live_server: LiveServer, administrator: User) -> None:
    make_purpose()
    names = ("email", "title", "consent:letters")
    form = factories.make_form(
        "talk", fields=[{"name": name} for name in names], look={"accent": "aa0000"}
    )
    lead = factories.make_lead(email="maya@firm.example", title="COO")
    values = {"email": "maya@firm.example", "title": "CEO"}
    capture.submit(form, values, submission_id=uuid.uuid4(), at=factories.now())
    spam = {"email": "x@spam.example", "title": "BUY " * 40}
    capture.submit(
        form, spam, submission_id=uuid.uuid4(), at=factories.now(), marks=["trap", "fast"]
    )
    log_in(page.context, live_server, administrator)
    for path, name in (
        ("/leads/forms/", "forms"), ("/leads/forms/talk/", "builder"), ("/f/talk/", "hosted"),
        ("/f/talk/?embed=1", "embedded"), ("/f/talk/thanks/", "thanks"), ("/organisation/", "organisation"),
        ("/leads/forms/quarantine/", "quarantine"), (f"/leads/{lead.public_id}/", "proposals"),
    ):  # fmt: skip
        look(page, live_server, path, name)
