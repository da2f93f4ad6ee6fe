"""Two leads become one while sales has either in hand, and two again."""

from datetime import timedelta

import pytest

from accounts.models import Team, User
from handoff import claims, touches
from handoff.models import Handoff
from leadhub import invariants, pipeline
from leads.identity import merging
from leads.models import Lead, Merge
from leads.stages import Stage
from qualification import dispositions, reopening
from qualification.closing import deals
from qualification.models import Enrolment
from tests import factories
from tests.qualification.closing.facts import accepted
from tests.qualification.facts import any_reason, claimed
from tests.qualification.nurturing.making import sequence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("live_model")]


def merge(survivor: Lead, loser: Lead) -> Merge:
    made = merging.merge(survivor, loser, by=None, at=factories.now())
    pipeline.drain()
    return made


def undo(made: Merge) -> None:
    merging.undo(made, by=None, at=factories.now())
    pipeline.drain()
    assert invariants.check() == []


def stands(lead: Lead) -> tuple[str, list[str], User | None]:
    """Its stage, the states of its handoffs, and its owner."""
    found = Lead.objects.select_related("owner").get(pk=lead.pk)
    states = found.handoffs.order_by("pk").values_list("state", flat=True)
    return found.stage, list(states), found.owner


def recycle(handoff: Handoff, *, by: User) -> None:
    at = factories.now()
    until = dispositions.first_day(at) + timedelta(days=40)
    dispositions.recycle(handoff, until=until, reason=any_reason(), by=by, at=at)
    pipeline.drain()


def test_who_calls_goes_on_calling_though_the_other_waited_longer(sdr: User) -> None:
    waiting, called = factories.make_mql(), claimed(sdr)
    merge(waiting.lead, called.lead)
    assert stands(waiting.lead) == (Stage.WORKING, ["merged", "claimed"], sdr)
    assert invariants.check() == []


def test_nobody_is_called_who_is_an_sql_by_now(sdr: User) -> None:
    sql = accepted(sdr)
    double = factories.make_mql()
    made = merge(double.lead, sql)
    assert stands(double.lead) == (Stage.SQL, ["accepted", "merged"], sdr)
    undo(made)
    assert stands(double.lead) == (Stage.MQL, ["queued"], None)
    assert stands(sql) == (Stage.SQL, ["accepted"], sdr)


def test_taken_back_what_sales_did_since_goes_with_the_lead_that_it_had(sdr: User) -> None:
    sql = accepted(sdr)
    stranger = factories.make_lead()
    made = merge(stranger, sql)
    deals.open_with(Lead.objects.get(pk=stranger.pk), by=sdr, at=factories.now())
    undo(made)
    assert stands(stranger) == (Stage.LEAD, [], None)
    assert stands(sql) == (Stage.OPPORTUNITY, ["accepted"], sdr)
    assert sql.opportunities.count() == 1


def test_so_does_whoever_claimed_it_since(sdr: User) -> None:
    waiting, stranger = factories.make_mql(), factories.make_lead()
    made = merge(stranger, waiting.lead)
    claims.take(Handoff.objects.get(), by=sdr, at=factories.now())
    pipeline.drain()
    assert stands(stranger)[2] == sdr
    undo(made)
    assert stands(stranger) == (Stage.LEAD, [], None)
    assert stands(waiting.lead) == (Stage.WORKING, ["claimed"], sdr)


def test_a_call_is_of_the_handoff_that_goes_on(team: Team, sdr: User) -> None:
    mine, younger = claimed(sdr), factories.make_mql()
    merge(mine.lead, younger.lead)
    touch = touches.log(mine.lead, kind="call", answer="reached", by=sdr, at=factories.now())
    assert touch.handoff == mine


def test_a_lead_can_be_reopened_though_a_double_of_it_was_handed_over_later(sdr: User) -> None:
    mine, younger = claimed(sdr), factories.make_mql()
    merge(mine.lead, younger.lead)
    at = factories.now()
    dispositions.disqualify(mine, reason=any_reason(), by=sdr, at=at)
    pipeline.drain()
    reopening.reopen(Handoff.objects.get(pk=mine.pk), reason="Called us.", by=sdr, at=at)
    pipeline.drain()
    assert stands(mine.lead)[0] == Stage.MQL


def test_a_nurtured_lead_whose_double_is_with_sales_is_written_to_no_more(sdr: User) -> None:
    sequence(audience="recycled")
    rests = claimed(sdr)
    recycle(rests, by=sdr)
    assert Enrolment.objects.get().ended_at is None
    merge(rests.lead, factories.make_mql().lead)
    assert Enrolment.objects.get().end == "crossed"
