"""How a handoff ends: once, by who may, and not before it can."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role, Team, User
from handoff.handoffs import NotOpen
from handoff.models import SlaTimer
from leads.models import JournalEntry, Lead, LeadScore, Outcome
from leads.stages import Stage
from qualification import access, dispositions, recycling
from qualification.dispositions import NotReady
from qualification.models import Disposition, DispositionReason, Scorecard
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import ELEMENTS, answer, answer_all, any_reason, claimed, colleague

pytestmark = pytest.mark.django_db


def test_accepting_waits_until_every_point_was_asked(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    for element in ELEMENTS[:3]:
        answer(handoff, element, by=sdr, level=3)
    with pytest.raises(NotReady, match="Not asked yet: Timeline"):
        dispositions.accept(handoff, by=sdr, at=factories.now())
    assert not Disposition.objects.exists()
    answer(handoff, "timeline", by=sdr, level=0, asked_in_vain=True)
    dispositions.accept(handoff, by=sdr, at=factories.now())
    assert Lead.objects.get().stage == Stage.SQL
    assert Scorecard.objects.get().completed_at is not None
    assert Outcome.objects.get().crossing_id == handoff.crossing_id


def test_a_decision_leaves_one_trace_of_everything(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    reason = DispositionReason.objects.get(key="no_need")
    at = factories.now()
    dispositions.disqualify(handoff, reason=reason, by=sdr, at=at, note=" They rent. ")
    decided = Disposition.objects.get()
    assert (decided.reason, decided.note, decided.by) == (reason, "They rent.", sdr)
    assert Outcome.objects.get().reason == "no_need"
    entry = JournalEntry.objects.get(kind="handoff.disposed")
    assert (entry.data["result"], entry.data["reason"]) == ("disqualified", "no_need")
    assert JournalEntry.objects.filter(kind="lead.moved", data__to="disqualified").count() == 1
    assert set(SlaTimer.objects.values_list("state", flat=True)) == {"met", "cancelled"}


def test_a_no_needs_a_reason_in_use(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    old = DispositionReason.objects.get(key="no_need")
    DispositionReason.objects.filter(pk=old.pk).update(is_active=False)
    old.refresh_from_db()
    for reason in (None, old):
        with pytest.raises(NotReady, match="Choose a reason"):
            dispositions.disqualify(handoff, reason=reason, by=sdr, at=factories.now())


def test_a_lead_rests_until_a_day_to_come(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    today = factories.now().date()
    for day in (None, today, today - timedelta(days=1), today + timedelta(days=800)):
        with pytest.raises(NotReady):
            dispositions.recycle(
                handoff, until=day, reason=any_reason(), by=sdr, at=factories.now()
            )
    dispositions.recycle(
        handoff, until=today + timedelta(days=30), reason=any_reason(), by=sdr, at=factories.now()
    )
    score = LeadScore.objects.get()
    assert (score.armed, score.stage) == (False, Stage.RECYCLED)
    assert score.armed_from is not None
    assert score.armed_from.date() == today + timedelta(days=30)


def test_only_who_holds_it_or_leads_the_team_decides(
    live_model: ModelVersion, team: Team, sdr: User, manager: User
) -> None:
    handoff = claimed(sdr)
    stranger = factories.make_user(Role.MANAGER, teams=[factories.make_team()])
    for other in (colleague(team), stranger):
        with pytest.raises(access.NotYours):
            answer(handoff, "need", by=other)
        with pytest.raises(access.NotYours):
            dispositions.recycle(
                handoff,
                until=dispositions.first_day(factories.now()),
                reason=any_reason(),
                by=other,
                at=factories.now(),
            )
    answer_all(handoff, by=manager)
    dispositions.accept(handoff, by=factories.make_user(Role.ADMINISTRATOR), at=factories.now())


def test_an_unclaimed_lead_is_claimed_before_it_is_worked(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = factories.make_mql()
    with pytest.raises(access.NotYours) as refused:
        answer(handoff, "need", by=sdr)
    assert refused.value.owner is None


def test_what_is_decided_stays_decided(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    dispositions.recycle(
        handoff,
        until=dispositions.first_day(factories.now()),
        reason=any_reason(),
        by=sdr,
        at=factories.now(),
    )
    with pytest.raises(NotOpen):
        dispositions.accept(handoff, by=sdr, at=factories.now())
    with pytest.raises(NotOpen):
        answer(handoff, "need", by=sdr)
    assert Disposition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_wins() -> None:
    factories.publish_model()
    team = factories.make_team()
    rep = factories.make_user("sdr", teams=[team])
    chiefs = [factories.make_user(Role.MANAGER, teams=[team]) for _ in range(3)]
    handoff = claimed(rep)
    answer_all(handoff, by=rep)
    start, results = threading.Barrier(4), []

    def accept(by: User) -> None:
        start.wait()
        try:
            dispositions.accept(handoff, by=by, at=factories.now())
            results.append("won")
        except NotOpen:
            results.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[who]) for who in (rep, *chiefs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["late", "late", "late", "won"]
    assert (Disposition.objects.count(), Outcome.objects.count()) == (1, 1)


@given(st.dates(max_value=date(9990, 1, 1)), st.integers(min_value=0, max_value=36))
def test_months_are_counted_by_the_calendar(day: date, months: int) -> None:
    later = recycling.in_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
