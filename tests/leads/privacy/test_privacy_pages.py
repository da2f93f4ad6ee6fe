"""Pages of privacy: for those who decide, and for the person without a login."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from leads.models import (
    Consent,
    ConsentPurpose,
    ConsentText,
    Erasure,
    Lead,
    PrivacyDeed,
    Suppression,
)  # fmt: skip
from leads.privacy import consents, erasing, preferences, suppression
from leads.privacy.consents import Given
from tests import factories

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def admin(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_purpose_is_made_and_its_words_change_by_versions(admin: Client) -> None:
    sent = {"name": "Surveys", "description": "", "text": "Ask me."}
    assert admin.post("/leads/privacy/", sent).status_code == 302
    changed = {**sent, "text": "Do ask me.", "is_active": "on"}
    assert admin.post("/leads/privacy/purposes/surveys/", changed).status_code == 302
    page = shown(admin.get("/leads/privacy/purposes/surveys/"))
    assert "Version 2" in page and "Version 1" in page
    assert "Do ask me." in shown(admin.get("/leads/privacy/"))
    assert ConsentText.objects.filter(purpose__key="surveys").count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "news BY e-mail"}, "already"),
        ({"text": ""}, "This field is required"),
        ({"text": "x" * 4_001}, "4000"),
    ],
)
def test_a_wrong_purpose_is_answered_beside_the_field(
    admin: Client, wrong: dict[str, str], said: str
) -> None:
    sent = {"name": "Surveys", "description": "kept", "text": "Ask me.", **wrong}
    answer = admin.post("/leads/privacy/", sent)
    assert answer.status_code == 422 and said in shown(answer) and "kept" in shown(answer)
    assert ConsentPurpose.objects.count() == 3


def test_the_person_decides_by_a_link_without_login_or_script() -> None:
    lead = factories.make_lead(email="ada@firm.example")
    visitor, url = Client(), preferences.path(lead)
    page = shown(visitor.get(url))
    assert "ada@firm.example" in page and "News by e-mail" in page
    answer = visitor.post(url, {"email": "yes", "phone": "no"}, headers={"User-Agent": "Lynx"})
    assert answer.status_code == 200 and "Saved" in shown(answer)
    standing = consents.standing([lead.pk])[lead.pk]
    assert {key: one.granted for key, one in standing.items()} == {"email": True, "phone": False}
    kept = Consent.objects.get(purpose__key="email")
    assert kept.text is not None and kept.text.version == 1
    assert kept.proof == {"network": "127.0.0.0/24", "agent": "Lynx"}
    visitor.post(url, {"email": "yes", "phone": "no"})
    assert Consent.objects.count() == 2


def test_no_to_everything_stands_on_the_suppression_list_until_a_yes() -> None:
    lead = factories.make_lead(email="ada@firm.example")
    visitor, url = Client(), preferences.path(lead)
    assert visitor.post(url, {"stop": "1"}).status_code == 200
    assert suppression.suppressed(["ada@firm.example"]) == {"ada@firm.example"}
    assert consents.agreed([lead.pk], "email") == set()
    visitor.post(url, {"email": "yes"})
    assert suppression.suppressed(["ada@firm.example"]) == set()


def test_a_mail_program_stops_with_one_click() -> None:
    lead = factories.make_lead(email="ada@firm.example")
    url = preferences.path(lead) + "stop/"
    sent = Client(enforce_csrf_checks=True).post(url, {"List-Unsubscribe": "One-Click"})
    assert sent.status_code == 200
    assert Suppression.objects.get().reason == "unsubscribed"


@pytest.mark.parametrize("token", ["x", "a:b", "é", "00000000000000000000000000000000:abc"])
def test_a_link_that_is_none_says_so(token: str) -> None:
    assert Client().get(f"/preferences/{token}/").status_code == 404
    assert Client().post(f"/preferences/{token}/stop/").status_code == 404


def test_the_link_of_an_erased_person_leads_nowhere() -> None:
    lead = factories.make_lead()
    url = preferences.path(lead)
    erasing.erase([lead], cause="request", at=factories.now())
    assert Client().get(url).status_code == 404


def test_a_list_is_taken_line_by_line_and_wrong_lines_are_named(admin: Client) -> None:
    lines = "Ada@Firm.example\n+49 30 1234567\n\nada@firm.example\n<b>nobody</b>\n030 12"
    answer = admin.post("/leads/privacy/suppressed/", {"lines": lines, "reason": "list"})
    page = shown(answer)
    assert "2 added" in page and "&lt;b&gt;nobody" in page and "030 12" in page
    assert Suppression.objects.count() == 2
    assert b"ada" not in bytes(Suppression.objects.first().digest)
    found = shown(admin.get("/leads/privacy/suppressed/", {"contact": "ADA@firm.example"}))
    assert "is on the list" in found
    admin.post("/leads/privacy/suppressed/lift/", {"contact": "ada@firm.example"})
    assert suppression.suppressed(["ada@firm.example"]) == set()
    deeds = PrivacyDeed.objects.order_by("pk").values_list("kind", "count")
    assert list(deeds) == [("suppressed", 2), ("lifted", 1)]


def test_a_colleague_writes_down_what_was_said_with_how_we_know(
    client: Client, marketer: User
) -> None:
    client.force_login(marketer)
    lead = factories.make_lead()
    url = f"/leads/{lead.public_id}/consents/"
    assert "Never asked" in shown(client.get(url))
    wrong = client.post(url, {"purpose": "phone", "granted": "no", "how": ""})
    assert wrong.status_code == 422
    sent = {"purpose": "phone", "granted": "no", "how": HOSTILE}
    answer = client.post(url, sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and answer["HX-Trigger"] == "leadChanged"
    kept = Consent.objects.get()
    assert (kept.by, kept.proof, kept.granted) == (marketer, {"how": HOSTILE}, False)
    assert "Said no to: Calls" in shown(client.get(f"/leads/{lead.public_id}/"))


def test_everything_known_is_told_as_page_and_file(admin: Client) -> None:
    lead = factories.make_lead(first_name=HOSTILE, phone="+49 30 1234567")
    factories.make_event(lead, "page", path="/pricing")
    consents.record([Given(lead.pk, "email", True, source="Web form")], at=factories.now())
    page = shown(admin.get(f"/leads/{lead.public_id}/known/"))
    assert HOSTILE not in page and "/pricing" in page and "Web form" in page
    answer = admin.post(f"/leads/{lead.public_id}/known/file/")
    told = json.loads(answer.content)["person"]
    assert told["The lead itself"][0]["First name"] == HOSTILE
    assert told["Events"][0]["Path"] == "/pricing"
    assert told["Consents"][0]["Granted"] is True
    assert answer["Content-Disposition"].startswith("attachment")
    assert PrivacyDeed.objects.get().kind == "person_told"


def test_erasing_asks_for_the_name_and_says_what_goes(admin: Client) -> None:
    lead = factories.make_lead(first_name="Ada", last_name="Lovelace")
    url = f"/leads/{lead.public_id}/erase/"
    assert "Addresses and ids" in shown(admin.get(url))
    refused = admin.post(url, {"typed": "Ada"})
    assert refused.status_code == 422 and "Nothing was erased" in shown(refused)
    assert Lead.objects.get().erased_at is None
    answer = admin.post(url, {"typed": " ada lovelace "})
    receipt = Erasure.objects.get()
    assert answer["Location"] == f"/leads/privacy/receipts/{receipt.public_id}/"
    page = shown(admin.get(answer["Location"]))
    assert "Ada" not in page.split("<main")[1] and "Addresses and ids" in page
    assert str(receipt.public_id) in shown(admin.get("/leads/privacy/receipts/"))
    assert admin.get(url).status_code == 404


def test_an_erased_lead_can_be_looked_at_and_is_in_no_list(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    lead = factories.make_lead(first_name="Ada")
    erasing.erase([lead], cause="request", at=factories.now())
    lead.refresh_from_db()
    page = shown(client.get(f"/leads/{lead.public_id}/"))
    assert "Erased person" in page and f"/leads/{lead.public_id}/edit/" not in page
    assert client.get(f"/leads/{lead.public_id}/edit/").status_code == 404
    assert str(lead.public_id) not in shown(client.get("/leads/"))


def test_only_administrators_tell_and_erase(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    lead = factories.make_lead()
    for part in ("known", "erase"):
        assert client.get(f"/leads/{lead.public_id}/{part}/").status_code == 403
    assert "/erase/" not in shown(client.get(f"/leads/{lead.public_id}/consents/"))


def test_an_export_of_the_list_is_written_down(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    factories.make_lead()
    list(client.get("/leads/export/?source=Test").streaming_content)
    deed = PrivacyDeed.objects.get()
    assert (deed.kind, deed.count, deed.note, deed.by) == (
        "list_exported", 1, "source", marketer,
    )  # fmt: skip


@pytest.mark.parametrize("page", ["", "suppressed/", "retention/", "receipts/", "deeds/"])
def test_queries_do_not_grow_with_rows(admin: Client, page: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert admin.get(f"/leads/privacy/{page}").status_code == 200
        return len(found)

    def more() -> None:
        leads = [factories.make_lead() for _ in range(3)]
        at = factories.now() - timedelta(days=3_000)
        consents.record([Given(one.pk, "email", True) for one in leads], at=at)
        erasing.erase(leads[:2], cause="request", at=at)

    more()
    before = queries()
    more()
    assert queries() == before


def test_older_rows_are_on_the_next_page(admin: Client) -> None:
    for number in range(53):
        PrivacyDeed.objects.create(kind="erased", at=factories.now(), note=f"deed {number}.")
    first = shown(admin.get("/leads/privacy/deeds/"))
    assert "deed 52." in first and "deed 2." not in first
    link = re.search(r'href="(\?before=\d+)"', first)
    assert link and "deed 2." in shown(admin.get("/leads/privacy/deeds/" + link[1]))
    assert admin.get("/leads/privacy/deeds/?before=x").status_code == 200
