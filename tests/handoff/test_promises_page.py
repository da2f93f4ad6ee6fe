"""Working hours and targets: changed by a new version, refused beside the field."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff import promise_versions
from handoff.business_time import WorkWeek
from handoff.models import CalendarVersion, Handoff, SlaPolicy, SlaPolicyVersion
from handoff.promises import Promises, hours
from tests import factories

pytestmark = pytest.mark.django_db
WEEK = {"zone": "Europe/Berlin", **{f"day_{day}": "09:00-12:30, 13:30 – 17:00" for day in range(5)}}
TARGETS = {
    "claim_minutes": "30", "claim_clock": "business", "first_touch_minutes": "",
    "first_touch_clock": "calendar", "warn_percent": "80",
}  # fmt: skip


@pytest.fixture
def boss(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def post(client: Client, query: str, **values: str) -> tuple[int, str]:
    answer = client.post(reverse("handoff:promises") + query, values)
    return answer.status_code, answer.content.decode()


def test_the_overview_shows_hours_policies_and_rules(boss: Client, team: Team) -> None:
    page = boss.get(reverse("handoff:promises")).content.decode()
    for piece in ("North", "00:00-24:00", "Promise of North", "1 h 00 m", "There are no rules"):
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
        ("day_0", "nine to five", "has two times"),
        ("day_0", "09:00-25:00", "is not a time of day"),
        ("day_0", "09:00-12:00, 11:00-13:00", "overlap"),
        ("day_0", "09:00-09:00", "ends where it starts"),
        ("holidays", "25.12.2026", "is not a day"),
        ("overrides", "2026-12-24 noon", "has two times"),
        ("zone", "Mars/Olympus", "Mars/Olympus"),
        ("day_4", "22:00-33:00", "is not a time of day"),
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
        ({"claim_minutes": "0"}, "greater than or equal to 1"),
        ({"claim_minutes": ""}, "Promise at least one thing"),
        ({"claim_minutes": "9" * 20}, "less than or equal to"),
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
        assert post(boss, "?policy=new", **{**TARGETS, **new, "claim_minutes": minutes})[0] == 302
    promises = Promises()
    assert [p.seconds for p in promises.of(Handoff(team=team, band="sales_ready"))] == [300]
    assert [p.seconds for p in promises.of(Handoff(team=team, band="mql"))] == [5400]


def test_two_policies_cannot_share_a_name(boss: Client, team: Team) -> None:
    new = {"name": "Promise of North", "team": str(team.pk), "band": ""}
    status, page = post(boss, "?policy=new", **TARGETS, **new)
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
