"""Working hours: changed by a new version, refused beside the field."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff import hours_text, promise_versions
from handoff.business_time import WorkWeek
from handoff.models import CalendarVersion, Handoff
from handoff.promises import Promises, hours
from tests import factories
from tests.handoff.promising import post

pytestmark = pytest.mark.django_db
WEEK = {"zone": "Europe/Berlin", **{f"day_{day}": "09:00-12:30, 13:30 – 17:00" for day in range(5)}}


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
