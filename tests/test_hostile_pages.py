"""Lead text is hostile: on every page of ours it stays text, and no page breaks the content security policy."""

import uuid
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Dialog, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role
from handoff import claims, touches
from handoff.models import Handoff
from leadhub import pipeline
from leads.capturing import capture
from leads.capturing.capture import Visit
from leads.models import Lead
from qualification import dispositions, scorecards
from qualification.models import DispositionReason
from qualification.saying_no.facts import facts_of
from qualification.saying_no.told import Tick, Told
from tests import factories
from tests.browser import log_in, settled

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = "<script>window.__xss=1</script>"
HTMX = '<div hx-get="/me/?xss" hx-trigger="load">x</div>'
IMAGE = '"><img src=x onerror="window.__xss=1"><svg/onload=window.__xss=1>'
FORMULA = '=HYPERLINK("http://evil.example","x")'
PAGES = [
    "/", "/leads/", "/leads/?text=script", "/queue/", "/sla/", "/sla/breaches/", "/notifications/",
    "/sla/panel/matrix/", "/sla/panel/people/",
    "/reports/stages/", "/reports/compliance/", "/reports/reasons/", "/reports/criteria/",
    "/reports/funnel/?by=source", "/agreement/round/", "/scoring/", "/scoring/versions/",
    "/leads/imports/", "/leads/forms/", "/trouble/", "/people/", "/teams/", "/keys/", "/promises/",
    "/qualification/reasons/", "/qualification/disputes/", "/leads/add/",
    "/leads/fields/", "/events/trust/", "/me/", "/organisation/",
    "/api/v1/docs", "/leads/hooks/", "/leads/enrichment/", "/channels/",
    "/deliveries/?state=pending", "/notifications/settings/",
]  # fmt: skip


@pytest.fixture
def hostile(live_model: object, team: Any) -> Handoff:
    """A lead whose every text is an attack, with touches, a card and a decision behind it."""
    values = {
        "email": "evil@attack.example", "first_name": SCRIPT, "last_name": HTMX,
        "title": "Chief " + IMAGE, "company_name": FORMULA, "phone": "javascript:window.__xss=1",
    }  # fmt: skip
    form = factories.make_form(name=SCRIPT, source=IMAGE)
    now = factories.now
    visit = Visit(path="/" + SCRIPT, campaign=IMAGE)
    capture.submit(form, values, submission_id=uuid.uuid4(), at=now(), visit=visit)
    capture.submit(form, {**values, "title": HTMX}, submission_id=uuid.uuid4(), at=now())
    lead = Lead.objects.get()
    factories.make_event(lead, "demo_request", name=SCRIPT, path="/" + IMAGE)
    pipeline.drain()
    handoff = Handoff.objects.select_related("lead", "team").get()
    rep = factories.make_user(Role.SDR, teams=[team], name=SCRIPT)
    claims.take(handoff, by=rep, at=now())
    touches.log(lead, kind="call", note=SCRIPT + HTMX, by=rep, at=now())
    card = scorecards.card_of(handoff, at=now())
    assert card is not None
    scorecards.answer(card, "need", level=3, evidence=IMAGE, by=rep, at=now())
    second = factories.make_mql(last_name=IMAGE, company_name=SCRIPT)
    claims.take(second, by=rep, at=now())
    reason = DispositionReason.objects.get(key="no_need")
    ticks = [Tick(fact, "wrong" if fact.field else "no_count", SCRIPT) for fact in facts_of(second)]
    told = Told(ticks=ticks)
    dispositions.disqualify(second, reason=reason, by=rep, at=now(), note=HTMX, told=told)
    pipeline.drain()
    return handoff


class Watch:
    """What a page must not do: speak up against the policy, open a dialog, ask anybody else, run our sentinel."""

    def __init__(self, page: Page, home: str) -> None:
        self.found: list[str] = []
        self.page = page
        page.on("console", lambda message: self._console(message.text))
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.found.append(f"error: {error}"))
        page.on("request", lambda request: self._request(request.url, home))

    def _dialog(self, dialog: Dialog) -> None:
        self.found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, text: str) -> None:
        if "Content Security Policy" in text or "Refused to" in text:
            self.found.append(text)

    def _request(self, url: str, home: str) -> None:
        if "xss" in url or not url.startswith((home, "data:", "blob:")):
            self.found.append(f"request: {url}")

    def visit(self, url: str) -> None:
        response = self.page.goto(url)
        assert response is not None
        if response.status != 200:
            self.found.append(f"{response.status}")

    def look(self) -> None:
        """Judges the page once nothing of it is under way."""
        settled(self.page)
        if self.page.evaluate("window.__xss"):
            self.found.append("the sentinel ran")
        assert not self.found, (self.page.url, self.found)


def log_in_as(context: BrowserContext, server: LiveServer, role: str) -> None:
    log_in(context, server, factories.make_user(role))


def test_hostile_text_is_inert_on_every_page(
    context: BrowserContext, live_server: LiveServer, hostile: Handoff
) -> None:
    log_in_as(context, live_server, Role.ADMINISTRATOR)
    # Several tabs at a time: they grow quiet side by side.
    tabs = [Watch(context.new_page(), live_server.url) for _ in range(6)]
    lead = hostile.lead.public_id
    own = [f"/leads/{lead}/", f"/leads/{lead}/edit/", f"/qualification/{hostile.public_id}/card",
           f"/qualification/{hostile.public_id}/disqualify", f"/leads/{lead}/touch/",
           f"/scoring/try/?lead={lead}", "/scoring/try/?q=script", "/scoring/impact/leads/",
           *(f"/scoring/lead/{lead}/{page}" for page in ("", "why/", "replay/", "receipt/", "override/"))]  # fmt: skip
    pages = [*PAGES, *own]
    for start in range(0, len(pages), len(tabs)):
        watched = list(zip(tabs, pages[start : start + len(tabs)], strict=False))
        for tab, path in watched:
            tab.visit(live_server.url + path)
        for tab, _path in watched:
            tab.look()


def test_hostile_text_is_no_formula_in_an_export(client: Client, hostile: Handoff) -> None:
    client.force_login(factories.make_user(Role.MARKETER))
    response = client.get("/leads/export/")
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=HYPERLINK" in text
    assert ',"=HYPERLINK' not in text
    assert ",=HYPERLINK" not in text
