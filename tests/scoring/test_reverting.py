"""Going back to a version: every score restored, nothing done twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Team, User
from handoff.models import Delivery, Handoff, Notification, SlaTimer
from leadhub import pipeline
from leads.models import Crossing, Event, Lead, LeadScore
from leads.stages import Stage
from scoring.definition.reading import DefinitionError
from scoring.models import ModelVersion
from scoring.publishing import drafts, proposals, versions
from tests import factories
from tests.scoring.models import act, fit, model
from tests.scoring.proposing import need_approval, propose, work

pytestmark = pytest.mark.django_db


def test_a_revert_ends_the_slices_and_publishing_again_goes_on(
    live: ModelVersion, draft: ModelVersion, marketer: User, team: Team,
    move_clock: Callable[[timedelta], None],
) -> None:  # fmt: skip
    for _n in range(3):
        factories.make_lead(title="CTO")
    work()
    made = propose(draft, marketer, opens_handoffs=True, slice_size=1)
    work()
    live.refresh_from_db()
    proposals.revert(live, reason="too many", by=marketer, at=factories.now())
    move_clock(timedelta(days=1))
    work()
    assert Handoff.objects.count() == 1
    again = drafts.edit(made.model, drafts.points("title", 60), by=marketer, at=factories.now())
    propose(again, marketer, opens_handoffs=True, slice_size=5)
    work()
    assert (Handoff.objects.count(), Crossing.objects.count()) == (3, 3)


def stand() -> list[Any]:
    columns = ("lead", "fit", "engagement", "account", "negative", "total", "band", "flag")
    return list(LeadScore.objects.order_by("lead").values_list(*columns))


def done() -> dict[str, int]:
    tables = (Crossing, Handoff, Notification, Delivery, SlaTimer)
    return {table.__name__: table.objects.count() for table in tables}


def test_publish_revert_publish_restores_every_score_and_does_nothing_twice(
    live: ModelVersion, draft: ModelVersion, marketer: User, sdr: User, manager: User
) -> None:
    for n in range(6):
        lead = factories.make_lead(title="CTO" if n % 2 else "")
        for _n in range(n):
            factories.make_event(lead)
    work()
    before = stand()
    first = propose(draft, marketer, opens_handoffs=True)
    work()
    after, deeds = stand(), done()
    assert deeds["Handoff"] == 3 and deeds["SlaTimer"] == 6 and before != after
    live.refresh_from_db()
    back = proposals.revert(live, reason="too many", by=marketer, at=factories.now())
    work()
    assert stand() == before and done() == deeds
    assert (back.state, back.reverts_to, back.digest) == ("live", live, live.digest)
    first.refresh_from_db()
    forth = proposals.revert(first, reason="no, right", by=marketer, at=factories.now())
    work()
    assert stand() == after and done() == deeds
    proposals.revert(back_of(back), reason="x", by=marketer, at=factories.now())
    again = drafts.edit(forth.model, drafts.points("title", 60), by=marketer, at=factories.now())
    propose(again, marketer, opens_handoffs=True)
    work()
    assert stand() == after and done() == deeds


def back_of(version: ModelVersion) -> ModelVersion:
    version.refresh_from_db()
    return version


def test_who_stood_in_a_band_that_holds_on_stands_there_again_after_a_revert(
    marketer: User,
) -> None:
    shape = model(fit("title", 30), act("page", 30, at_least=2, each=False), line=50)
    shape["bands"][1]["leave"] = 25
    live = factories.publish_model(shape)
    lead = factories.make_lead(title="CTO")
    factories.make_event(lead)
    factories.make_event(lead)
    work()
    assert LeadScore.objects.get().band == "mql"
    Event.objects.filter(pk=Event.objects.latest("id").pk).update(trust=4)
    pipeline.engine.rescore([lead.pk], at=factories.now(), cause="activity")
    assert (LeadScore.objects.get().total, LeadScore.objects.get().band) == (30, "mql")
    draft = drafts.edit(live.model, drafts.points("title", 10), by=marketer, at=factories.now())
    propose(draft, marketer)
    work()
    assert LeadScore.objects.get().band == "cold"
    live.refresh_from_db()
    proposals.revert(live, reason="x", by=marketer, at=factories.now())
    work()
    assert (LeadScore.objects.get().total, LeadScore.objects.get().band) == (30, "mql")


def test_only_what_was_live_before_is_gone_back_to_and_with_a_reason(
    live: ModelVersion, draft: ModelVersion, marketer: User
) -> None:
    for version in (live, draft):
        with pytest.raises(versions.DraftChanged):
            proposals.revert(version, reason="x", by=marketer, at=factories.now())
    with pytest.raises(DefinitionError):
        proposals.revert(live, reason=" ", by=marketer, at=factories.now())


def test_who_was_lost_is_no_mql_again_because_the_rules_went_there_and_back(
    live: ModelVersion, draft: ModelVersion, marketer: User
) -> None:
    lead = factories.make_lead(title="CTO")
    factories.make_event(lead)
    propose(draft, marketer)
    work()
    for table in (Lead.objects.filter(pk=lead.pk), LeadScore.objects.filter(lead=lead)):
        table.update(stage=Stage.LOST)
    live.refresh_from_db()
    proposals.revert(live, reason="x", by=marketer, at=factories.now())
    work()
    assert LeadScore.objects.get().armed
    draft.refresh_from_db()
    proposals.revert(draft, reason="x", by=marketer, at=factories.now())
    work()
    assert (LeadScore.objects.get().stage, Crossing.objects.count()) == ("lost", 1)


def test_going_back_needs_a_second_person_where_one_approves(
    live: ModelVersion, draft: ModelVersion, marketer: User, manager: User
) -> None:
    propose(draft, marketer)
    work()
    need_approval(live)
    live.refresh_from_db()
    made = proposals.revert(live, reason="too many", by=marketer, at=factories.now())
    assert (made.state, made.reverts_to, made.expected["crossing"]) == ("proposed", live, 0)
    with pytest.raises(proposals.AnotherProposal):
        proposals.revert(live, reason="x", by=manager, at=factories.now())
    with pytest.raises(proposals.OwnProposal):
        proposals.approve(made, by=marketer, at=factories.now())
    proposals.approve(made, by=manager, at=factories.now())
    assert (made.state, made.digest) == ("live", live.digest)


def test_a_way_back_that_is_sent_back_is_a_draft_like_any(
    live: ModelVersion, draft: ModelVersion, marketer: User, manager: User
) -> None:
    propose(draft, marketer)
    need_approval(live)
    live.refresh_from_db()
    made = proposals.revert(live, reason="too many", by=marketer, at=factories.now())
    proposals.send_back(made, comment="no", by=manager, at=factories.now())
    assert (made.state, made.reverts_to) == ("draft", None)
