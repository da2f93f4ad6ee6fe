"""An SQL becomes an opportunity once, and a deal ends once; the lead's stage and the outcome follow."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import Role, Team, User
from handoff.models import Notification
from leadhub import invariants, pipeline
from leads.models import JournalEntry, Lead, Outcome
from leads.stages import Stage
from qualification.closing import access, deals, passing
from qualification.models import DealStage, Opportunity, PassedSql
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.closing.facts import accepted, closers, opened, reason

pytestmark = pytest.mark.django_db


def stages_of(lead: Lead) -> list[str]:
    moved = JournalEntry.objects.filter(kind="lead.moved", lead=lead).order_by("id")
    return [entry.data["to"] for entry in moved]


def test_an_sql_goes_to_the_team_that_closes_and_waits_there(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    to = closers(team)
    closer = factories.make_user(Role.SDR, teams=[to])
    lead = accepted(sdr)
    pipeline.drain()
    lead.refresh_from_db()
    assert (lead.stage, lead.team, lead.owner) == (Stage.SQL, to, None)
    passed = PassedSql.objects.get()
    assert (passed.team, passed.owner, passed.end) == (to, None, "")
    note = Notification.objects.get(kind="sql")
    assert note.user == closer and "waits for an opportunity" in note.text
    assert access.may_open(closer, lead) and not access.may_open(sdr, lead)
    deal = deals.open_with(lead, by=closer, at=factories.now())
    assert (deal.owner, deal.team, deal.handoff) == (closer, to, passed.handoff)
    assert PassedSql.objects.get().end == "opened"
    # Who passed it on still sees what becomes of it.
    assert access.visible(sdr).get() == deal
    assert not access.visible(sdr, "deal.work").exists()
    assert invariants.check() == []


def test_who_is_in_both_teams_keeps_the_lead_and_leaves_two_entries(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    sdr.teams.add(closers(team))
    deal = opened(sdr, amount=Decimal("99.50"))
    assert deal.owner == sdr
    assert stages_of(deal.lead)[-2:] == ["sql", "opportunity"]
    assert not JournalEntry.objects.filter(kind="sql.passed").exists()


def test_a_lead_that_nobody_accepted_becomes_no_opportunity(
    live_model: ModelVersion, sdr: User
) -> None:
    lead = factories.make_lead()
    with pytest.raises(deals.NotAnSql, match="this lead is: Lead"):
        deals.open_with(lead, by=sdr, at=factories.now())


def test_of_two_opportunities_one_is_open(live_model: ModelVersion, sdr: User) -> None:
    deal = opened(sdr)
    with pytest.raises(deals.AlreadyOpen) as refused:
        deals.open_with(deal.lead, by=sdr, at=factories.now())
    assert refused.value.deal == deal


def test_a_won_deal_makes_a_customer_and_one_outcome(live_model: ModelVersion, sdr: User) -> None:
    deal = opened(sdr)
    won = deals.end(deal, "won", reason=reason("price"), by=sdr, at=factories.now(), note=" Fast. ")
    assert (won.state, won.note, won.lead.stage) == ("won", "Fast.", Stage.OPPORTUNITY)
    lead = Lead.objects.get(pk=deal.lead_id)
    assert lead.stage == Stage.CUSTOMER
    outcome = Outcome.objects.get(result="won")
    assert (outcome.reason, outcome.crossing) == ("price", deal.handoff.crossing)  # type: ignore[union-attr]
    assert outcome.details == {"amount": "12000.00", "currency": "EUR"}
    with pytest.raises(deals.NotOpen):
        deals.end(deal, "lost", reason=reason("lost_price"), by=sdr, at=factories.now())
    pipeline.drain()
    assert Notification.objects.get(kind="review").user == sdr
    assert invariants.check() == []


def test_a_lost_deal_says_why_and_the_lead_can_cross_again(
    live_model: ModelVersion, sdr: User
) -> None:
    deal, at = opened(sdr), factories.now()
    for why in (None, reason("price")):
        with pytest.raises(deals.Refused):
            deals.end(deal, "lost", reason=why, by=sdr, at=at)
    with pytest.raises(deals.Refused, match="still to come"):
        deals.end(deal, "lost", reason=reason("lost_price"), by=sdr, at=at,
                  on=at.date() + timedelta(days=1))  # fmt: skip
    deals.end(deal, "lost", reason=reason("lost_price"), by=sdr, at=at)
    assert Lead.objects.get().stage == Stage.LOST
    assert Outcome.objects.get(result="lost").reason == "lost_price"


def test_what_was_not_over_is_open_again(live_model: ModelVersion, sdr: User) -> None:
    for state, why in (("won", "price"), ("lost", "lost_price")):
        deal = opened(sdr)
        deals.end(deal, state, reason=reason(why), by=sdr, at=factories.now())
        deals.reopen(deal, by=sdr, at=factories.now())
        lead = Lead.objects.get(pk=deal.lead_id)
        assert lead.stage == Stage.OPPORTUNITY
        assert not lead.outcomes.filter(result=state).exists()
    assert invariants.check() == []


def test_a_customer_by_another_deal_stays_one(live_model: ModelVersion, sdr: User) -> None:
    deal = opened(sdr)
    deals.end(deal, "won", reason=reason("price"), by=sdr, at=factories.now())
    more = deals.open_with(deal.lead, by=sdr, at=factories.now())
    assert Lead.objects.get().stage == Stage.CUSTOMER
    deals.end(more, "lost", reason=reason("lost_price"), by=sdr, at=factories.now())
    assert Lead.objects.get().stage == Stage.CUSTOMER
    deals.reopen(more, by=sdr, at=factories.now())
    assert Lead.objects.get().stage == Stage.CUSTOMER
    assert invariants.check() == []


def test_changes_are_written_down_where_they_change_something(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    deal = opened(sdr)
    second = DealStage.objects.get(name="Evaluation")
    at = factories.now()
    deals.change(deal, {"stage": second, "amount": Decimal(900)}, by=sdr, at=at)
    deals.change(deal, {"stage": second}, by=sdr, at=at)
    entry = JournalEntry.objects.get(kind="deal.changed")
    assert (entry.data["from"], entry.data["to"], entry.data["amount"]) == (
        "Discovery", "Evaluation", "900",
    )  # fmt: skip
    with pytest.raises(deals.Refused):
        deals.change(deal, {"owner": marketer}, by=sdr, at=at)


def test_who_closes_sends_back_what_is_no_deal(live_model: ModelVersion, sdr: User) -> None:
    lead, at = accepted(sdr), factories.now()
    day = at.date() + timedelta(days=30)
    passing.send_back(lead, until=day, note="They want a quote next year.", by=sdr, at=at)
    lead = Lead.objects.select_related("score").get()
    assert lead.stage == Stage.RECYCLED
    assert lead.score.armed_from is not None and lead.score.armed_from.date() == day
    # It was accepted all the same: one decision, and no second one.
    assert Outcome.objects.get().result == "accepted"
    with pytest.raises(passing.NotWaiting):
        passing.send_back(lead, until=day, note="Again.", by=sdr, at=at)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_at_once_one_does() -> None:
    factories.publish_model()
    team = factories.make_team()
    rep = factories.make_user("sdr", teams=[team])
    lead = accepted(rep)
    start, results = threading.Barrier(4), []

    def try_it() -> None:
        start.wait()
        try:
            deals.open_with(lead, by=rep, at=factories.now())
            results.append("opened")
        except deals.AlreadyOpen:
            results.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["late", "late", "late", "opened"]
    assert Opportunity.objects.count() == 1
