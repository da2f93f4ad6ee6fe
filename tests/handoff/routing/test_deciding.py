"""The first rule that holds, whose turn it is, and the reason in words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from accounts import clock
from accounts.models import Role, Team
from handoff import handoffs
from handoff.availability import availability
from handoff.models import (
    Absence,
    Handoff,
    Notification,
    RoutingDecision,
    RoutingRule,
    TeamRouting,
    Tier,
)
from handoff.routing.deciding import decide
from handoff.routing.decision import Outcome
from leadhub import pipeline
from leads import crossings
from leads.models import AttributeField, Company, Lead
from leads.stages import Stage
from tests import factories
from tests.handoff.routing.facts import crossing, decided, rep, rule, shares, where

pytestmark = pytest.mark.django_db
NIGHT = {"zone": "UTC", "weekly": {}, "holidays": [], "overrides": {}}


def closed_now() -> dict[str, object]:
    """Hours that open in a while: the whole day after tomorrow's weekday."""
    day = (clock.now() + timedelta(days=2)).weekday()
    return {**NIGHT, "weekly": {str(day): [["00:00", "24:00"]]}}


def opened(*, lead: Lead | None = None, **values: object) -> Handoff:
    found = crossing(lead, **values)
    return handoffs.open_for([found.pk], at=clock.now())[0]


def test_the_first_rule_that_holds_names_the_team(db: None) -> None:
    north, south = factories.make_team("North"), factories.make_team("South")
    rule("Germany", where("country", "one_of", ["DE"]), team=north)
    rule("All others", team=south)
    german, french = crossing(country="DE"), crossing(country="FR")
    found = decide([german.pk, french.pk], at=clock.now())
    assert (found[german.pk].team_id, found[german.pk].reason) == (north.pk, "Rule 1, Germany")
    assert (found[french.pk].team_id, found[french.pk].reason) == (south.pk, "Rule 2, All others")


def test_rules_ask_for_score_band_tier_and_product(db: None) -> None:
    team = factories.make_team()
    Tier.objects.create(key="big", name="Big", least_employees=1000)
    Tier.objects.create(key="mid", name="Mid", least_employees=50)
    AttributeField.objects.create(key="product", label="Product interest")
    rule("Hot", where("score", "between", [101, None]), team=team)
    rule("Ready", where("band", "is", "sales_ready"), team=team)
    rule("Big firms", where("tier", "is", "big"), team=team)
    rule("Robots", where("custom.product", "is", "robots"), where("country", "is", "DE"), team=team)
    big, mid = factories.make_lead(), factories.make_lead()
    for lead, employees in ((big, 1000), (mid, 999)):
        lead.company = Company.objects.create(
            name="F", identity=f"domain:{employees}.example", employees=employees, created_at=clock.now()
        )  # fmt: skip
        lead.save()
    robots = factories.make_lead(country="DE", **{"custom.product": "robots"})
    cases = [
        (crossing(total=101), "Rule 1, Hot", ""),
        (crossing(total=100, band="sales_ready"), "Rule 2, Ready", ""),
        (crossing(big), "Rule 3, Big firms", "big"),
        (crossing(mid), "No rule held", "mid"),
        (crossing(robots), "Rule 4, Robots", ""),
    ]
    for found, reason, tier in cases:
        decision = decided(found)
        assert (decision.reason.split(";")[0], decision.tier) == (reason, tier)


def test_where_no_rule_holds_it_lies_in_the_fallback_queue_and_somebody_is_told(db: None) -> None:
    first, second = factories.make_team("First"), factories.make_team("Second")
    administrator = factories.make_user(Role.ADMINISTRATOR)
    rule("Germany", where("country", "is", "DE"), team=second)
    handoff = opened(country="FR")
    pipeline.drain()
    assert (handoff.team, handoff.is_fallback) == (first, True)
    assert handoff.routed_by == "No rule held; it lies in the fallback queue “First”"
    note = Notification.objects.get(user=administrator, kind="fallback")
    assert note.lead_id == handoff.lead_id
    TeamRouting.objects.create(team=second, is_fallback=True)
    assert opened(country="FR").team == second


def test_a_rule_about_a_field_that_is_gone_holds_for_nobody(db: None) -> None:
    first, second = factories.make_team("First"), factories.make_team("Second")
    field = AttributeField.objects.create(key="tier", label="Tier")
    rule("Gold", where("custom.tier", "one_of", ["gold"]), team=second)
    rule("All", team=first)
    field.delete()
    assert decided(crossing()).reason == "Rule 2, All"


def test_a_reason_says_who_had_how_many_and_who_was_away(db: None) -> None:
    team = shares(factories.make_team())
    ana, rui, _mila = (
        rep("Ana", team, per_day=8), rep("Rui", team), rep("Mila", team, open_limit=0),
    )  # fmt: skip
    today = clock.now().date()
    Absence.objects.create(user=rui, first_day=today, last_day=today + timedelta(days=1))
    rule("Territory", team=team)
    handoff = opened()
    until = f"{(today + timedelta(days=1)).day} {today + timedelta(days=1):%b}"
    assert handoff.routed_by == (
        f"Rule 1, Territory; Ana had 0 of 8 today; Mila has 0 open of 0; Rui is absent until {until}"
    )
    assert (handoff.offered_to, handoff.state, handoff.owner) == (ana, "queued", None)
    assert handoff.offered_until and handoff.offered_until - clock.now() < timedelta(minutes=15)
    row = RoutingDecision.objects.get()
    assert (row.rep, row.handoff, row.outcome) == (ana, handoff, Outcome.OFFER)
    pipeline.drain()
    assert [note.user for note in Notification.objects.filter(kind="offered")] == [ana]
    assert not Notification.objects.filter(kind="opened").exists()


def test_seniors_get_what_only_they_may(db: None) -> None:
    team = shares(factories.make_team())
    rep("Ana", team)
    senior = rep("Rui", team, is_senior=True)
    rule("Above 100", where("score", "between", [101, None]), team=team, seniors_only=True)
    for strategy in ("round_robin", "least_busy", "open"):
        shares(team, strategy)
        assert opened(total=120).offered_to == senior


def test_nobody_available_is_the_fallback_queue_until_somebody_is(db: None) -> None:
    team, other = shares(factories.make_team("North")), factories.make_team("Unrouted")
    TeamRouting.objects.create(team=other, is_fallback=True)
    manager = factories.make_user(Role.MANAGER, teams=[other])
    rep("Ana", team, open_limit=1)
    rule("All", team=team)
    assert opened().offered_to is not None
    handoff = opened()
    pipeline.drain()
    assert (handoff.team, handoff.is_fallback, handoff.offered_to) == (other, True, None)
    assert Notification.objects.filter(user=manager, kind="fallback").count() == 1
    assert handoff.routed_by.startswith("Rule 1, All; Ana has 1 open of 1; it lies in the fallback")


def test_outside_hours_it_waits_in_the_queue_of_the_team(db: None) -> None:
    team = shares(factories.make_team("North", week=closed_now()))
    ana = rep("Ana", team)
    rule("All", team=team)
    handoff = opened()
    assert (handoff.team, handoff.is_fallback, handoff.offered_to) == (team, False, None)
    said = availability([ana.pk], at=clock.now())[ana.pk]
    assert (handoff.offer_at, said.works) == (said.returns, False)
    assert "Ana is off until" in handoff.routed_by


def test_a_rule_names_one_person_who_may_be_gone(db: None) -> None:
    team = factories.make_team("North")
    rui = rep("Rui", team)
    rule("Partners", rep=rui, goes="rep", team=team)
    assert opened().offered_to == rui
    rui.__class__.objects.filter(pk=rui.pk).update(is_active=False)
    handoff = opened()
    assert (handoff.offered_to, handoff.is_fallback) == (None, True)
    assert "Rui is deactivated" in handoff.routed_by


def test_the_owner_of_the_account_gets_it_where_there_is_one(db: None) -> None:
    team, other = factories.make_team("North"), factories.make_team("South")
    olga = rep("Olga", team)
    rule("Accounts that we have", goes="owner")
    rule("All", team=other)
    mate = factories.make_lead(email="a@firm-of-olga.example", company_name="Firm")
    Lead.objects.filter(pk=mate.pk).update(owner=olga)
    handoff = opened(email="b@firm-of-olga.example")
    assert (handoff.offered_to, handoff.team) == (olga, team)
    assert "Olga owns the account" in handoff.routed_by
    assert opened().team == other


def test_an_account_whose_owner_is_away_goes_to_the_team(db: None) -> None:
    team = shares(factories.make_team("North"))
    olga, ana = rep("Olga", team), rep("Ana", team)
    today = clock.now().date()
    Absence.objects.create(user=olga, first_day=today, last_day=today)
    customer = factories.make_lead()
    Lead.objects.filter(pk=customer.pk).update(owner=olga, stage=Stage.CUSTOMER)
    found = crossing(customer)
    Lead.objects.filter(pk=customer.pk).update(stage=Stage.CUSTOMER)
    decision = decided(found)
    assert (decision.rep_id, decision.owner_id) == (ana.pk, olga.pk)
    assert decision.reason.startswith("Olga owns the account; Olga is absent until")


def test_nurture_opens_nothing_and_says_why_until_a_person_opens_it(db: None) -> None:
    team = factories.make_team()
    rule("Small", goes="nurture")
    rule("All", team=team)
    found = crossing()
    assert handoffs.open_for([found.pk], at=clock.now()) == []
    row = RoutingDecision.objects.get()
    assert (row.outcome, row.reason, row.handoff) == ("nurture", "Rule 1, Small", None)
    found.refresh_from_db()
    assert not found.opens_handoff
    pipeline.drain()
    assert crossings.open_held([found.pk], at=clock.now(), by=None)
    pipeline.drain()
    assert Handoff.objects.get().routed_by == "Rule 2, All"


def test_a_set_is_decided_with_few_queries(
    db: None, django_assert_max_num_queries: Callable[..., object]
) -> None:
    team = shares(factories.make_team())
    for name in ("Ana", "Rui", "Mila"):
        rep(name, team)
    rule("Germany", where("country", "is", "DE"), team=team)
    rule("All", team=team)
    few, many = [crossing().pk for _n in range(2)], [crossing().pk for _n in range(9)]
    with django_assert_max_num_queries(14) as first:  # type: ignore[attr-defined]
        decide(few, at=clock.now())
    with django_assert_max_num_queries(len(first.captured_queries)):  # type: ignore[attr-defined]
        found = decide(many, at=clock.now())
    assert {one.rep_id for one in found.values()} and connection.in_atomic_block


def test_a_rule_goes_somewhere(db: None) -> None:
    with pytest.raises(Exception, match="rule_goes_somewhere"):
        RoutingRule.objects.create(order=1, name="Nowhere", goes="team")


def test_without_rules_the_queue_of_the_first_team_holds_all(team: Team) -> None:
    decision = decided(crossing())
    assert (decision.outcome, decision.team_id) == (Outcome.QUEUE, team.pk)
