"""A draft as a proposal: approved by a second person, on its day, in slices; and what it did afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Team, User
from handoff.models import Handoff, Notification
from leadhub import pipeline, tasks
from leads import crossings
from leads.models import Crossing, Lead, ScoreHistory
from scoring.definition.reading import DefinitionError
from scoring.models import ModelVersion
from scoring.publishing import changelog, drafts, proposals, slices, versions
from tests import factories
from tests.scoring.proposing import need_approval, propose, work

pytestmark = pytest.mark.django_db


def test_without_approval_a_proposal_is_live_at_once_with_what_was_expected(
    draft: ModelVersion, marketer: User
) -> None:
    for title in ("CTO", "CFO", ""):
        factories.make_lead(title=title)
    work()
    made = propose(draft, marketer)
    assert (made.state, made.proposed_by, made.published_by) == ("live", marketer, marketer)
    assert made.expectation == "More MQLs of those who decide"
    assert (made.expected["leads"], made.expected["crossing"]) == (3, 2)
    assert made.expected["bands"] == {"mql": 2, "cold": 1} and made.expected["now"] == {"cold": 3}
    assert made.expected["mqls_a_day"] == round(2 / 30, 2)


@pytest.mark.parametrize(
    ("over", "field"), [({"reason": " "}, "reason"), ({"expectation": ""}, "expectation")]
)
def test_reason_and_expectation_are_asked_for(
    draft: ModelVersion, marketer: User, over: dict[str, str], field: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        propose(draft, marketer, **over)
    assert list(refused.value.problems) == [field]


def test_a_second_person_approves_and_the_proposer_cannot(
    draft: ModelVersion, marketer: User, manager: User
) -> None:
    need_approval(draft)
    made = propose(draft, marketer)
    assert made.state == "proposed"
    with pytest.raises(proposals.OwnProposal):
        proposals.approve(made, by=marketer, at=factories.now())
    assert proposals.approve(made, by=manager, at=factories.now()).state == "live"
    assert made.approved_by == manager
    with pytest.raises(versions.DraftChanged):
        proposals.approve(made, by=manager, at=factories.now())


def test_it_is_sent_back_with_a_comment_and_proposed_again(
    draft: ModelVersion, marketer: User, manager: User
) -> None:
    need_approval(draft)
    propose(draft, marketer)
    with pytest.raises(DefinitionError):
        proposals.send_back(draft, comment=" ", by=manager, at=factories.now())
    back = proposals.send_back(draft, comment="40 is enough", by=manager, at=factories.now())
    assert (back.state, back.comment, back.proposed_by) == ("draft", "40 is enough", None)
    again = drafts.edit(draft.model, drafts.points("title", 40), by=marketer, at=factories.now())
    assert again.pk == draft.pk
    assert propose(again, marketer).state == "proposed"


def test_one_proposal_at_a_time_and_one_draft(
    draft: ModelVersion, marketer: User, manager: User
) -> None:
    need_approval(draft)
    propose(draft, marketer)
    other = drafts.edit(draft.model, drafts.points("page", 9), by=marketer, at=factories.now())
    with pytest.raises(proposals.AnotherProposal):
        propose(other, marketer)
    with pytest.raises(proposals.AnotherDraft):
        proposals.send_back(draft, comment="no", by=manager, at=factories.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelVersion.objects.filter(pk=other.pk).update(state="proposed")


def test_it_goes_live_on_its_day_once(
    live: ModelVersion, draft: ModelVersion, marketer: User, move_clock: Callable[[timedelta], None]
) -> None:
    made = propose(draft, marketer, goes_live_at=factories.now() + timedelta(hours=2))
    assert made.state == "scheduled"
    work()
    live.refresh_from_db()
    assert live.state == "live"
    move_clock(timedelta(hours=3))
    tasks.pick_up_work()
    made.refresh_from_db()
    assert (made.state, made.published_by) == ("live", marketer)
    assert not proposals.publish_due(factories.now())
    assert made.runs.count() == 1


def test_a_moment_of_the_past_is_refused(draft: ModelVersion, marketer: User) -> None:
    with pytest.raises(DefinitionError):
        propose(draft, marketer, goes_live_at=factories.now() - timedelta(minutes=1))


@pytest.mark.parametrize(("notifies", "notes"), [(True, 1), (False, 0)])
def test_sales_is_told_only_where_the_proposer_wants_it(
    draft: ModelVersion, marketer: User, sdr: User, notifies: bool, notes: int
) -> None:
    factories.make_lead(title="CTO")
    work()
    propose(draft, marketer, opens_handoffs=True, notifies=notifies)
    work()
    assert Handoff.objects.count() == 1
    assert Notification.objects.filter(kind="opened").count() == notes


def test_handoffs_are_opened_in_slices_the_highest_first(
    draft: ModelVersion, marketer: User, team: Team, move_clock: Callable[[timedelta], None]
) -> None:
    leads = [factories.make_lead(title="CTO") for _n in range(5)]
    for lead in leads[3:]:
        factories.make_event(lead)
    work()
    made = propose(draft, marketer, opens_handoffs=True, slice_size=2)
    work()
    assert Crossing.objects.count() == 5
    assert set(Handoff.objects.values_list("lead", flat=True)) == {leads[3].pk, leads[4].pk}
    work()
    assert (Handoff.objects.count(), slices.waiting(made)) == (2, 3)
    for expected in (4, 5, 5):
        move_clock(timedelta(days=1))
        work()
        assert Handoff.objects.count() == expected


def test_after_thirty_days_what_came_is_held_against_what_was_expected(
    draft: ModelVersion, marketer: User, move_clock: Callable[[timedelta], None]
) -> None:
    factories.make_lead(title="CTO")
    factories.make_lead()
    work()
    made = propose(draft, marketer)
    work()
    assert changelog.measure_due(factories.now()) == 0
    move_clock(timedelta(days=10))
    factories.make_lead(title="CEO")
    work()
    move_clock(timedelta(days=20, minutes=1))
    assert changelog.measure_due(factories.now()) == 1
    assert changelog.measure_due(factories.now()) == 0
    made.refresh_from_db()
    found = changelog.account(made, at=factories.now())
    assert found is not None
    rows = {row.band.key: (row.now, row.expected, row.actual) for row in found.bands}
    assert rows == {"mql": (0, 1, 2), "cold": (2, 1, 1)}
    assert (found.mqls_expected, found.mqls_actual) == (0.03, 0.03)


def test_history_keeps_a_band_that_moved_without_the_total(
    live: ModelVersion, marketer: User
) -> None:
    factories.make_lead(title="CTO")
    work()
    lower = drafts.edit(
        live.model, drafts.bands({"mql": {"start": 20}}), by=marketer, at=factories.now()
    )
    propose(lower, marketer)
    work()
    assert list(ScoreHistory.objects.order_by("id").values_list("band", flat=True)) == [
        "cold",
        "mql",
    ]
    assert Lead.objects.get().stage == "mql"


def test_who_may_approve_is_told_and_then_who_proposed(
    draft: ModelVersion, marketer: User, manager: User, sdr: User
) -> None:
    need_approval(draft)
    propose(draft, marketer)
    pipeline.drain()
    assert [(n.user, n.kind) for n in Notification.objects.all()] == [(manager, "proposed")]
    client = Client()
    client.force_login(manager)
    told = client.get("/notifications/").content.decode()
    assert f"/scoring/proposals/{draft.number}/?model={draft.model_id}" in told
    proposals.send_back(draft, comment="Too bold", by=manager, at=factories.now())
    propose(draft, marketer)
    pipeline.drain()
    proposals.approve(draft, by=manager, at=factories.now())
    pipeline.drain()
    said = list(Notification.objects.order_by("id").values_list("user", "kind"))
    assert set(said[1:]) == {
        (marketer.pk, "sent_back"), (manager.pk, "proposed"), (marketer.pk, "approved"),
    }  # fmt: skip


def test_what_a_person_opens_later_is_told_although_the_publication_was_silent(
    draft: ModelVersion, marketer: User, sdr: User
) -> None:
    lead = factories.make_lead(title="CTO")
    work()
    propose(draft, marketer, notifies=False)
    work()
    held = crossings.held_of(lead)
    assert held is not None
    crossings.open_held([held.pk], at=factories.now(), by=marketer)
    work()
    assert [(n.user, n.kind) for n in Notification.objects.all()] == [(sdr, "opened")]
