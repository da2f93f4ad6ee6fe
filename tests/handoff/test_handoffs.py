"""A crossing becomes one handoff, by the first rule that holds, with the reason in words."""

import pytest
from django.db import IntegrityError, transaction

from accounts import clock
from accounts.models import Team, User
from handoff import handoffs, timers
from handoff.models import Handoff, SlaTimer
from leadhub import pipeline
from leads import crossings
from leads.models import Crossing, JournalEntry, Lead
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db


def crossed(*, opens: bool = True) -> Crossing:
    """A lead that crossed, before the pipeline looked at it."""
    lead = factories.make_lead(title="Chief Operating Officer")
    factories.make_event(lead, "demo_request")
    pipeline.engine.rescore([lead.pk], at=clock.now(), cause="activity", opens_handoffs=opens)
    return Crossing.objects.get(lead=lead)


def test_without_any_team_a_lead_still_does_not_vanish(live_model: ModelVersion) -> None:
    handoff = factories.make_mql()
    assert (handoff.team, handoff.routed_by) == (None, "No rule held; and there is no team yet")
    assert handoff.is_fallback


def test_opening_twice_opens_one(live_model: ModelVersion, team: Team) -> None:
    crossing = crossed()
    assert len(handoffs.open_for([crossing.pk], at=clock.now())) == 1
    assert handoffs.open_for([crossing.pk], at=clock.now()) == []
    assert SlaTimer.objects.count() == 2
    assert JournalEntry.objects.filter(kind="handoff.opened").count() == 1


def test_a_lead_has_one_open_handoff(handoff: Handoff) -> None:
    second = Crossing.objects.get()
    second.pk, second.number = None, 2
    second.save()
    assert handoffs.open_for([second.pk], at=clock.now()) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Handoff.objects.create(
            crossing=second, lead=handoff.lead, band="mql", opened_at=clock.now()
        )


def test_a_handoff_ends_once(handoff: Handoff) -> None:
    handoffs.close(handoff, state="accepted", at=clock.now())
    with pytest.raises(handoffs.NotOpen):
        handoffs.close(handoff, state="recycled", at=clock.now())


def test_the_lead_goes_to_the_team(handoff: Handoff, team: Team) -> None:
    lead = Lead.objects.select_related("score").get()
    assert (lead.team, lead.score.team_id) == (team, team.pk)
    assert list(lead.handed_to.all()) == [team]


def test_a_held_crossing_opens_when_a_person_asks(
    live_model: ModelVersion, team: Team, marketer: User
) -> None:
    crossing = crossed(opens=False)
    pipeline.drain()
    assert not Handoff.objects.exists()
    assert crossings.held_of(crossing.lead) == crossing
    assert crossings.open_held([crossing.pk], at=clock.now(), by=marketer) == 1
    assert handoffs.waiting(crossing.lead)
    pipeline.drain()
    assert Handoff.objects.get().crossing == crossing
    assert not handoffs.waiting(crossing.lead)
    assert crossings.open_held([crossing.pk], at=clock.now(), by=marketer) == 0


def test_a_set_opens_with_few_queries(
    live_model: ModelVersion, team: Team, django_assert_max_num_queries: object
) -> None:
    few, many = [crossed().pk for _n in range(2)], [crossed().pk for _n in range(12)]
    with django_assert_max_num_queries(26) as first:  # type: ignore[operator]
        handoffs.open_for(few, at=clock.now())
    with django_assert_max_num_queries(len(first.captured_queries)):  # type: ignore[operator]
        handoffs.open_for(many, at=clock.now())
    assert timers.ring() == 0
