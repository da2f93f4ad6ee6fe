"""Targets: changed by a new version, refused beside the field."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff import promise_changes, promise_versions
from handoff.business_time import WorkWeek
from handoff.models import Handoff, SlaPolicy, SlaPolicyVersion, Tier
from handoff.promises import Promises
from tests import factories
from tests.handoff.promising import post

pytestmark = pytest.mark.django_db
TARGETS = {
    "name": "Promise of North", "claim_amount": "30", "claim_unit": "minutes",
    "claim_clock": "business", "first_touch_amount": "", "first_touch_clock": "calendar",
    "warn_percent": "80", "pause_days": "5",
}  # fmt: skip


FAIRS = {"when1-field": "source", "when1-op": "is", "when1-value": "Fair"}


def test_the_overview_shows_hours_and_policies(boss: Client, team: Team) -> None:
    page = boss.get(reverse("handoff:promises")).content.decode()
    for piece in (
        "North",
        "00:00-24:00",
        "Promise of North",
        "1 hour, working time",
    ):
        assert piece in page


def test_new_targets_are_a_new_version_for_clocks_to_come(boss: Client, team: Team) -> None:
    policy = SlaPolicy.objects.get()
    assert post(boss, f"?policy={policy.pk}", **TARGETS)[0] == 302
    version = SlaPolicyVersion.objects.get(number=2)
    assert version.targets == {"claim": {"minutes": 30, "clock": "business"}}
    assert version.warn_percent == 80
    assert [p.seconds for p in Promises().of(Handoff(team=team, band="mql"))] == [1800]
    post(boss, f"?policy={policy.pk}", **TARGETS)
    assert SlaPolicyVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"claim_amount": "0"}, "greater than or equal to 1"),
        ({"claim_amount": ""}, "Promise at least one thing"),
        ({"claim_amount": "9" * 20}, "more than a year"),
        ({"first_touch_amount": "5", "first_touch_unit": "minutes"}, "cannot be kept"),
        ({"disposition_amount": "10", "disposition_unit": "minutes"}, "cannot be kept"),
        ({"claim_unit": "weeks"}, "weeks"),
        ({"warn_percent": "100"}, "less than or equal to 99"),
        ({"claim_clock": "lunar"}, "lunar"),
    ],
)
def test_wrong_targets_are_refused(
    boss: Client, team: Team, changes: dict[str, str], sentence: str
) -> None:
    status, page = post(boss, f"?policy={SlaPolicy.objects.get().pk}", **{**TARGETS, **changes})
    assert status == 422
    assert sentence in page
    assert SlaPolicyVersion.objects.count() == 1


def test_a_narrower_policy_is_asked_before_a_wider_one(
    boss: Client, live_model, team: Team
) -> None:
    SlaPolicyVersion.objects.all().delete()
    SlaPolicy.objects.all().delete()
    for name, band, minutes in (("All", "", "90"), ("Hot", "sales_ready", "5")):
        new = {"name": name, "team": "", "band": band}
        assert post(boss, "?policy=new", **{**TARGETS, **new, "claim_amount": minutes})[0] == 302
    promises = Promises()
    assert [p.seconds for p in promises.of(Handoff(team=team, band="sales_ready"))] == [300]
    assert [p.seconds for p in promises.of(Handoff(team=team, band="mql"))] == [5400]


def test_two_policies_cannot_share_a_name(boss: Client, team: Team) -> None:
    new = {"name": "Promise of North", "team": str(team.pk), "band": ""}
    status, page = post(boss, "?policy=new", **{**TARGETS, **new})
    assert (status, "has this name" in page) == (422, True)


@pytest.mark.parametrize("query", ["?team=0", "?team=x", "?policy=999999", "?policy=", "?team=-1"])
def test_what_is_not_there_is_not_found(boss: Client, query: str) -> None:
    assert boss.get(reverse("handoff:promises") + query).status_code == 404


def test_a_rep_does_not_change_promises(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    assert client.get(reverse("handoff:promises")).status_code == 403


def test_hours_and_targets_say_in_words_when_a_lead_is_due(boss: Client, team: Team) -> None:
    week = {"zone": "Europe/Berlin", **{f"day_{day}": "9-17" for day in range(5)}}
    status, words = post(boss, f"?team={team.pk}&words=1", **week)
    assert (status, "A lead from Fri 16:30 is due Mon 09:30." in words) == (200, True)
    post(boss, f"?team={team.pk}", **week)
    policy = SlaPolicy.objects.get()
    hour = {**TARGETS, "claim_amount": "1", "claim_unit": "hours", "team": str(team.pk)}
    assert (
        "A lead from Fri 16:30 is due Mon 09:30."
        in post(boss, f"?policy={policy.pk}&words=1", **hour)[1]
    )
    days = {**hour, "claim_amount": "2", "claim_unit": "days"}
    assert (
        "A lead from Fri 16:30 is due Tue 16:30."
        in post(boss, f"?policy={policy.pk}&words=1", **days)[1]
    )


def test_more_working_time_than_the_hours_give_is_refused_beside_the_field(
    boss: Client, team: Team
) -> None:
    promise_versions.set_hours(
        team, WorkWeek.from_json({"zone": "UTC", "weekly": {"0": [["09:00", "10:00"]]}}),
        at=clock.now(),
    )  # fmt: skip
    answer = boss.post(
        reverse("handoff:promises") + f"?policy={SlaPolicy.objects.get().pk}",
        {**TARGETS, "claim_amount": "400", "claim_unit": "hours"},
    )
    assert answer.status_code == 422
    assert "730 days" in answer.context["form"].errors["claim_amount"][0]


def test_policies_by_source_and_tier_are_asked_in_the_order_that_is_set(
    boss: Client, live_model, team: Team
) -> None:
    Tier.objects.create(key="enterprise", name="Enterprise", least_employees=1000)
    lead = factories.make_lead(source="Fair")
    for name, more, minutes in (
        ("From fairs", FAIRS, "7"),
        ("Enterprise", {"tier": "enterprise"}, "5"),
    ):
        new = {**TARGETS, "name": name, "claim_amount": minutes, **more}
        assert post(boss, "?policy=new", **new)[0] == 302
    big = Handoff(team=team, band="mql", tier="enterprise", lead=lead)
    small = Handoff(team=team, band="mql", lead=lead)
    other = Handoff(team=team, band="mql", lead=factories.make_lead(source="Website"))

    def minutes_of(handoff: Handoff) -> int:
        promises = Promises([lead.pk, other.lead_id])
        return promises.of(handoff)[0].seconds // 60

    assert [minutes_of(one) for one in (big, small, other)] == [5, 7, 60]
    fairs = SlaPolicy.objects.get(name="From fairs")
    post(boss, f"?policy={fairs.pk}", deed="up")
    assert [minutes_of(one) for one in (big, small, other)] == [7, 7, 60]
    post(boss, f"?policy={fairs.pk}", deed="retire")
    assert [minutes_of(one) for one in (big, small, other)] == [5, 60, 60]


def test_a_policy_asks_whatever_a_rule_of_routing_can_ask(
    boss: Client, live_model, team: Team
) -> None:
    german = {"when1-field": "country", "when1-op": "one_of", "when1-value": "DE"}
    high = {"when2-field": "score", "when2-op": "between", "when2-low": "40", "when2-high": ""}
    new = {**TARGETS, "name": "High in Germany", **german, **high, "claim_amount": "5"}
    assert post(boss, "?policy=new", **new)[0] == 302
    policy = SlaPolicy.objects.get(name="High in Germany")
    assert [one["field"] for one in policy.conditions] == ["country", "score"]
    here = factories.make_mql(country="DE", phone="+49 30 901820")
    there = factories.make_mql(country="FR", phone="+33 1 44000000")
    promises = Promises([here.lead_id, there.lead_id])
    assert [promises.of(one)[0].seconds // 60 for one in (here, there)] == [5, 60]
    page = boss.get(reverse("handoff:promises")).content.decode()
    assert "Country is DE and Score when it crossed is 40 or more" in page
    page = boss.get(reverse("handoff:promises") + f"?policy={policy.pk}").content.decode()
    assert 'name="when2-low" value="40"' in page


def test_a_condition_that_cannot_be_meant_is_refused_beside_it_and_nothing_is_lost(
    boss: Client, team: Team
) -> None:
    wrong = {"when1-field": "score", "when1-op": "between", "when1-low": "many", "when1-high": ""}
    status, page = post(boss, "?policy=new", **{**TARGETS, "name": "High", **wrong})
    assert (status, 'value="many"' in page, 'value="High"' in page) == (422, True, True)
    assert "is no number" in page or "whole number" in page
    assert SlaPolicy.objects.count() == 1


def test_a_condition_is_added_and_removed_before_anything_is_judged(
    boss: Client, team: Team
) -> None:
    half = {"name": "Half", "claim_amount": "", "redraw": "+when"}
    status, page = post(boss, "?policy=new", **half)
    assert (status, 'name="when1-field"' in page, 'value="Half"' in page) == (200, True, True)
    assert "This field is required" not in page
    page = post(boss, "?policy=new", **{**half, **FAIRS, "redraw": "-when1"})[1]
    assert 'name="when1-field"' not in page
    assert SlaPolicy.objects.count() == 1


def test_a_change_for_running_clocks_is_shown_first_and_done_when_confirmed(
    boss: Client, handoff: Handoff
) -> None:
    policy = SlaPolicy.objects.get()
    hurry = {**TARGETS, "claim_amount": "5", "apply": "on"}
    status, page = post(boss, f"?policy={policy.pk}", **hurry)
    assert status == 200
    assert "1 clock runs by earlier versions" in page or "2 clocks run by earlier versions" in page
    assert policy.versions.count() == 1
    assert post(boss, f"?policy={policy.pk}", **hurry, confirmed="1")[0] == 302
    while promise_changes.advance(clock.now()):
        pass
    timer = handoff.timers.get(milestone="claim")
    assert (timer.budget_s, timer.policy_version.number, timer.generation) == (300, 2, 2)


@pytest.mark.parametrize(
    "query", ["", "?policy=new", "?policy={policy}", "?team={team}", "?rep={rep}"]
)
def test_the_number_of_queries_does_not_grow_with_what_is_promised(
    boss: Client, team: Team, sdr: User, query: str, django_assert_max_num_queries
) -> None:
    address = reverse("handoff:promises") + query.format(
        policy=SlaPolicy.objects.get().pk, team=team.pk, rep=sdr.pk
    )
    with django_assert_max_num_queries(40) as first:
        boss.get(address)
    for _n in range(3):
        factories.make_user(teams=[factories.make_team()])
    with django_assert_max_num_queries(len(first.captured_queries)):
        boss.get(address)
