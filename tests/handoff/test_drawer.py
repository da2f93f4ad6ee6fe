"""The drawer behind a promise: who held the lead, in working time and on the wall."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from handoff import claims, drawer, touches
from handoff.models import Handoff, SlaTimer
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import earlier, minutes
from tests.handoff.test_ledger import OFFICE

pytestmark = pytest.mark.django_db
# A Thursday at 16:30 in Berlin: half an hour before the team goes home.
START = datetime(2026, 3, 26, 15, 30, tzinfo=UTC)


@pytest.fixture
def overnight(live_model: ModelVersion) -> tuple[Handoff, User]:
    """Claimed at 16:50, given back at 9:30 next day, claimed at 10:00 and called at 10:05."""
    team = factories.make_team("Office", week=OFFICE)
    rep = factories.make_user(teams=[team], name="Ben Carter")
    handoff = factories.make_mql()
    earlier(handoff, handoff.opened_at - START)
    day = timedelta(days=1)
    # Four hours of work later, whenever it is now.
    SlaTimer.objects.filter(handoff=handoff, milestone="first_touch").update(
        due_at=START + day - minutes(4 * 60)
    )
    claims.take(handoff, by=rep, at=START + minutes(20))
    claims.release(handoff, by=rep, at=START + day - minutes(7 * 60))
    claims.take(handoff, by=rep, at=START + day - minutes(6 * 60 + 30))
    touches.log(handoff.lead, kind="call", answer="reached", by=rep, at=START + day - minutes(385))
    return handoff, rep


def test_it_adds_up_in_working_time_and_on_the_wall(overnight: tuple[Handoff, User]) -> None:
    handoff, _rep = overnight
    timer = drawer.told_of(
        handoff, SlaTimer.objects.get(handoff=handoff, milestone="first_touch").pk
    )
    held = drawer.held(handoff, timer, at=START + timedelta(days=2))
    assert held is not None
    assert [(s.holder, s.working // 60, s.seconds // 60) for s in held.stretches][-4:] == [
        ("Queue", 20, 20), ("Ben Carter", 40, 16 * 60 + 40), ("Queue", 30, 30), ("Ben Carter", 5, 5),
    ]  # fmt: skip
    assert (held.split.unclaimed, held.split.human) == (50 * 60, 45 * 60)
    closed = [piece for piece in held.wall if piece.tone == "closed"]
    assert [(piece.label, piece.text) for piece in closed] == [
        ("Closed, held by Ben Carter", "16 h 00 min")
    ]
    assert sum(piece.share for piece in held.wall) == pytest.approx(1, abs=0.01)
    assert held.late_s is None
    assert held.target is None


def test_the_deadline_lies_where_its_time_was_used_up(overnight: tuple[Handoff, User]) -> None:
    handoff, _rep = overnight
    SlaTimer.objects.filter(handoff=handoff, milestone="first_touch").update(
        due_at=START + timedelta(days=1) - minutes(7 * 60 + 20)
    )
    timer = drawer.told_of(handoff)
    held = drawer.held(handoff, timer, at=START + timedelta(days=2))
    assert timer is not None and held is not None
    assert timer.milestone == "first_touch"
    assert held.late_s == 55 * 60
    # 20 minutes in the queue and 20 of the 40 with Ben Carter, of 95.
    assert held.target == pytest.approx(40 / 95, abs=0.01)


def test_it_opens_from_the_breaches_and_leaves_as_a_file(
    client: Client, overnight: tuple[Handoff, User], administrator: User
) -> None:
    handoff, _rep = overnight
    client.force_login(administrator)
    url = reverse("handoff:chain", args=[handoff.public_id])
    page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    for piece in ("Ben Carter", "Who held the lead", "claimed the handoff", "Captured to"):
        assert piece in page
    assert "<html" not in page
    assert "<html" in client.get(url).content.decode()
    file = client.get(url + "?format=csv").getvalue().decode()
    assert [line.split(",")[0] for line in file.splitlines()[1:]] == [
        "Captured", "Scored", "Routed", "Claimed", "Unclaimed again", "Claimed", "First touch",
        "First conversation",
    ]  # fmt: skip
    for nonsense in ("?clock=x", "?clock=" + "9" * 30, "?format=pdf"):
        assert client.get(url + nonsense).status_code == 200


def test_a_long_chain_asks_as_often_as_a_short_one(
    client: Client, handoff: Handoff, sdr: User, move_clock: Callable[[timedelta], None],
    django_assert_max_num_queries,
) -> None:  # fmt: skip
    client.force_login(sdr)
    url = reverse("handoff:chain", args=[handoff.public_id])

    def go_on(times: int) -> None:
        for deed in (claims.take, claims.release) * times:
            move_clock(minutes(7))
            deed(handoff, by=sdr, at=factories.now())

    go_on(1)
    client.get(url)
    with django_assert_max_num_queries(25) as few:
        client.get(url)
    go_on(3)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)
