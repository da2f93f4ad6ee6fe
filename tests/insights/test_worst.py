"""What the demo plants is read off the manager's page: which team, hour and source breach most, and why."""

from datetime import timedelta
from random import Random

import pytest
from django.db.models import F
from django.test import Client

from accounts.models import Organisation, User
from handoff import splits
from handoff.models import Handoff, Segment
from handoff.splits import Split
from insights import facts, periods
from insights.sla.asking import Ask
from insights.sla.worst import worst
from leadhub.demo import people, story
from tests import factories
from tests.insights.facts import plant, promise

pytestmark = pytest.mark.django_db
SOURCES = ["Website", "Webinar", "LinkedIn ads"]
HOURS = [10, 14, story.BUSIEST]


@pytest.fixture
def lived(organisation: Organisation, sdr: User) -> None:
    """Ninety leads of two teams, each ignored for as long as the demo does, then touched at once."""
    random, places = Random(7), people.firms(Random(7), 10)
    teams = [factories.make_team(name) for name in ("Europe", "Worldwide")]
    today = factories.now().astimezone(story.HERE).replace(minute=0, second=0, microsecond=0)
    for number in range(90):
        someone = people.someone(random, number, places, days=9)
        object.__setattr__(someone, "source", SOURCES[number % 3])
        opened = (today - timedelta(days=2 + number % 20)).replace(hour=HOURS[number // 3 % 3])
        handoff = plant(
            teams[number % 2], source=someone.source, opened=opened, by=sdr, state="claimed"
        )
        ignored = story.minutes_ignored(someone, teams[number % 2].name, opened)
        took = timedelta(minutes=ignored + random.randint(5, 100))
        timer = promise(
            handoff, "first_touch", due=opened + timedelta(hours=2), closed=opened + took,
            took=int(took.total_seconds()),
        )  # fmt: skip
        type(timer).objects.filter(pk=timer.pk).update(budget_s=7200)
        _chain(handoff, took - timedelta(minutes=4), took, by=sdr)


def _chain(handoff: Handoff, claimed: timedelta, touched: timedelta, *, by: User) -> None:
    """In the queue until the claim, and with the rep until the touch."""
    start = handoff.opened_at
    queue, person = Segment.Holder.QUEUE, Segment.Holder.PERSON
    turns = [("routed", queue, timedelta(0), claimed), ("claimed", person, claimed, touched)]
    previous = None
    for step, holder, begin, end in turns:
        previous = Segment.objects.create(
            handoff=handoff, previous=previous, step=step, holder=holder, team=handoff.team,
            user=by if holder == person else None, started_at=start + begin, ended_at=start + end,
            working_s=int((end - begin).total_seconds()), known_at=start + end,
        )  # fmt: skip


def test_the_page_says_which_team_hour_and_source_breach_most_and_why(
    client: Client, lived: None, marketer: User
) -> None:
    at = factories.now()
    found = worst(Ask(marketer, periods.latest(30, at=at, here=periods.zone()), at))
    assert [one.label for one in found] == ["Europe", "16:00", "LinkedIn ads"]
    assert all(one.why.startswith("Nobody took them") for one in found)
    client.force_login(marketer)
    page = client.get("/sla/panel/worst/").content.decode()
    for words in ("Europe", "16:00", "LinkedIn ads", "Nobody took them"):
        assert words in page


def test_each_group_has_the_time_that_its_late_promises_have_one_by_one(
    lived: None, marketer: User
) -> None:
    at = factories.now()
    ask = Ask(marketer, periods.latest(30, at=at, here=periods.zone()), at)
    by = {"team": F("handoff__team"), "source": F("handoff__source")}
    groups = splits.in_groups(ask.promised(), at=at, by=by, late=facts.LATE, only_late=True)
    assert {name: sum(one.n for one in found.values()) for name, found in groups.items()} == {
        "team": 90, "source": 90,
    }  # fmt: skip
    for name, column in by.items():
        late = ask.promised().filter(facts.LATE).annotate(group=column)
        for key, group in groups[name].items():
            one_by_one = {"one": F("pk")}
            each = splits.in_groups(late.filter(group=key), at=at, by=one_by_one, late=facts.LATE)[
                "one"
            ]
            assert group.late == len(each)
            assert vars(group.held) == {
                holder: sum(getattr(one.held, holder) for one in each.values())
                for holder in vars(Split())
            }


def test_where_all_is_kept_nothing_is_named(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    assert "Nothing breaks often enough" in client.get("/sla/panel/worst/").content.decode()
