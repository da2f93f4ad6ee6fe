"""Working hours and targets: changed by a new version, refused beside the field."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff import hours_text, promise_changes, promise_versions
from handoff.business_time import WorkWeek
from handoff.models import CalendarVersion, Handoff, SlaPolicy, SlaPolicyVersion, Tier
from handoff.promises import Promises, hours
from tests import factories

pytestmark = pytest.mark.django_db
WEEK = {"zone": "Europe/Berlin", **{f"day_{day}": "09:00-12:30, 13:30 – 17:00" for day in range(5)}}
TARGETS = {
    "name": "Promise of North", "claim_amount": "30", "claim_unit": "minutes",
    "claim_clock": "business", "first_touch_amount": "", "first_touch_clock": "calendar",
    "warn_percent": "80", "pause_days": "5",
}  # fmt: skip


@pytest.fixture
def boss(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def post(client: Client, query: str, **values: str) -> tuple[int, str]:
    answer = client.post(reverse("handoff:promises") + query, values)
    return answer.status_code, answer.content.decode()


def test_the_overview_shows_hours_and_policies(boss: Client, team: Team) -> None:
    page = boss.get(reverse("handoff:promises")).content.decode()
    for piece in (
        "North",
        "00:00-24:00",
        "Promise of North",
        "1 hour, working time",
    ):
        assert piece in page


def test_new_hours_are_a_new_version(boss: Client, team: Team) -> None:
    status, _page = post(
        boss, f"?team={team.pk}", **WEEK, holidays="2026-12-25", overrides="2026-12-24 09:00-12:00"
    )
    assert status == 302
    version = CalendarVersion.objects.get(calendar__team=team, number=2)
    assert version.week["weekly"]["0"] == [["09:00", "12:30"], ["13:30", "17:00"]]
    assert version.week["holidays"] == ["2026-12-25"]
    assert version.week["overrides"] == {"2026-12-24": [["09:00", "12:00"]]}
    form = boss.get(reverse("handoff:promises"), {"team": team.pk}).content.decode()
    assert 'value="09:00-12:30, 13:30-17:00"' in form


def test_the_same_hours_make_no_version(team: Team) -> None:
    week = WorkWeek.from_json(factories.ALWAYS)
    assert promise_versions.set_hours(team, week, at=clock.now()).number == 1


def test_a_team_without_hours_gets_its_first_version(boss: Client) -> None:
    team = Team.objects.create(name="Fresh")
    assert post(boss, f"?team={team.pk}", **WEEK)[0] == 302
    assert CalendarVersion.objects.get(calendar__team=team).number == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("day_0", "nine to five", "is not a time of day"),
        ("day_0", "09:00-25:00", "is not a time of day"),
        ("day_0", "09:00-12:00, 11:00-13:00", "overlap"),
        ("day_0", "09:00-09:00", "ends where it starts"),
        ("holidays", "25.12.2026", "is not a day"),
        ("overrides", "2026-12-24 noon", "has two times"),
        ("zone", "Mars/Olympus", "Mars/Olympus"),
        ("day_4", "22:00-33:00", "is not a time of day"),
        ("day_1", "17:00-09:00", "wrong way round"),
    ],
)
def test_wrong_hours_are_refused_beside_their_field(
    boss: Client, team: Team, field: str, value: str, sentence: str
) -> None:
    answer = boss.post(f"{reverse('handoff:promises')}?team={team.pk}", {**WEEK, field: value})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert sentence in form.errors[field][0]
    assert value in answer.content.decode()
    assert CalendarVersion.objects.filter(calendar__team=team).count() == 1


def test_a_week_without_hours_is_refused_as_a_whole(boss: Client, team: Team) -> None:
    status, page = post(boss, f"?team={team.pk}", zone="UTC")
    assert status == 422
    assert "at least one day" in page


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


def test_hours_say_open_until_and_opens_at(db: None) -> None:
    office = {"zone": "UTC", "weekly": {"0": [["09:00", "17:00"]]}, "holidays": [], "overrides": {}}
    team, always = factories.make_team("A", week=office), factories.make_team("B")
    monday = clock.now().replace(year=2026, month=11, day=23, hour=10, minute=0, second=0)
    there, round_the_clock = hours([team, always], at=monday)
    assert (there.is_open, there.closes and there.closes.hour) == (True, 17)
    assert (round_the_clock.is_open, round_the_clock.closes) == (True, None)
    gone = hours([team], at=monday.replace(hour=18))[0]
    assert (gone.is_open, gone.opens and gone.opens.day) == (False, 30)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("9-17", [["09:00", "17:00"]]),
        ("9.30 to 5pm", [["09:30", "17:00"]]),
        ("0900–1230 and 13:30 – 18", [["09:00", "12:30"], ["13:30", "18:00"]]),
        ("12am-12pm", [["00:00", "12:00"]]),
        ("22-6", [["22:00", "06:00"]]),
        ("24h", [["00:00", "24:00"]]),
        ("closed", []),
        ("", []),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, pairs: list[list[str]]) -> None:
    assert hours_text.windows(text) == pairs


def test_public_holidays_are_filled_in_once_and_nothing_typed_is_lost(
    boss: Client, team: Team
) -> None:
    typed = {"day_0": "9-13", "holidays": "2026-12-25 Our own day", "zone": "Europe/Berlin"}
    status, page = post(boss, f"?team={team.pk}", **typed, seed="1", country="DE", region="by")
    assert status == 200
    assert "2026-12-25 Our own day" in page
    assert "2027-01-06 Epiphany" in page
    assert 'value="9-13"' in page
    assert CalendarVersion.objects.filter(calendar__team=team).count() == 1
    status, page = post(boss, f"?team={team.pk}", **typed, seed="1", country="DE", region="Moon")
    assert (status, "There is no region Moon" in page) == (422, True)


def test_a_holiday_keeps_its_name_and_stays_though_the_library_changes(
    boss: Client, team: Team
) -> None:
    post(boss, f"?team={team.pk}", **WEEK, holidays="2026-12-25 Christmas Day")
    version = CalendarVersion.objects.get(calendar__team=team, number=2)
    assert version.week["names"] == {"2026-12-25": "Christmas Day"}
    assert (
        "2026-12-25 Christmas Day"
        in boss.get(reverse("handoff:promises"), {"team": team.pk}).content.decode()
    )


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


def test_a_rep_may_have_hours_of_their_own_in_their_zone(
    boss: Client, team: Team, sdr: User
) -> None:
    page = boss.get(reverse("handoff:promises"), {"rep": sdr.pk})
    assert page.status_code == 200
    assert post(boss, f"?rep={sdr.pk}", **WEEK)[0] == 302
    assert CalendarVersion.objects.get(calendar__user=sdr).week["zone"] == "Europe/Berlin"
    assert Promises().of(Handoff(team=team, band="mql"))[0].week == WorkWeek.from_json(
        factories.ALWAYS
    )
    assert post(boss, f"?rep={sdr.pk}", forget="1")[0] == 302
    assert not CalendarVersion.objects.filter(calendar__user=sdr).exists()


def test_policies_by_source_and_tier_are_asked_in_the_order_that_is_set(
    boss: Client, live_model, team: Team
) -> None:
    Tier.objects.create(key="enterprise", name="Enterprise", least_employees=1000)
    lead = factories.make_lead(source="Fair")
    for name, more, minutes in (
        ("From fairs", {"source": "Fair"}, "7"),
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
