"""The next lead, the lease on it, passing it by, and putting it aside."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import Role, Team, User
from handoff import claims, handoffs, queue, queue_settings, skips, snoozing, touches
from handoff.models import Handoff, Notification, Skip
from handoff.queue import Ask
from leadhub import pipeline, tasks
from leads.models import JournalEntry, Lead
from leads.stages import Stage
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import earlier, minutes

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


@pytest.fixture
def three(live_model: ModelVersion, team: Team) -> list[Handoff]:
    """Ada is overdue, Bob is due in ten minutes, Cleo came last and did something a second ago."""
    made = factories.make_mqls(*[{"first_name": name} for name in ("Ada", "Bob", "Cleo")])
    earlier(made[0], minutes(70))
    earlier(made[1], minutes(50))
    return made


def names(user: User, **asked: str) -> list[str]:
    lines, _following = queue.page(user, Ask.of(asked), at=clock.now())
    return [line.handoff.lead.first_name for line in lines]


def take(user: User) -> str:
    handoff = claims.take_next(user, at=clock.now())
    return handoff.lead.first_name if handoff else ""


def test_next_gives_the_leads_in_the_order_of_the_list_and_then_none(
    three: list[Handoff], sdr: User
) -> None:
    assert [take(sdr) for _n in range(4)] == ["Ada", "Bob", "Cleo", ""]
    assert set(Lead.objects.values_list("owner", "stage")) == {(sdr.pk, Stage.WORKING)}
    assert JournalEntry.objects.filter(kind="handoff.claimed").count() == 3


def test_next_gives_nothing_of_other_teams(three: list[Handoff], outsider: User) -> None:
    assert take(outsider) == ""


def test_it_hands_back_an_untouched_lead_when_the_lease_ends(
    three: list[Handoff], sdr: User, move_clock: Move
) -> None:
    claims.take(three[2], by=sdr, at=clock.now())
    move_clock(minutes(9))
    assert claims.return_untouched(clock.now()) == 0
    move_clock(minutes(1))
    assert tasks.beat()
    handoff = Handoff.objects.get(pk=three[2].pk)
    assert (handoff.state, handoff.owner, handoff.lease_until) == ("queued", None, None)
    assert handoff.lead.stage == Stage.MQL
    pipeline.drain()
    assert Notification.objects.filter(user=sdr, kind="handed").get().text == (
        "Cleo went back to the queue. Nobody got in touch before the lease ended."
    )


@pytest.mark.parametrize("kind", ["call", "email", "meeting"])
def test_a_touch_ends_the_lease(
    three: list[Handoff], sdr: User, move_clock: Move, kind: str
) -> None:
    claims.take(three[2], by=sdr, at=clock.now())
    touches.log(three[2].lead, kind=kind, by=sdr, at=clock.now())
    move_clock(minutes(30))
    assert claims.return_untouched(clock.now()) == 0


def test_a_note_or_a_machine_ends_no_lease(
    three: list[Handoff], sdr: User, move_clock: Move
) -> None:
    for handoff, kind, automatic in ((three[1], "note", False), (three[2], "email", True)):
        claims.take(handoff, by=sdr, at=clock.now())
        touches.log(handoff.lead, kind=kind, by=sdr, at=clock.now(), automatic=automatic)
    move_clock(minutes(30))
    assert claims.return_untouched(clock.now()) == 2


def test_without_a_lease_claims_last(three: list[Handoff], sdr: User, move_clock: Move) -> None:
    queue_settings.change(lease_minutes=0)
    claims.take(three[2], by=sdr, at=clock.now())
    move_clock(timedelta(days=3))
    assert claims.return_untouched(clock.now()) == 0


def test_who_passes_a_lead_by_is_not_given_it_again_and_others_are(
    three: list[Handoff], sdr: User, team: Team
) -> None:
    assert take(sdr) == "Ada"
    skips.skip(three[0], by=sdr, reason="language", at=clock.now())
    assert Handoff.objects.get(pk=three[0].pk).state == "queued"
    assert [take(sdr) for _n in range(3)] == ["Bob", "Cleo", ""]
    assert take(factories.make_user(teams=[team])) == "Ada"
    assert "Ada" in names(sdr)


def test_passing_by_takes_no_lead_from_who_works_on_it(
    three: list[Handoff], sdr: User, team: Team
) -> None:
    claims.take(three[0], by=sdr, at=clock.now())
    touches.log(three[0].lead, kind="call", by=sdr, at=clock.now())
    for user in (sdr, factories.make_user(teams=[team])):
        skips.skip(three[0], by=user, reason="other", at=clock.now())
    assert Handoff.objects.get(pk=three[0].pk).owner == sdr
    assert Skip.objects.count() == 2


def test_managers_see_what_is_passed_by(
    three: list[Handoff], sdr: User, manager: User, outsider: User
) -> None:
    Lead.objects.filter(pk=three[0].lead_id).update(country="BR")
    ana = factories.make_user(teams=list(sdr.teams.all()), name="Ana")
    for handoff, by in ((three[0], sdr), (three[0], ana), (three[1], sdr)):
        skips.skip(handoff, by=by, reason="language", at=clock.now())
    since = clock.now() - timedelta(days=30)

    def seen(user: User, attribute: str) -> list[tuple[str, int, int]]:
        found = skips.groups(user, attribute, since=since)
        return [(group.label, group.skips, group.leads) for group in found]

    assert seen(manager, "country") == [("BR", 2, 1), ("", 1, 1)]
    assert seen(manager, "by") == [("Rui Rep", 2, 2), ("Ana", 1, 1)]
    assert seen(manager, "reason") == [("Not my language or region", 3, 2)]
    behind = skips.behind(manager, "country", "BR", since=since)
    assert {skip.by for skip in behind} == {sdr, ana}
    assert [skip.handoff for skip in skips.behind(manager, "size", "", since=since)] != []
    stranger = factories.make_user(Role.MANAGER, teams=list(outsider.teams.all()))
    assert seen(stranger, "country") == []


def test_a_snoozed_lead_is_away_until_its_time(
    three: list[Handoff], sdr: User, move_clock: Move
) -> None:
    claims.take(three[2], by=sdr, at=clock.now())
    until = clock.now() + minutes(30)
    asleep = snoozing.snooze([three[2].pk], until=until, by=sdr, at=clock.now())
    assert (asleep.ids, asleep.due_sooner) == ([three[2].pk], [])
    assert names(sdr) == ["Ada", "Bob"]
    assert names(sdr, tab="mine") == []
    assert names(sdr, tab="snoozed") == ["Cleo"]
    assert queue.counts(sdr, Ask(), at=clock.now()).snoozed == 1
    move_clock(minutes(30))
    assert "Cleo" in names(sdr)


def test_nothing_sleeps_past_its_deadline(three: list[Handoff], sdr: User) -> None:
    ids = [handoff.pk for handoff in three]
    at = clock.now()
    asleep = snoozing.snooze(ids, until=at + minutes(55), by=sdr, at=at)
    assert (asleep.ids, asleep.due_sooner) == ([], ids)
    for until in (at, at - minutes(1), at + timedelta(days=365)):
        with pytest.raises(snoozing.NoTime):
            snoozing.snooze(ids, until=until, by=sdr, at=at)


def test_what_becomes_due_sooner_is_woken(three: list[Handoff], sdr: User) -> None:
    until = clock.now() + minutes(40)
    snoozing.snooze([three[2].pk], until=until, by=sdr, at=clock.now())
    assert "Cleo" not in names(sdr)
    Handoff.objects.filter(pk=three[2].pk).update(next_due_at=clock.now() + minutes(5))
    assert "Cleo" in names(sdr)


def test_an_ended_handoff_is_not_put_aside(three: list[Handoff], sdr: User) -> None:
    handoffs.close(three[2], state="recycled", at=clock.now())
    asleep = snoozing.snooze([three[2].pk], until=clock.now() + minutes(5), by=sdr, at=clock.now())
    assert (asleep.ids, asleep.due_sooner) == ([], [])
