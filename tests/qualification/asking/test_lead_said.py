"""What a lead said is on the card when it starts, and counts once a rep confirmed it."""

import uuid

import pytest
from django.test import Client

from accounts.models import User
from leads.models import Lead
from qualification import dispositions, scorecards, sheets
from qualification.asking import said
from qualification.models import Answer, LeadAnswer
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer, answer_all, claimed

pytestmark = pytest.mark.django_db
HOSTILE = "Forty <script>alert(1)</script> sheets"


def says(lead: Lead, **answers: str) -> None:
    words = {("bant", element): text for element, text in answers.items()}
    link = LeadAnswer.Via.LINK
    said.keep(lead.pk, words, via=link, sending=uuid.uuid4(), at=factories.now())


@pytest.fixture
def lead(live_model: ModelVersion, team: object) -> Lead:
    lead = factories.make_lead(title="Chief Operating Officer")
    says(lead, need="Forty spreadsheets", budget="20k")
    return lead


def test_words_said_before_there_was_a_card_are_on_it(
    client: Client, lead: Lead, sdr: User
) -> None:
    handoff = claimed(sdr, email=lead.email)
    card = scorecards.card_of(handoff, at=factories.now())
    sheet = sheets.sheet(card)
    assert sheet is not None
    waiting = {
        line.element.key: line.said.words for line in sheet.lines if line.said and line.waits
    }
    assert waiting == {"need": "Forty spreadsheets", "budget": "20k"}
    client.force_login(sdr)
    page = client.get(f"/qualification/{handoff.public_id}/card").content.decode()
    assert "Lead said" in page and 'value="Forty spreadsheets"' in page


def test_unconfirmed_words_do_not_accept_a_lead(lead: Lead, sdr: User) -> None:
    handoff = claimed(sdr, email=lead.email)
    sheet = sheets.sheet(scorecards.card_of(handoff, at=factories.now()))
    assert sheet is not None and (sheet.total, sheet.known) == (0, 0)
    with pytest.raises(dispositions.NotReady):
        dispositions.accept(handoff, by=sdr, at=factories.now())


def test_a_rep_confirms_with_one_key_and_the_source_stays(
    client: Client, lead: Lead, sdr: User
) -> None:
    handoff = claimed(sdr, email=lead.email)
    client.force_login(sdr)
    values = {"level": "2", "evidence": "Forty spreadsheets"}
    url = f"/qualification/{handoff.public_id}/answer/need"
    page = client.post(url, values, headers={"HX-Request": "true"}).content.decode()
    assert "Lead said" in page
    kept = Answer.objects.get()
    assert kept.said is not None and (kept.by, kept.level) == (sdr, 2)
    line = sheets.sheet(scorecards.latest(handoff)).line("need")  # type: ignore[union-attr]
    assert not line.waits


def test_other_words_of_the_rep_are_the_reps(lead: Lead, sdr: User) -> None:
    handoff = claimed(sdr, email=lead.email)
    answer(handoff, "need", by=sdr, evidence="Sixty, she says on the phone")
    assert Answer.objects.get().said is None
    line = sheets.sheet(scorecards.latest(handoff)).line("need")  # type: ignore[union-attr]
    assert not line.waits


def test_words_that_come_during_the_call_wait_beside_the_answer(
    client: Client, lead: Lead, sdr: User
) -> None:
    handoff = claimed(sdr, email=lead.email)
    answer_all(handoff, by=sdr)
    says(handoff.lead, need=HOSTILE)
    client.force_login(sdr)
    page = client.get(f"/qualification/{handoff.public_id}/card").content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
    assert Answer.objects.get(element="need").level == 2


def test_a_lead_without_a_card_shows_what_it_said(
    client: Client, sdr: User, marketer: User
) -> None:
    lead = factories.make_lead()
    says(lead, need=HOSTILE)
    client.force_login(marketer)
    page = client.get(f"/qualification/lead/{lead.public_id}/").content.decode()
    assert "Lead said" in page and "&lt;script&gt;" in page and "BANT, by link" in page


def test_a_framework_that_the_card_does_not_ask_waits(lead: Lead, sdr: User) -> None:
    other = {("meddic", "pain"): "It hurts"}
    said.keep(
        lead.pk, other, via=LeadAnswer.Via.CHAT, sending=uuid.uuid4(), at=factories.now()
    )  # fmt: skip
    sheet = sheets.sheet(scorecards.card_of(claimed(sdr, email=lead.email), at=factories.now()))
    assert sheet is not None
    assert [line.element.key for line in sheet.lines if line.said] == ["budget", "need"]
