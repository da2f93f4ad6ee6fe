"""Taking a lead and giving it back."""

import pytest

from accounts.models import Role, Team, User
from handoff import claims, handoffs
from handoff.models import Handoff, Notification
from leadhub import pipeline
from leads.models import JournalEntry, Lead
from leads.stages import Stage
from tests import factories
from tests.handoff.moments import clock_of, earlier, minutes

pytestmark = pytest.mark.django_db


def test_whoever_claims_owns_lead_and_handoff(handoff: Handoff, sdr: User, team: Team) -> None:
    at = factories.now()
    claims.take(handoff, by=sdr, at=at)
    handoff.refresh_from_db()
    lead = Lead.objects.select_related("score").get()
    assert (handoff.state, handoff.owner, handoff.claimed_at) == ("claimed", sdr, at)
    assert (lead.owner, lead.team, lead.stage) == (sdr, team, Stage.WORKING)
    assert (lead.score.owner_id, lead.score.stage) == (sdr.pk, Stage.WORKING)
    entry = JournalEntry.objects.get(kind="handoff.claimed")
    assert (entry.actor, entry.data) == (sdr, {"handoff": handoff.pk})


def test_the_second_is_told_who_was_faster(handoff: Handoff, sdr: User, team: Team) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    with pytest.raises(claims.Taken) as taken:
        claims.take(handoff, by=factories.make_user(teams=[team]), at=factories.now())
    assert taken.value.owner == sdr


def test_claiming_twice_changes_nothing(handoff: Handoff, sdr: User) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    claims.take(handoff, by=sdr, at=factories.now())
    assert JournalEntry.objects.filter(kind="handoff.claimed").count() == 1


def test_an_ended_handoff_cannot_be_claimed(handoff: Handoff, sdr: User) -> None:
    handoffs.close(handoff, state="disqualified", at=factories.now())
    with pytest.raises(claims.Taken) as taken:
        claims.take(handoff, by=sdr, at=factories.now())
    assert taken.value.owner is None


def test_a_release_puts_the_lead_back_with_its_reason(handoff: Handoff, sdr: User) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    claims.release(handoff, by=sdr, at=factories.now(), reason="I am ill")
    handoff.refresh_from_db()
    lead = Lead.objects.get()
    assert (handoff.state, handoff.owner, lead.owner) == ("queued", None, None)
    assert lead.stage == Stage.MQL
    assert JournalEntry.objects.get(kind="handoff.released").data["reason"] == "I am ill"


def test_only_the_owner_gives_a_lead_back(handoff: Handoff, sdr: User, team: Team) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    with pytest.raises(claims.Taken) as taken:
        claims.release(handoff, by=factories.make_user(Role.MANAGER), at=factories.now())
    assert taken.value.owner == sdr
    with pytest.raises(claims.Taken):
        claims.release(factories.make_mql(), by=sdr, at=factories.now())


def test_a_manager_gives_a_lead_to_somebody_else_and_no_clock_starts_anew(
    handoff: Handoff, sdr: User, team: Team, manager: User
) -> None:
    claims.take(handoff, by=sdr, at=factories.now())
    earlier(handoff, minutes(20))
    before = clock_of(handoff, "first_touch").due_at
    ana = factories.make_user(teams=[team], name="Ana Ruiz")
    moved = claims.reassign([handoff], to=ana, by=manager, at=factories.now(), reason="Rui is ill")
    handoff.refresh_from_db()
    assert (moved.ids, moved.faster, handoff.owner, handoff.state) == (
        [handoff.pk],
        {},
        ana,
        "claimed",
    )
    assert Lead.objects.get().owner == ana
    assert (clock_of(handoff, "first_touch").due_at, clock_of(handoff).state) == (before, "met")
    # It was claimed before; the new owner did not stop that clock.
    assert clock_of(handoff).closed_by == sdr
    pipeline.drain()
    told = {note.user.name: note.text for note in Notification.objects.filter(kind="handed")}
    assert told == {
        "Rui Rep": "Maya Alvarez was given to Ana Ruiz. Rui is ill",
        "Ana Ruiz": "Maya Alvarez is yours now. Rui is ill",
    }


def test_a_lead_of_the_queue_goes_to_a_rep_of_another_team(
    handoff: Handoff, outsider: User, manager: User
) -> None:
    claims.reassign([handoff], to=outsider, by=manager, at=factories.now(), reason="speaks German")
    lead = Lead.objects.get()
    handoff.refresh_from_db()
    south = outsider.teams.get()
    assert (handoff.owner, handoff.team, lead.team, lead.stage) == (
        outsider, south, south, Stage.WORKING,
    )  # fmt: skip
    assert clock_of(handoff).state == "met"


def test_what_somebody_took_meanwhile_is_not_given_away(
    handoff: Handoff, sdr: User, team: Team, manager: User
) -> None:
    seen, ended = Handoff.objects.get(), factories.make_mql()
    claims.take(handoff, by=sdr, at=factories.now())
    handoffs.close(ended, state="disqualified", at=factories.now())
    ana = factories.make_user(teams=[team])
    moved = claims.reassign([seen, ended], to=ana, by=manager, at=factories.now(), reason="")
    assert (moved.ids, moved.faster) == ([], {seen.pk: sdr, ended.pk: None})


def test_nobody_who_works_no_leads_is_given_one(
    handoff: Handoff, sdr: User, marketer: User, manager: User
) -> None:
    sdr.is_active = False
    for nobody in (marketer, sdr):
        with pytest.raises(claims.CannotHold):
            claims.reassign([handoff], to=nobody, by=manager, at=factories.now(), reason="")


def test_many_are_taken_back_at_once_and_what_lies_in_the_queue_stays(
    handoff: Handoff, sdr: User, manager: User
) -> None:
    others = factories.make_mqls(*[{}] * 3)
    for one in others[:2]:
        claims.take(one, by=sdr, at=factories.now())
    ids = [h.pk for h in [handoff, *others]]
    moved = claims.take_back(ids, by=manager, at=factories.now(), reason="holiday")
    assert (moved.ids, moved.faster) == (
        [h.pk for h in others[:2]], {handoff.pk: None, others[2].pk: None},
    )  # fmt: skip
    assert set(Handoff.objects.values_list("state", "owner")) == {("queued", None)}
    assert clock_of(others[0], cycle=2).state == "running"
    assert set(Lead.objects.values_list("stage", "owner")) == {(Stage.MQL, None)}
