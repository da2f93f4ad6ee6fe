"""What the documents promise is done here word by word."""

import base64
import json
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts import keys
from accounts.models import ApiKey, Role
from handoff.models import Handoff
from leadhub import pipeline
from leadhub.demo import story
from leads.capturing import places
from leads.models import Lead, Proposal
from scoring.models import ModelVersion
from tests import factories
from tests.leads.importing import making

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def test_the_example_batch_of_the_api_page_is_accepted_and_makes_an_mql(
    live_model: ModelVersion, team: object
) -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    body = re.search(r"-d '(\{.*?\})'", text, re.DOTALL)
    assert body is not None
    key = keys.make(kind=ApiKey.Kind.SECRET, name="Docs", by=None)[1]
    answer = Client(headers={"Authorization": f"Bearer {key}"}).post(
        "/api/v1/batch", json.loads(body[1]), content_type="application/json"
    )
    assert json.dumps(answer.json()) in text
    pipeline.drain()
    assert Handoff.objects.get().lead.email == "you@tideline.example"


def test_the_example_of_the_events_page_is_answered_as_it_says() -> None:
    text = (ROOT / "docs" / "events.md").read_text()
    body = re.search(r"-d '(\{.*?\})'", text, re.DOTALL)
    assert body is not None
    key = keys.make(kind=ApiKey.Kind.PUBLIC, name="Docs", by=None)[1]
    head = {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}
    form = "application/x-www-form-urlencoded"
    answer = Client(headers=head).post("/v1/track", body[1], content_type=form)
    assert json.dumps(answer.json()) in text
    assert Lead.objects.get().email == "maya@tideline.example"


def test_the_files_of_the_import_page_are_taken_as_it_says(
    live_model: ModelVersion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)
    by = factories.make_user(Role.ADMINISTRATOR)
    factories.make_user(Role.SDR, email="rui@team.example")
    files = re.findall(r"```csv\n(.*?)```", (ROOT / "docs" / "importing.md").read_text(), re.DOTALL)
    done = [making.run(making.upload(file, by)) for file in files]
    assert [one.what for one in done] == [
        "leads", "companies", "events", "deals", "deals", "touches",
    ]  # fmt: skip
    # The company of the first row is the one that the second file tells about.
    assert [making.counts(one)[:2] for one in done] == [(1, 0), (0, 1), *[(1, 0)] * 4]
    assert (Lead.objects.get().stage, Lead.objects.get().attributes) == (
        "customer",
        {"city": "Lisbon"},
    )


@pytest.mark.parametrize("document", ["README.md", "docs/demo.md"])
def test_the_form_inputs_that_make_a_lead_cross_do_so(
    document: str, live_model: ModelVersion, team: object
) -> None:
    text = " ".join((ROOT / document).read_text().split())
    told = re.search(
        r"work e-mail `(.*?)`, first name `(.*?)`, job title `(.*?)`, phone `(.*?)`", text
    )
    assert told is not None
    factories.make_form("talk-to-us")
    client = Client()
    page = client.get("/f/talk-to-us/").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    hidden |= dict(re.findall(r'name="(submission)" value="([^"]*)"', page))
    named = dict(zip(("email", "first_name", "title", "phone"), told.groups(), strict=True))
    sent = client.post("/f/talk-to-us/", {**hidden, **named})
    assert sent.status_code == 302, sent.content.decode()[:2000]
    pipeline.drain()
    assert Lead.objects.get().score.total == 50
    assert Handoff.objects.count() == 1


def test_the_planted_odds_are_those_that_the_demo_page_tells() -> None:
    text = (ROOT / "docs" / "demo.md").read_text()
    code = Path(story.__file__).read_text()
    told = [number.replace("−", "-") for number in re.findall(r"\| ([+−]\d\.\d) ", text)]
    written = re.findall(r"logit ?([+-]?)= (-?\d\.\d)", code)
    assert len(told) == len(written)
    for (sign, number), said in zip(written, told, strict=True):
        assert float(f"{sign}{number}".replace("--", "")) == float(said)


@pytest.mark.parametrize(
    "document", [*sorted(p.name for p in (ROOT / "docs").glob("*.md")), "../README.md"]
)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    place = ROOT / "docs" / document
    missing = [
        link for link in LINK.findall(place.read_text()) if not (place.parent / link).exists()
    ]
    assert missing == []


def test_the_codes_of_the_forms_page_are_those_the_builder_gives() -> None:
    text = (ROOT / "docs" / "forms.md").read_text()
    form = factories.make_form("talk-to-us")
    link, *codes = places.codes(form, "http://127.0.0.1:8000")
    assert link.text == "http://127.0.0.1:8000/f/talk-to-us/"
    for code in codes:
        assert f"```html\n{code.text}\n```" in text


def test_the_decision_of_the_forms_page_is_understood() -> None:
    body = re.search(
        r"proposals.*?-d '(\{.*?\})'", (ROOT / "docs" / "forms.md").read_text(), re.DOTALL
    )
    assert body is not None
    lead = factories.make_lead(title="COO")
    for title in ("CEO", "Chair"):
        Proposal.objects.create(
            pk={"CEO": 1, "Chair": 2}[title], lead=lead, field="title", value=title, source="Form",
            at=factories.now(),
        )  # fmt: skip
    key = keys.make(kind=ApiKey.Kind.SECRET, name="Docs", by=None)[1]
    answer = Client(headers={"Authorization": f"Bearer {key}"}).post(
        f"/api/v1/leads/{lead.public_id}/proposals",
        json.loads(body[1]),
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()) == (200, [])
    lead.refresh_from_db()
    assert lead.title == "CEO"
