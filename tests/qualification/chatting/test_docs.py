"""What the pages about asking, chats and mailboxes promise."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from handoff.models import Delivery
from leads.mailbox import boxes, taking
from leads.mailbox.parsing import understand
from leads.models import Event, Lead
from leads.timeline import deed
from qualification.asking import links
from tests import factories
from tests.qualification.asking.making import bant
from tests.qualification.chatting.making import chat

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[3] / "docs"


def block(document: str, kind: str = "") -> str:
    """The first block of code in a page."""
    found = re.search(rf"```{kind}\n(.*?)```", (DOCS / document).read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_line_for_a_site_is_the_one_that_the_editor_shows(
    client: Client, marketer: User, settings: Settings
) -> None:
    settings.SITE_URL = "https://leads.example.com"
    chat("hello")
    client.force_login(marketer)
    page = client.get("/qualification/chats/hello/").content.decode()
    line = block("chat.md", "html").strip()
    assert line.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in page
    assert f"{settings.SITE_URL}/c/hello/" in (DOCS / "chat.md").read_text()


def test_the_letter_to_a_lead_reads_as_told(sdr: User) -> None:
    links.send([factories.make_lead().pk], bant(), by=sdr, at=factories.now())
    told = " ".join(block("qualification-form.md").split())
    assert told in " ".join(Delivery.objects.get().body.split())


def test_the_message_of_the_page_makes_that_lead(administrator: User) -> None:
    values = dict.fromkeys(("name", "host", "user", "folder", "source"), "x")
    more = {"port": 993, "becomes": "leads", "is_on": False}
    at = factories.now()
    box = boxes.save(None, {**values, **more}, password="x", by=administrator, at=at)
    taking.take(box, [understand(block("mailbox.md").encode())], at=at)
    assert Lead.objects.get().name == "Petra Lang"
    event = Event.objects.select_related("signature__kind").get()
    assert f"*{deed(event)}*" in (DOCS / "mailbox.md").read_text()
