"""The pages of webhooks: made, mapped with a preview, and looked after; and what the documents promise."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from leadhub import pipeline
from leads.hooks import editing
from leads.models import Delivery, Hook, Lead
from tests import factories
from tests.leads.hooks import payloads
from tests.leads.hooks.making import make_hook, only, send

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "webhooks.md"


@pytest.fixture
def page(client: Client) -> Client:
    client.force_login(factories.make_user(Role.MARKETER))
    return client


def as_sent(html: str) -> dict[str, Any]:
    """What a browser would send of the mapping form as it stands."""
    sent: dict[str, Any] = {"path": [], "only": []}
    for name, value in re.findall(r'type="hidden" name="(path|only)" value="([^"]*)"', html):
        sent[name].append(value.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&"))
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_a_webhook_is_made_and_mapped_by_a_message_that_was_pasted(page: Client) -> None:
    made = page.post("/leads/hooks/add/", {"name": "Contacts", "sender": "pipedrive"}, follow=True)
    hook = Hook.objects.get()
    assert f"/hooks/{hook.public_id}/" in made.content.decode()
    assert (hook.scheme, hook.source) == ("basic", "Contacts")
    place = f"/leads/hooks/{hook.public_id}/mapping/"
    sample = json.dumps(payloads.PIPEDRIVE)
    read = page.post(place, {"sample": sample, "read": ""}).content.decode()
    assert "tom@cairn.example" in read
    sent = {**as_sent(read), "sample": sample}
    preview = page.post(place + "preview/", sent).content.decode()
    assert "<dd>Cairn</dd>" in preview
    assert page.post(place, {**sent, "save": ""}).status_code == 302
    assert editing.plan(Hook.objects.get()).only[0][1] == "person"


def test_the_last_message_is_taken_to_map_by(page: Client) -> None:
    hook = make_hook()
    send(hook, payloads.CALENDLY)
    shown = page.get(f"/leads/hooks/{hook.public_id}/mapping/?last=1").content.decode()
    assert "jo@fell.example" in shown
    assert "payload.questions_and_answers[Company].answer" in shown


def test_the_preview_follows_what_is_chosen(page: Client) -> None:
    hook = make_hook(like=payloads.HUBSPOT)
    place = f"/leads/hooks/{hook.public_id}/mapping/"
    sent = as_sent(page.get(place).content.decode()) | {"sample": json.dumps(payloads.HUBSPOT)}
    names = {sent[key]: key for key in sent if key.startswith("target_")}
    sent[names["title"]] = "company_name"
    shown = page.post(place + "preview/", sent).content.decode()
    assert "<dt>Company</dt><dd>Head of IT</dd>" in shown
    assert "Job title" not in shown


@pytest.mark.parametrize(
    ("sample", "told"),
    [("", "Paste a message"), ("{", "This is not JSON"), ('{"a": 1, "a": 2}', "occurs twice")],
)
def test_a_sample_that_cannot_be_read_is_told_and_not_lost(
    page: Client, sample: str, told: str
) -> None:
    hook = make_hook()
    answer = page.post(f"/leads/hooks/{hook.public_id}/mapping/", {"sample": sample, "save": ""})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert sample in answer.content.decode().replace("&quot;", '"')


def test_another_message_is_read_without_losing_what_was_chosen(page: Client) -> None:
    hook = make_hook(like=payloads.HUBSPOT)
    place = f"/leads/hooks/{hook.public_id}/mapping/"
    sent = as_sent(page.get(place).content.decode()) | {"sample": json.dumps(payloads.HUBSPOT)}
    names = {sent[key]: key for key in sent if key.startswith("target_")}
    sent[names["title"]] = "company_name"
    broken = page.post(place, {**sent, "sample": "{"}).content.decode()
    assert "This is not JSON" in broken
    assert as_sent(broken)[names["title"]] == "company_name"
    other = json.dumps({**payloads.HUBSPOT, "more": {"land": "PT"}})
    again = page.post(place, {**sent, "sample": other, "read": ""}).content.decode()
    assert "more.land" in again
    assert "<dt>Company</dt><dd>Head of IT</dd>" in again


def test_a_constant_that_cannot_be_is_told_beside_the_field(page: Client) -> None:
    hook = make_hook(like={"email": "a@x.example"})
    place = f"/leads/hooks/{hook.public_id}/mapping/"
    sent = as_sent(page.get(place).content.decode()) | {"sample": '{"email": "a@x.example"}'}
    sent |= {"constant_target_0": "country", "constant_text_0": "Atlantis"}
    answer = page.post(place, sent)
    assert answer.status_code == 422
    assert "two-letter code" in answer.content.decode()


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({"scheme": "basic"}, "Give the name that goes with the password"),
        ({"scheme": "hmac"}, "Give the header that carries the signature"),
        ({"header": "a b"}, "letters, digits and hyphens"),
        ({"name": "Taken"}, "Another webhook has this name"),
        ({"scheme": "nothing"}, "Select a valid choice"),
    ],
)
def test_settings_that_cannot_be_are_told(page: Client, over: dict[str, str], told: str) -> None:
    make_hook("Taken")
    hook = make_hook()
    values = {"name": "Mine", "sender": "generic", "scheme": "none", "is_live": "on", **over}
    answer = page.post(f"/leads/hooks/{hook.public_id}/", values)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_secret_is_kept_sealed_and_never_shown(page: Client) -> None:
    hook = make_hook()
    place = f"/leads/hooks/{hook.public_id}/"
    values = {
        "name": "Mine",
        "sender": "typeform",
        "scheme": "typeform",
        "secret": "s3cret",
        "is_live": "on",
    }
    shown = page.post(place, values, follow=True).content.decode()
    hook.refresh_from_db()
    assert "s3cret" not in shown + hook.secret
    assert "A secret is kept" in shown
    page.post(place, {**values, "secret": ""})
    hook.refresh_from_db()
    assert list(editing.secrets_of(hook).keys) == ["s3cret"]


def test_messages_are_looked_at_and_taken_again(page: Client) -> None:
    hook = make_hook()
    send(hook, payloads.HUBSPOT)
    delivery = only(hook)
    place = f"/leads/hooks/{hook.public_id}/"
    assert "Nobody has said yet" in page.get(f"{place}?state=failed").content.decode()
    shown = page.get(f"{place}messages/{delivery.pk}/").content.decode()
    assert "Ines@Quay.example" in shown
    Hook.objects.update(mapping=make_hook("Like it", like=payloads.HUBSPOT).mapping)
    page.post(f"{place}replay/")
    pipeline.drain()
    assert (
        "ines@quay.example" in page.get(f"{place}messages/{delivery.pk}/").content.decode().lower()
    )
    assert Lead.objects.count() == 1
    page.post(f"{place}messages/{delivery.pk}/")
    pipeline.drain()
    assert (Lead.objects.count(), only(hook).state) == (1, Delivery.State.DONE)


def test_the_pages_ask_no_more_for_more_messages(page: Client) -> None:
    hook = make_hook(like={"email": "a@x.example"})

    def asked(first: int, last: int) -> int:
        for number in range(first, last):
            send(hook, {"email": f"p{number}@x.example"}, drain=False)
        pipeline.drain()
        with CaptureQueriesContext(connection) as queries:
            page.get(f"/leads/hooks/{hook.public_id}/")
            page.get("/leads/hooks/")
        return len(queries)

    asked(0, 1)
    assert asked(1, 3) == asked(3, 40)


def test_what_strangers_send_stays_text(page: Client) -> None:
    hook = make_hook(like={"email": "a@x.example"})
    send(hook, {"email": "<script>alert(1)</script>", '"><b>': "<img src=x onerror=alert(1)>"})
    for path in ("", f"messages/{only(hook).pk}/", "mapping/?last=1"):
        shown = page.get(f"/leads/hooks/{hook.public_id}/{path}").content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_the_example_of_the_document_becomes_a_lead(page: Client) -> None:
    body = re.search(r"-d '(\{.*?\})'", DOCUMENT.read_text(), re.DOTALL)
    assert body is not None
    hook = make_hook(like=json.loads(body[1]))
    answer = send(hook, body[1])
    assert json.dumps(answer.json()) in DOCUMENT.read_text()
    lead = Lead.objects.get()
    assert (lead.email, lead.first_name, lead.title, lead.external_id) == (
        "lee@harbour.example", "Lee", "Head of Sales", "17",
    )  # fmt: skip
