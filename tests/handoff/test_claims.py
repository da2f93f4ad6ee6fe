"""Taking a lead and giving it back."""

import pytest

from accounts.models import Role, Team, User
from handoff import claims, handoffs
from handoff.models import Handoff
from leads.models import JournalEntry, Lead
from leads.stages import Stage
from tests import factories

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
