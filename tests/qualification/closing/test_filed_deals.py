"""Files of deals that are open: opened and changed by their id, however often they come."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import Role, User
from leadhub import invariants, pipeline
from leads.importing import undoing
from leads.models import Import, JournalEntry, Lead, Outcome
from qualification.closing import deals
from qualification.models import Opportunity, PassedSql
from scoring.models import ModelVersion
from tests import factories
from tests.leads.importing import making
from tests.qualification.closing.facts import accepted, opened, reason

pytestmark = pytest.mark.django_db
HEAD = "Deal id,E-mail,Deal status,Deal stage,Amount,Currency,Expected close,Owner,Deal name,Close date,Lost reason\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)


def bring(by: User, *rows: str, **plan: Any) -> Import:
    imported = making.run(making.upload(HEAD + "\n".join(rows) + "\n", by), **plan)
    pipeline.drain()
    assert invariants.check() == []
    return imported


def row(deal: str, email: str, status: str = "Open", stage: str = "Proposal", **more: str) -> str:
    given = {
        "amount": "12000",
        "currency": "USD",
        "on": "2027-05-01",
        "owner": "",
        "name": "",
        **more,
    }
    return ",".join(
        [
            deal, email, status, stage, given["amount"], given["currency"], given["on"],
            given["owner"], given["name"], given.get("closed", ""), given.get("reason", ""),
        ]
    )  # fmt: skip


def take_back(imported: Import) -> dict[str, int]:
    assert undoing.weigh(imported)
    making.work()
    imported.refresh_from_db()
    assert undoing.undo(imported)
    making.work()
    pipeline.drain()
    imported.refresh_from_db()
    assert invariants.check() == []
    return dict(imported.undone or {})


def test_an_open_deal_is_opened_with_all_that_the_file_says(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    lead = accepted(sdr)
    imported = bring(marketer, row("D-1", lead.email, owner=sdr.name, name="Forty seats"))
    assert making.counts(imported) == (1, 0, 0, 0)
    deal = Opportunity.objects.select_related("stage", "owner", "team", "lead").get()
    assert (deal.deal, deal.name, deal.stage.name) == ("D-1", "Forty seats", "Proposal")
    assert (deal.amount, deal.currency) == (Decimal(12000), "USD")
    assert (deal.expected_on, deal.owner, deal.opened_by) == (date(2027, 5, 1), sdr, marketer)
    assert (deal.lead.stage, deal.handoff_id) == ("opportunity", PassedSql.objects.get().handoff_id)
    assert PassedSql.objects.get().end == "opened"
    assert JournalEntry.objects.filter(kind="deal.opened", lead=lead).count() == 1


def test_the_same_file_again_changes_nothing_and_a_newer_one_moves_the_deal(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    email = accepted(sdr).email
    bring(marketer, row("D-1", email))
    assert making.counts(bring(marketer, row("D-1", email))) == (0, 0, 1, 0)
    moved = row("D-1", email, stage="Negotiation", amount="€14.000,00", currency="")
    assert making.counts(bring(marketer, moved)) == (0, 1, 0, 0)
    deal = Opportunity.objects.select_related("stage").get()
    assert (deal.stage.name, deal.amount, deal.currency) == ("Negotiation", Decimal(14000), "EUR")
    assert JournalEntry.objects.filter(kind="deal.changed").count() == 1


def test_the_next_file_wins_it_and_an_older_one_does_not_open_it_again(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    lead = accepted(sdr)
    bring(marketer, row("D-1", lead.email))
    today = factories.now().date().isoformat()
    bring(marketer, row("D-1", lead.email, "Won", "", closed=today))
    assert (Opportunity.objects.get().state, Outcome.objects.filter(deal="D-1").count()) == (
        "won",
        1,
    )
    again = bring(marketer, row("D-1", lead.email))
    assert making.counts(again) == (0, 0, 1, 0)
    assert making.reasons(again) == [(2, "It is over here already, and stays so.")]
    assert Lead.objects.get(pk=lead.pk).stage == "customer"


def test_history_needs_no_handoff_and_calls_nobody(
    live_model: ModelVersion, marketer: User
) -> None:
    lead = factories.make_lead()
    bring(marketer, row("D-1", lead.email))
    assert Lead.objects.get(pk=lead.pk).stage == "opportunity"
    assert Opportunity.objects.get().owner is None


def test_what_cannot_be_is_rejected_with_its_line_and_its_reason(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    worked = factories.make_mql()
    mine, theirs = accepted(sdr), opened(sdr, deal="D-9")
    imported = bring(
        marketer,
        row("D-1", worked.lead.email),
        row("D-2", "nobody@firm.example"),
        row("D-3", mine.email, stage="Dreaming"),
        row("", mine.email),
        row("D-9", mine.email),
        row("D-4", theirs.lead.email),
        row("D-5", mine.email, "", ""),
        row("D-6", mine.email, owner="Somebody Else"),
        row("D-7", mine.email),
    )
    assert making.counts(imported) == (1, 0, 0, 8)
    assert making.reasons(imported) == [
        (2, "Only who is an SQL, or whom nobody has in hand, gets a deal; this lead is: MQL."),
        (3, "No lead has the e-mail “nobody@firm.example”."),
        (
            4,
            "“Dreaming” is neither won nor lost, nor a stage of open deals: "
            "Discovery, Evaluation, Proposal, Negotiation.",
        ),
        (5, "An open deal needs its id, or the next file could not change it."),
        (6, "The deal “D-9” is another lead's."),
        (7, "The lead has another open deal, “D-9”."),
        (8, "The row does not say how the deal ended, or on which stage it is."),
        (9, "Owner was left out: “Somebody Else” works no deals here."),
        (10, "The lead has another open deal, “D-6”."),
    ]


def test_a_deal_that_was_opened_by_hand_gets_its_id_from_the_file(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    deal = opened(sdr)
    assert making.counts(bring(marketer, row("D-1", deal.lead.email, stage=""))) == (0, 1, 0, 0)
    now = Opportunity.objects.get()
    assert (now.pk, now.deal, now.stage_id) == (deal.pk, "D-1", deal.stage_id)


def test_a_word_of_ones_own_says_that_a_deal_is_open(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    text = f"Deal id,E-mail,Deal stage\nD-1,{accepted(sdr).email},Appointment\n"
    making.run(making.upload(text, marketer), what="deals", columns=["deal_id", "email", "result"],
               open=["appointment"])  # fmt: skip
    assert Opportunity.objects.select_related("stage").get().stage.name == "Discovery"


def test_undone_the_leads_stand_where_they_stood(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    sql, cold, by_hand = accepted(sdr), factories.make_lead(), opened(sdr)
    imported = bring(
        marketer, row("D-1", sql.email), row("D-1", sql.email, stage="Negotiation"),
        row("D-2", cold.email), row("D-3", by_hand.lead.email),
    )  # fmt: skip
    assert making.counts(imported) == (2, 2, 0, 0)
    undone = take_back(imported)
    assert (undone["removed"], undone["restored"], undone.get("edited")) == (2, 2, None)
    assert Opportunity.objects.get() == by_hand
    now = Opportunity.objects.get()
    assert (now.deal, now.amount, now.currency) == ("", Decimal(12000), "EUR")
    stages = Lead.objects.in_bulk([sql.pk, cold.pk])
    assert (stages[sql.pk].stage, stages[cold.pk].stage) == ("sql", "lead")
    assert PassedSql.objects.get(lead=sql).ended_at is None


def test_what_somebody_touched_since_stays(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    imported = bring(marketer, row("D-1", accepted(sdr).email), row("D-2", accepted(sdr).email))
    first, second = Opportunity.objects.order_by("deal")
    deals.change(first, {"name": "Renamed"}, by=sdr, at=factories.now())
    deals.end(second, "won", reason=reason("champion"), by=sdr, at=factories.now())
    assert take_back(imported)["edited"] == 2
    assert Opportunity.objects.count() == 2


def test_a_marketer_is_not_given_deals_by_a_file(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    other = factories.make_user(Role.SDR, name=sdr.name)
    imported = bring(
        marketer,
        row("D-1", accepted(sdr).email, owner=marketer.email),
        row("D-2", accepted(sdr).email, owner=other.name),
    )
    assert [line for line, _reason in making.reasons(imported)] == [2, 3]


def test_many_rows_cost_no_more_statements_than_few(
    live_model: ModelVersion, marketer: User, django_assert_max_num_queries: Any
) -> None:
    emails = [factories.make_lead().email for _n in range(30)]
    rows = [row(f"D-{number}", email) for number, email in enumerate(emails)]
    imported = making.upload(HEAD + "\n".join(rows) + "\n", marketer)
    making.start(imported)
    with django_assert_max_num_queries(60):
        making.work()
    assert Opportunity.objects.count() == 30
