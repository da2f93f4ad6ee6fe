"""A round of blind ratings: which leads, who sees what, and what the two sides' words come to."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role, Team, User
from insights import agreeing, facts
from qualification.agreement import reviews, rounds
from qualification.agreement.rounds import Said, Side
from qualification.agreement.signing import NoSide
from qualification.models import BlindRound, FactVerdict, RatedLead, Review
from scoring.models import ModelVersion
from tests import factories
from tests.insights.facts import DAY, plant

pytestmark = pytest.mark.django_db
PAGE = "/agreement/round/"


@pytest.fixture
def crowd(team: Team, sdr: User) -> None:
    """Thirty decided leads; five of them were disputed, ten stood on one criterion, and one is still open."""
    for number in range(30):
        handoff = plant(
            team, state="disqualified" if number % 2 else "accepted", reason="no_need" if number % 2 else "",
            carried_by=["demo"] if number % 3 == 0 else ["demo", "pricing"], by=sdr, opened=factories.now() - 2 * DAY,
        )  # fmt: skip
        if number % 6 == 1:
            FactVerdict.objects.create(
                disposition=handoff.disposition, criterion="demo", label="Demo", points=30,
                verdict="wrong", by=sdr, at=factories.now(),
            )  # fmt: skip
    plant(team, carried_by=["demo"])


@pytest.fixture
def made(crowd: None, marketer: User) -> BlindRound:
    now = factories.now()
    return rounds.begin(by=marketer, at=now, today=now.date())


def test_a_round_takes_twenty_decided_leads_of_each_kind(made: BlindRound) -> None:
    rated = list(made.leads.select_related("handoff"))
    assert len({one.handoff_id for one in rated}) == 20
    assert [one.place for one in rated] == list(range(1, 21))
    assert all(one.handoff.state in rounds.DECIDED for one in rated)
    kinds = Counter(one.why for one in rated)
    # One that was disputed may have come for standing on one criterion.
    assert kinds[RatedLead.Why.DISPUTED] >= 3
    assert kinds[RatedLead.Why.PIVOTAL] >= 5


def test_one_click_twice_is_one_round_and_the_next_review_has_its_own(
    made: BlindRound, marketer: User, manager: User
) -> None:
    now = factories.now()
    assert rounds.begin(by=manager, at=now, today=now.date()) == made
    assert made.review.kind == Review.Kind.DATA
    reviews.hold(made.review, minutes="We agreed.", by=manager, at=now, today=now.date())
    assert rounds.begin(by=manager, at=now, today=now.date()) != made


def test_without_decided_leads_there_is_no_round(marketer: User, team: Team) -> None:
    plant(team)
    now = factories.now()
    with pytest.raises(rounds.TooFew):
        rounds.begin(by=marketer, at=now, today=now.date())
    assert rounds.choose(at=now + timedelta(days=200), seed=1) == []


def test_neither_side_sees_the_other_before_both_have_spoken(
    made: BlindRound, marketer: User, manager: User
) -> None:
    one, other = made.leads.all()[:2]
    rounds.rate(one, True, by=marketer, at=factories.now())
    rounds.rate(other, False, by=manager, at=factories.now())
    leads = facts.visible(marketer)

    def told(by: User | None) -> list[tuple[bool | None, list[tuple[bool, bool]]]]:
        return [(row.mine, row.pairs) for row in rounds.said(made, by, leads)[:2]]

    assert told(marketer) == [(True, []), (None, [])]
    assert told(manager) == [(None, []), (False, [])]
    assert told(None) == [(None, []), (None, [])]
    rounds.rate(one, False, by=marketer, at=factories.now())
    rounds.rate(one, True, by=manager, at=factories.now())
    assert told(manager)[0] == (True, [(False, True)])
    assert told(None)[0] == (None, [(False, True)])
    with pytest.raises(rounds.Settled):
        rounds.rate(one, True, by=marketer, at=factories.now())


def test_an_administrator_has_no_side(made: BlindRound, administrator: User) -> None:
    with pytest.raises(NoSide):
        rounds.rate(made.leads.all()[0], True, by=administrator, at=factories.now())


def test_several_rate_for_a_side_and_every_pair_counts(
    made: BlindRound, marketer: User, manager: User, sdr: User
) -> None:
    rounds.name(made, [sdr.pk], by=manager, at=factories.now())
    assert rounds.side_of(made, sdr) == Side.SALES
    other = factories.make_user(Role.MARKETER)
    one = made.leads.all()[0]
    for by, worth in ((marketer, True), (other, True), (manager, True), (sdr, False)):
        rounds.rate(one, worth, by=by, at=factories.now())
    row = rounds.said(made, None, facts.visible(marketer))[0]
    assert row.pairs == [(True, True), (True, False), (True, True), (True, False)]
    found = agreeing.agreeing([row], None)
    assert (found.both, found.pairs, found.same, found.percent) == (1, 4, 2, 50)
    assert found.criteria[0].whole == 4


def test_who_comes_later_still_rates_blind_and_once(
    made: BlindRound, marketer: User, manager: User, sdr: User
) -> None:
    one, leads = made.leads.all()[0], facts.visible(marketer)
    rounds.rate(one, True, by=marketer, at=factories.now())
    rounds.rate(one, True, by=manager, at=factories.now())
    with pytest.raises(NoSide):
        rounds.rate(one, False, by=sdr, at=factories.now())
    rounds.name(made, [sdr.pk], by=manager, at=factories.now())
    assert not rounds.said(made, sdr, leads)[0].is_settled
    rounds.rate(one, False, by=sdr, at=factories.now())
    assert rounds.said(made, sdr, leads)[0].sales == (True, False)
    with pytest.raises(rounds.Settled):
        rounds.rate(one, True, by=sdr, at=factories.now())


def test_a_manager_names_own_sdrs_and_who_has_rated_stays(
    made: BlindRound, manager: User, sdr: User, outsider: User, marketer: User
) -> None:
    now = factories.now()
    rounds.name(made, [sdr.pk, outsider.pk, marketer.pk], by=manager, at=now)
    assert [one.user for one in made.raters.all()] == [sdr]
    rounds.name(made, [], by=manager, at=now)
    assert not made.raters.exists()
    rounds.name(made, [sdr.pk], by=manager, at=now)
    rounds.rate(made.leads.all()[0], True, by=sdr, at=now)
    rounds.name(made, [], by=manager, at=now)
    assert [one.user for one in made.raters.all()] == [sdr]
    assert not rounds.nameable(marketer).exists()


def test_an_sdr_rates_on_the_page_once_a_manager_asks(
    client: Client, crowd: None, made: BlindRound, manager: User, sdr: User
) -> None:
    client.force_login(sdr)
    page = client.get(PAGE).content.decode()
    assert "You are not asked to rate" in page and "Hold the review" not in page
    assert "/agreement/round/" not in client.get("/agreement/").content.decode()
    assert client.post(PAGE, {"form": "begin"}).status_code == 403
    assert "Nobody can be named" in client.post(
        PAGE, {"form": "name", "rater": sdr.pk}, follow=True
    ).content.decode()  # fmt: skip
    client.force_login(manager)
    assert "Who rates for sales beside you" in client.get(PAGE).content.decode()
    client.post(PAGE, {"form": "name", "rater": [sdr.pk, "x"]})
    client.force_login(sdr)
    said = f'<a href="{PAGE}">{manager.name} asks you to rate leads for the blind round.</a>'
    assert said in client.get("/notifications/latest/").content.decode()
    page = client.get(PAGE).content.decode()
    assert page.count('class="rounds__lead"') == 20
    assert "You rate for Sales." in page and "Who rates for sales beside you" not in page
    assert "/agreement/round/" in client.get("/agreement/").content.decode()
    rated = RatedLead.objects.all()[0]
    client.post(PAGE, {"rated": rated.pk, "worth": "yes"})
    assert rated.ratings.get().side == Side.SALES


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        # The example of Cohen's page: 20 and 15 agreed, 5 and 10 not.
        ({(True, True): 20, (True, False): 5, (False, True): 10, (False, False): 15}, 0.4),
        ({(True, True): 5, (False, False): 5}, 1.0),
        ({(True, False): 5, (False, True): 5}, -1.0),
        ({(True, True): 9}, None),
        ({}, None),
    ],
)
def test_kappa_is_what_is_left_without_luck(
    pairs: dict[tuple[bool, bool], int], kappa: float | None
) -> None:
    found = agreeing.kappa(Counter(pairs))
    assert found == (kappa if kappa is None else pytest.approx(kappa))


def test_criteria_that_they_differ_about_are_counted(made: BlindRound) -> None:
    rows = [
        Said(rated, True, (True,), (number >= 3,))
        for number, rated in enumerate(made.leads.all()[:6])
    ]
    found = agreeing.agreeing(rows, None)
    assert (found.both, found.pairs, found.same, found.percent) == (6, 6, 3, 50)
    demo = next(one for one in found.criteria if one.key == "demo")
    assert (demo.label, demo.differ, demo.whole) == ("Demo", 3, 6)


def test_the_page_makes_a_round_and_takes_both_sides(
    client: Client, crowd: None, live_model: ModelVersion, marketer: User, manager: User
) -> None:
    client.force_login(marketer)
    assert "There is no round yet" in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"form": "begin"}, follow=True).content.decode()
    assert page.count('class="rounds__lead"') == 20
    rated = RatedLead.objects.all()[0]
    client.post(PAGE, {"rated": rated.pk, "worth": "yes"})
    client.force_login(manager)
    assert "You differ" not in client.get(PAGE).content.decode()
    page = client.post(PAGE, {"rated": rated.pk, "worth": "no"}, follow=True).content.decode()
    assert "You differ" in page
    assert "0 of 1 pair of raters" in page
    assert "Criteria you differ about" in page
    minutes = client.get("/agreement/reviews/data/").content.decode()
    assert "Leads rated by both sides: 1; of 1 pairs of raters 0 agree, 0%." in minutes
    assert client.post(PAGE, {"rated": "x", "worth": "no"}, follow=True).status_code == 200


def test_a_manager_rates_leads_of_own_teams_only(client: Client, made: BlindRound) -> None:
    client.force_login(factories.make_user(Role.MANAGER, teams=[factories.make_team("Elsewhere")]))
    assert "No lead of this round is yours to see" in client.get(PAGE).content.decode()
    rated = made.leads.all()[0]
    page = client.post(PAGE, {"rated": rated.pk, "worth": "no"}, follow=True).content.decode()
    assert "cannot be rated any more" in page
    assert rated.ratings.count() == 0
