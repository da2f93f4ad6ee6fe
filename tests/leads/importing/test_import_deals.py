"""Files of past deals: how each ended with a lead, for reports and for the review of models."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from leadhub import invariants, pipeline
from leads.models import JournalEntry, Lead, Outcome
from leads.stages import Stage
from scoring.models import ModelVersion
from tests import factories
from tests.leads.importing.making import counts, reasons, run, upload

pytestmark = pytest.mark.django_db
FILE = (
    "Deal ID,Deal Name,Deal Stage,Close Date,Closed Lost Reason,Amount,Associated Contact Email\n"
    "D1,Acme 2025,Closed Won,2025-06-17,,1200,ana@acme.example\n"
    "D2,Bolt,Closed Lost,2025-07-01,Price,300,bob@bolt.example\n"
    "D3,Open one,Qualification,2026-12-01,,10,ana@acme.example\n"
)


@pytest.fixture
def people(db: None) -> list[Lead]:
    return [factories.make_lead(email=one) for one in ("ana@acme.example", "bob@bolt.example")]


def stages() -> list[str]:
    return list(Lead.objects.order_by("id").values_list("stage", flat=True))


def test_deals_become_outcomes_with_their_day(marketer: User, people: list[Lead]) -> None:
    imported = run(upload(FILE, marketer))
    assert (imported.what, counts(imported)) == ("deals", (2, 0, 0, 1))
    won, lost = Outcome.objects.order_by("at")
    assert (won.result, won.at, won.deal) == ("won", datetime(2025, 6, 17, tzinfo=UTC), "D1")
    assert won.details == {"Deal Name": "Acme 2025", "Amount": "1200"}
    assert (lost.result, lost.reason, lost.by) == ("lost", "Price", marketer)
    assert reasons(imported) == [
        (
            4,
            "“Qualification” is neither won nor lost, nor a stage of open deals: "
            "Discovery, Evaluation, Proposal, Negotiation.",
        )
    ]


def test_the_lead_stands_where_its_last_deal_left_it(marketer: User, people: list[Lead]) -> None:
    run(upload(FILE, marketer))
    assert stages() == [Stage.CUSTOMER, Stage.LOST]
    moved = JournalEntry.objects.filter(kind="lead.moved").order_by("lead_id")
    assert [entry.data["reason"] for entry in moved] == ["past deal", "past deal"]
    pipeline.drain()
    assert invariants.check() == []


def test_a_lead_that_sales_work_on_stays_where_it_is(
    marketer: User, live_model: ModelVersion, team: object
) -> None:
    handoff = factories.make_mql(email="ana@acme.example")
    run(upload(FILE, marketer))
    handoff.lead.refresh_from_db()
    assert handoff.lead.stage == Stage.MQL
    assert Outcome.objects.get().lead_id == handoff.lead_id


def test_the_same_deals_again_are_unchanged_and_a_correction_updates(
    marketer: User, people: list[Lead]
) -> None:
    run(upload(FILE, marketer))
    assert counts(run(upload(FILE, marketer))) == (0, 0, 2, 1)
    corrected = FILE.replace(",Closed Lost,", ",Closed Won,")
    assert counts(run(upload(corrected, marketer))) == (0, 1, 1, 1)
    assert stages() == [Stage.CUSTOMER, Stage.CUSTOMER]


def test_words_for_won_and_lost_are_the_marketers(marketer: User, people: list[Lead]) -> None:
    text = (
        "Email,Converted,Closed On\nana@acme.example,1,2025-01-01\nbob@bolt.example,0,2025-01-02\n"
    )
    imported = run(upload(text, marketer), won=["1"], lost=["0"])
    assert (imported.what, counts(imported)) == ("deals", (2, 0, 0, 0))
    assert set(Outcome.objects.values_list("result", flat=True)) == {"won", "lost"}


def test_deals_without_an_id_are_known_by_what_they_say(marketer: User, people: list[Lead]) -> None:
    text = "Email,Stage,Close Date,Amount\nana@acme.example,Won,2025-01-01,5\nana@acme.example,Won,2025-01-01,7\n"
    assert counts(run(upload(text, marketer))) == (2, 0, 0, 0)
    assert counts(run(upload(text, marketer))) == (0, 0, 2, 0)
