"""The queue: whose handoffs, in which order, a page at a time, and what changed since."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff import claims, queue
from handoff.models import Handoff
from handoff.queue import Ask
from handoff.why_now import reasons
from leads.models import Event, Lead
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import earlier, minutes

pytestmark = pytest.mark.django_db


def names(user: User, **asked: str) -> list[str]:
    lines, _following = queue.page(user, Ask.of(asked), at=clock.now())
    return [line.handoff.lead.first_name for line in lines]


@pytest.fixture
def three(live_model: ModelVersion, team: Team) -> list[Handoff]:
    """Ada is overdue, Bob is due soon and has the highest score, Cleo came last."""
    made = factories.make_mqls(
        {"first_name": "Ada", "company_name": "Acme"},
        {"first_name": "Bob", "company_name": "Bolt", "phone": "+49 30 901820"},
        {"first_name": "Cleo", "company_name": "Acme"},
    )
    earlier(made[0], minutes(70))
    earlier(made[1], minutes(50))
    return made


def test_the_least_time_left_comes_first(three: list[Handoff], sdr: User) -> None:
    assert names(sdr, order="due") == ["Ada", "Bob", "Cleo"]
    assert names(sdr, order="score")[0] == "Bob"
    assert names(sdr, order="age") == ["Ada", "Bob", "Cleo"]
    Handoff.objects.filter(pk=three[0].pk).update(next_due_at=None)
    assert names(sdr, order="due") == ["Bob", "Cleo", "Ada"]


def test_tabs_hold_what_they_count(three: list[Handoff], sdr: User) -> None:
    claims.take(three[2], by=sdr, at=clock.now())
    assert names(sdr, tab="unclaimed") == ["Ada", "Bob"]
    assert names(sdr, tab="mine") == ["Cleo"]
    assert names(sdr, tab="breached") == ["Ada"]
    assert names(sdr, tab="soon") == ["Bob"]
    counts = queue.counts(sdr, Ask(), at=clock.now())
    assert [getattr(counts, tab) for tab in queue.TABS] == [3, 2, 1, 1, 1, 0]


def test_filters_narrow_it(three: list[Handoff], sdr: User, team: Team) -> None:
    assert names(sdr, q="acme") == ["Ada", "Cleo"]
    assert names(sdr, q="cleo ACME") == ["Cleo"]
    assert names(sdr, q="100%") == []
    assert len(names(sdr, team=str(team.pk))) == 3
    assert names(sdr, team="999999") == []
    assert len(names(sdr, band=three[0].band)) == 3
    assert names(sdr, band="cold") == []
    Handoff.objects.filter(pk=three[1].pk).update(source="Fair")
    assert names(sdr, source="Fair") == ["Bob"]
    assert names(sdr, source="Nowhere") == []
    assert queue.counts(sdr, Ask(source="Fair"), at=clock.now()).open == 1


@pytest.mark.parametrize("order", queue.ORDERS)
def test_pages_by_key_show_each_row_once(three: list[Handoff], sdr: User, order: str) -> None:
    seen: list[int] = []
    ask, frozen = Ask(order=order), str(queue.frozen_at(clock.now()))
    while True:
        lines, following = queue.page(sdr, ask, at=clock.now(), size=1)
        seen += [line.handoff.pk for line in lines]
        if not following:
            break
        ask = Ask.of({"order": order, "after": following, "at": frozen})
    assert sorted(seen) == sorted(handoff.pk for handoff in three)


@pytest.mark.parametrize("order", queue.ORDERS)
@pytest.mark.parametrize(
    "after",
    ["", "x", "~", "~~", "7~1~2", "0~1", "0~2026-01-01T00:00~1", "0~x~1", "0~1.5~1",
     f"0~{'9' * 40}~1", f"0~1~{'9' * 40}", "-1~1~1", "²~1~1",
     "0~2026-01-01T00:00:00+00:00~" + "9" * 40],
)  # fmt: skip
def test_a_cursor_that_means_nothing_leads_to_the_first_page(
    three: list[Handoff], sdr: User, order: str, after: str
) -> None:
    assert len(names(sdr, order=order, after=after)) == 3


def test_another_team_sees_nothing_of_it(three: list[Handoff], outsider: User) -> None:
    assert names(outsider) == []
    assert queue.counts(outsider, Ask(), at=clock.now()).open == 0


def test_an_owner_keeps_seeing_what_he_holds_after_leaving_the_team(
    three: list[Handoff], sdr: User
) -> None:
    claims.take(three[0], by=sdr, at=clock.now())
    sdr.teams.clear()
    assert names(sdr) == ["Ada"]


def test_the_tag_changes_with_every_change_and_only_then(
    three: list[Handoff], sdr: User, team: Team
) -> None:
    def tag() -> str:
        return queue.look(sdr, Ask(), at=clock.now()).tag

    tags = [tag()]
    assert tag() == tags[0]
    claims.take(three[0], by=factories.make_user(teams=[team]), at=clock.now())
    tags.append(tag())
    factories.make_mql()
    tags.append(tag())
    earlier(three[2], minutes(100))
    tags.append(tag())
    assert len(set(tags)) == 4


def test_what_another_team_gets_changes_no_tag(
    three: list[Handoff], sdr: User, outsider: User
) -> None:
    before = queue.look(sdr, Ask(), at=clock.now())
    theirs = factories.make_mql()
    Handoff.objects.filter(pk=theirs.pk).update(team=outsider.teams.get())
    after = queue.look(sdr, Ask(), at=clock.now(), seen=before.counts.newest)
    assert (after.tag, after.newer, after.counts.newest) == (before.tag, 0, theirs.pk)


def test_only_rows_that_look_different_are_sent_again(
    three: list[Handoff], sdr: User, outsider: User
) -> None:
    lines, _following = queue.page(sdr, Ask(), at=clock.now())
    marks = [line.mark for line in lines]

    def changed(user: User, marks: list[str]) -> list[int]:
        return queue.look(user, Ask(), at=clock.now(), marks=marks).changed

    assert changed(sdr, marks) == []
    claims.take(three[1], by=sdr, at=clock.now())
    assert changed(sdr, marks) == [three[1].pk]
    assert changed(outsider, marks) == []
    assert changed(sdr, ["x.y", "", "9" * 30, "²", "-1.x"]) == []


def test_why_now_says_the_last_deed_and_how_often(db: None) -> None:
    lead, quiet = factories.make_lead(), factories.make_lead()
    factories.make_event(lead, "demo_request", ago=timedelta(days=2))
    for ago in (30, 20, 10):
        factories.make_event(lead, path="/pricing/plans", ago=minutes(ago))
    factories.make_event(lead, path="/careers", trust=Event.Trust.BOT)
    factories.make_event(lead, "bounce")
    said = reasons([lead.pk, quiet.pk])
    assert said[lead.pk].text == "Viewed pricing ×3"
    assert quiet.pk not in said


@pytest.mark.parametrize(
    ("kind", "name", "path", "text"),
    [
        ("page", "", "/", "Viewed the home page"),
        ("page", "Case studies", "/c", "Viewed Case studies"),
        ("demo_request", "", "", "Demo requested"),
        ("webinar", "Scrap rates", "", "Webinar attended: Scrap rates"),
        ("track", "Trial started", "", "Trial started"),
    ],
)
def test_a_deed_has_words(db: None, kind: str, name: str, path: str, text: str) -> None:
    lead = factories.make_lead()
    factories.make_event(lead, kind, name=name, path=path)
    assert reasons([lead.pk])[lead.pk].text == text


def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, live_model: ModelVersion, team: Team, sdr: User,
    django_assert_max_num_queries: object,
) -> None:  # fmt: skip
    client.force_login(sdr)
    url = reverse("handoff:queue")
    factories.make_mql()
    client.get(url)
    with django_assert_max_num_queries(22) as few:  # type: ignore[operator]
        client.get(url)
    for _n in range(7):
        factories.make_mql()
    claims.take(Handoff.objects.all()[0], by=sdr, at=clock.now())
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        response = client.get(url)
    assert Lead.objects.count() == len(response.context["lines"]) == 8
