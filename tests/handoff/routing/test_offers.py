"""An offer stands, is taken, or lapses; and many decisions at once share fairly."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from accounts import clock
from accounts.models import Role, Team
from handoff import claims, handoffs
from handoff.models import Handoff, Notification, Rep, RoutingDecision, Share
from handoff.routing import offers
from leadhub import pipeline
from tests import factories
from tests.handoff.moments import at_once
from tests.handoff.routing.facts import crossing, rep, rule, shares, where

pytestmark = pytest.mark.django_db


def sharing_team(strategy: str = "round_robin") -> Team:
    team = shares(factories.make_team(), strategy)
    rule("All", team=team)
    return team


def opened() -> Handoff:
    return handoffs.open_for([crossing().pk], at=clock.now())[0]


def test_others_hold_back_until_it_lapses_and_managers_need_not(db: None) -> None:
    team = sharing_team()
    ana, at = rep("Ana", team), clock.now()
    rui = factories.make_user(Role.SDR, teams=[team], name="Rui")
    Rep.objects.create(user=rui, weight=0)
    manager = factories.make_user(Role.MANAGER, teams=[team])
    handoff = opened()
    with pytest.raises(claims.Offered, match="Ana"):
        claims.take(handoff, by=rui, at=at)
    assert handoff.offered_until is not None
    assert offers.lapse(handoff.offered_until - timedelta(seconds=1)) == 0
    assert offers.lapse(handoff.offered_until) == 1
    pipeline.drain()
    assert {n.user for n in Notification.objects.filter(kind="opened")} == {ana, rui}
    claims.take(handoff, by=rui, at=at)
    handoff.refresh_from_db()
    assert (handoff.owner, handoff.offered_to) == (rui, None)
    other = opened()
    claims.take(other, by=manager, at=at)


def test_who_is_offered_it_takes_it(db: None) -> None:
    team = sharing_team()
    ana = rep("Ana", team)
    handoff = opened()
    claims.take(handoff, by=ana, at=clock.now())
    handoff.refresh_from_db()
    assert (handoff.owner, handoff.state, handoff.offered_until) == (ana, "claimed", None)


def test_one_that_nobody_could_take_is_offered_when_somebody_can(db: None) -> None:
    team = sharing_team()
    ana = rep("Ana", team, open_limit=0)
    handoff = opened()
    assert handoff.is_fallback and handoff.offer_at is not None
    assert offers.make_due(clock.now()) == 0
    assert offers.make_due(handoff.offer_at) == 1
    # In vain once more is no news.
    assert RoutingDecision.objects.count() == 1
    Rep.objects.filter(user=ana).update(open_limit=1)
    handoff.refresh_from_db()
    assert offers.make_due(handoff.offer_at) == 1
    handoff.refresh_from_db()
    assert (handoff.offered_to, handoff.is_fallback, handoff.offer_at) == (ana, False, None)
    assert RoutingDecision.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_are_shared_to_within_one_and_nobody_is_over_capacity() -> None:
    """reliability.md F18, with real connections: capacity for 45 of 50, the rest lies in the fallback queue."""
    team = sharing_team()
    for n in range(7):
        rep(f"Rep {n}", team, per_day=1 if n == 0 else None)
    found = [crossing().pk for _n in range(50)]
    opening = [partial(handoffs.open_for, [pk], at=clock.now()) for pk in found]
    for start in range(0, 50, 10):
        at_once(*opening[start : start + 10])
    got = Counter(Handoff.objects.values_list("offered_to__name", flat=True))
    assert sum(got.values()) == 50 and None not in got
    assert got.pop("Rep 0") == 1
    assert max(got.values()) - min(got.values()) <= 1
    assert len(set(Share.objects.filter(turn__gt=0).values_list("turn", flat=True))) == 7


@pytest.mark.django_db(transaction=True)
def test_two_teams_that_share_a_rep_never_give_more_than_a_day_holds() -> None:
    north, south = shares(factories.make_team()), shares(factories.make_team("South"), "least_busy")
    rep("Both", north, south, per_day=3)
    rule("South", where("country", "is", "ES"), team=south)
    rule("North", team=north)
    ids = [crossing(country="ES" if n % 2 else "SE").pk for n in range(10)]
    at_once(*[partial(handoffs.open_for, [pk], at=clock.now()) for pk in ids])
    assert Handoff.objects.exclude(offered_to=None).count() == 3
    assert Handoff.objects.filter(is_fallback=True).count() == 7
