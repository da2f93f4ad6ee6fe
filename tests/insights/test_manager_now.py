"""How the queue stands now and stood a week ago, what comes next, and leads given to somebody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import claims, queue
from handoff.models import Handoff
from insights import periods
from insights.sla import risks
from insights.sla.asking import Ask
from insights.sla.standing import standing
from tests import factories
from tests.handoff.moments import earlier, minutes

pytestmark = pytest.mark.django_db


def ask(user: User, **over: object) -> Ask:
    at = factories.now()
    return Ask(user, periods.latest(30, at=at, here=periods.zone()), at, **over)  # type: ignore[arg-type]


def test_the_first_row_tells_how_it_stood_at_this_hour_a_week_ago(
    live_model: object, team: Team, sdr: User, manager: User,
    move_clock: Callable[[timedelta], None],
) -> None:  # fmt: skip
    old = factories.make_mqls(*[{"first_name": name} for name in ("Mine", "Lies", "Late")])
    claims.take(old[0], by=sdr, at=factories.now())
    move_clock(timedelta(minutes=50))
    before = standing(ask(manager)).now
    assert (before.unclaimed, before.soon, before.overdue, before.working) == (2, 2, 0, 1)
    move_clock(timedelta(days=7))
    factories.make_mql(first_name="New")
    found = standing(ask(manager))
    assert (found.now.unclaimed, found.now.soon, found.now.overdue) == (3, 0, 3)
    assert found.then is not None
    assert replace(found.then, oldest=before.oldest) == before
    assert found.then.oldest == pytest.approx(before.oldest, abs=5)
    assert found.changes["unclaimed"] == 1
    assert found.changes["overdue"] == 3
    assert found.changes["oldest"] == pytest.approx(7 * 86_400, abs=5)
    assert (found.lead.first_name, found.reps) == ("Mine", 1)


def test_each_figure_of_the_first_row_opens_as_many_rows_of_the_queue(
    client: Client, live_model: object, team: Team, outsider: User, manager: User, marketer: User
) -> None:
    handoffs = factories.make_mqls(*[{}] * 3)
    earlier(handoffs[0], minutes(70))
    earlier(handoffs[1], minutes(50))
    Handoff.objects.filter(pk=handoffs[2].pk).update(team=outsider.teams.get())
    for user, of in ((manager, None), (marketer, team.pk)):
        found = standing(ask(user, team=of)).now
        asked = queue.Ask.of({"team": str(of or "")})
        counts = queue.counts(user, asked, at=factories.now())
        assert (found.unclaimed, found.soon, found.overdue) == (2, 1, 1)
        assert (counts.unclaimed, counts.soon, counts.breached) == (2, 1, 1)
        client.force_login(user)
        page = client.get("/sla/" + (f"?team={of}" if of else "")).content.decode()
        assert f"/queue/?tab=unclaimed{f'&amp;team={of}' if of else ''}" in page


def test_the_next_breaches_say_whose_hands_they_are_in(
    live_model: object, team: Team, sdr: User, manager: User
) -> None:
    mine, late, lies = factories.make_mqls(
        *[{"first_name": name} for name in ("Mine", "Late", "Lies")]
    )
    claims.take(mine, by=sdr, at=factories.now())
    earlier(late, minutes(70))
    found = risks.risks(ask(manager))
    assert [(risk.handoff.lead.first_name, risk.handoff.owner) for risk in found] == [
        ("Lies", None), ("Mine", sdr),
    ]  # fmt: skip
    assert [risk.timer.milestone for risk in found if risk.timer] == ["claim", "first_touch"]
    assert lies.pk == found[0].handoff.pk


def post(client: Client, **data: object) -> str:
    answer = client.post("/sla/hand-over/", data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_leads_are_given_to_a_rep_in_one_deed_and_back_to_the_queue(
    client: Client, live_model: object, team: Team, sdr: User, manager: User
) -> None:
    handoffs = factories.make_mqls(*[{}] * 3)
    ids = [str(handoff.public_id) for handoff in handoffs]
    client.force_login(manager)
    page = post(client, deed="reassign", to=sdr.pk, handoff=ids[:2])
    assert "2 leads are Rui Rep&#x27;s now." in page
    assert set(Handoff.objects.filter(owner=sdr).values_list("pk", flat=True)) == {
        one.pk for one in handoffs[:2]
    }
    post(client, assign=ids[2], to=sdr.pk)
    assert Handoff.objects.filter(owner=sdr).count() == 3
    assert "1 person was nudged." in post(client, nudge=ids[1])
    assert "Back in the queue: 1." in post(client, deed="take_back", handoff=ids[:1])
    assert Handoff.objects.get(pk=handoffs[0].pk).state == "queued"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"deed": "reassign"}, "Choose at least one lead"),
        ({"deed": "reassign", "handoff": ["nonsense"]}, "Choose at least one lead"),
        ({"deed": "reassign", "to": "0"}, "Choose a rep of your teams."),
    ],
)
def test_what_cannot_be_given_is_said(
    client: Client,
    live_model: object,
    team: Team,
    manager: User,
    data: dict[str, object],
    said: str,
) -> None:
    handoff = factories.make_mql()
    if "to" in data:
        data = {**data, "handoff": [str(handoff.public_id)]}
    client.force_login(manager)
    assert said in post(client, **data)


def test_nobody_gives_away_what_belongs_to_another_team(
    client: Client, live_model: object, team: Team, sdr: User, manager: User, outsider: User
) -> None:
    foreign = factories.make_mql()
    Handoff.objects.filter(pk=foreign.pk).update(team=outsider.teams.get())
    client.force_login(manager)
    post(client, deed="reassign", to=sdr.pk, handoff=[str(foreign.public_id)])
    own = factories.make_mql()
    post(client, deed="reassign", to=outsider.pk, handoff=[str(own.public_id)])
    assert Handoff.objects.exclude(owner=None).count() == 0


def test_the_page_comes_first_and_what_it_is_compared_with_after_it(
    client: Client, live_model: object, team: Team, manager: User
) -> None:
    factories.make_mql()
    client.force_login(manager)
    page = client.get("/sla/").content.decode()
    assert 'hx-trigger="load, every 30s"' in page and "more than last" not in page
    row = client.get("/sla/now/").content.decode()
    assert 'hx-trigger="every 30s"' in row and "1 more than last" in row
