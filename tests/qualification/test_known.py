"""What is known before it is asked: on earlier cards, by the lead itself, by facts, each with its source."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from handoff.models import Handoff
from leads.models import Company, Crossing, Lead
from qualification import choosing, dispositions, scorecards, sheets
from qualification.asking import said
from qualification.models import Answer, DispositionReason, LeadAnswer
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer, claimed

pytestmark = pytest.mark.django_db


def lines(handoff: Handoff) -> dict[str, sheets.Line]:
    sheet = sheets.sheet(scorecards.card_of(handoff, at=factories.now()))
    assert sheet is not None
    return {line.element.key: line for line in sheet.lines}


def says(lead: Lead, element: str, words: str) -> None:
    said.keep(
        lead.pk, {("champ", element): words}, via=LeadAnswer.Via.CHAT, sending=uuid.uuid4(),
        at=factories.now(),
    )  # fmt: skip


def test_facts_are_offered_as_assumed_with_where_they_are_from(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr, title="Chief Operating Officer", source="Webinar")
    company = Company.objects.create(
        name="Acme", identity="name:acme", employees=240, created_at=factories.now()
    )
    Lead.objects.filter(pk=handoff.lead_id).update(company=company)
    handoff = Handoff.objects.get(pk=handoff.pk)
    found = lines(handoff)
    authority, budget = found["authority"].known, found["budget"].known
    assert authority is not None and budget is not None
    assert (authority.level, authority.words) == (1, "Job title: Chief Operating Officer")
    assert authority.source == "Webinar"
    assert budget.words == "Employees: 240"
    assert found["need"].known is None
    assert found["authority"].ready_words == ""


def test_an_earlier_card_is_offered_with_its_step_and_words(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr)
    answer(handoff, "need", by=sdr, level=3, evidence="They showed the case.")
    answer(handoff, "timeline", by=sdr, level=0, asked_in_vain=True)
    tomorrow = dispositions.first_day(factories.now())
    reason = DispositionReason.objects.filter(recycles=True)[0]
    dispositions.recycle(handoff, until=tomorrow, reason=reason, by=sdr, at=factories.now())
    crossing = Crossing.objects.create(
        lead=handoff.lead, number=2, cause="ripened", version=1, at=factories.now(), total=60,
        band="mql", contributions=[],
    )  # fmt: skip
    again = Handoff.objects.create(
        lead=handoff.lead, crossing=crossing, team=handoff.team, owner=sdr, state="claimed",
        opened_at=factories.now(), claimed_at=factories.now(),
    )  # fmt: skip
    choosing.choose(again, "champ", by=sdr, at=factories.now())
    need = lines(again)["challenges"].known
    assert need is not None
    assert (need.level, need.words, need.source) == (3, "They showed the case.", "BANT card")
    assert lines(again)["prioritization"].known is None
    assert not Answer.objects.filter(card__handoff=again).exists()


def test_words_of_the_lead_come_along_by_their_meaning(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    says(handoff.lead, "money", "About 20k")
    budget = lines(handoff)["budget"]
    assert budget.said is not None and budget.said.words == "About 20k"
    answer(handoff, "budget", by=sdr, level=2, evidence="About 20k")
    kept = Answer.objects.get()
    assert kept.said == budget.said
    answer(handoff, "need", by=sdr, level=2, evidence="About 20k")
    assert Answer.objects.get(element="need").said is None


def test_another_framework_takes_what_is_known_in_one_statement(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr)
    for element in ("budget", "authority", "need", "timeline"):
        answer(handoff, element, by=sdr)
    with CaptureQueriesContext(connection) as queries:
        choosing.choose(handoff, "gpctba_ci", by=sdr, at=factories.now())
    writes = [
        q["sql"] for q in queries if "qualification_answer" in q["sql"] and "INSERT" in q["sql"]
    ]
    assert len(writes) == 1
