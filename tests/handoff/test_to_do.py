"""Tasks: made by rules or by hand, due like a promise, done by a tap or by the deed itself."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import clock
from accounts.models import Team, User
from handoff import claims, handoffs, queue, to_do, touches
from handoff.models import Calendar, CalendarVersion, Handoff, Task, TaskRule
from handoff.queue import Ask
from leadhub import pipeline
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import minutes, seconds_between

pytestmark = pytest.mark.django_db


def call_rule(**over: object) -> TaskRule:
    return TaskRule.objects.create(**{"text": "Call within 24 hours", "kind": "call", **over})


def test_a_rule_makes_its_task_once_and_it_stands_in_the_row(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    rule = call_rule()
    handoff = factories.make_mql()
    to_do.make_by_rules([handoff.pk], at=clock.now())
    task = Task.objects.get()
    assert (task.rule, task.handoff, task.text) == (rule, handoff, "Call within 24 hours")
    assert seconds_between(task.made_at, task.due_at) == 24 * 3600
    lines, _more = queue.page(sdr, Ask(), at=clock.now())
    assert lines[0].task == task


def test_rules_fit_by_team_band_and_source(live_model: ModelVersion, team: Team) -> None:
    elsewhere = factories.make_team("South")
    for over in ({"team": elsewhere}, {"band": "cold"}, {"source": "Fair"}, {"is_on": False}):
        call_rule(**over)
    assert not factories.make_mql().tasks.exists()
    call_rule(team=team, source="Test")
    assert factories.make_mql().tasks.count() == 1


def test_hours_of_a_rule_may_be_those_of_the_team(handoff: Handoff, team: Team) -> None:
    weekly = {str(day): [["09:00", "17:00"]] for day in range(5)}
    week = {"zone": "UTC", "weekly": weekly, "holidays": [], "overrides": {}}
    calendar = Calendar.objects.get(team=team)
    friday = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    CalendarVersion.objects.create(calendar=calendar, number=2, week=week, created_at=friday)
    call_rule(hours=3, clock="business")
    to_do.make_by_rules([handoff.pk], at=friday)
    assert Task.objects.get().due_at == datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


def test_the_deed_does_the_task_and_another_deed_does_not(handoff: Handoff, sdr: User) -> None:
    call_rule()
    to_do.make_by_rules([handoff.pk], at=handoff.opened_at)
    touches.log(handoff.lead, kind="email", by=sdr, at=clock.now())
    assert Task.objects.get().done_at is None
    touches.log(handoff.lead, kind="call", by=sdr, at=clock.now(), answer="no_answer")
    handoff.refresh_from_db()
    assert (Task.objects.get().done_by, handoff.task_due_at) == (sdr, None)


def test_a_task_orders_the_list_like_a_deadline(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    first, second = factories.make_mql(first_name="Ada"), factories.make_mql(first_name="Bob")
    for handoff in (first, second):
        claims.take(handoff, by=sdr, at=clock.now())
        touches.log(handoff.lead, kind="call", by=sdr, at=clock.now())
    due = clock.now() + minutes(10)
    task = to_do.add(first, text="Send the deck", due_at=due, by=sdr, at=clock.now())
    lines, _more = queue.page(sdr, Ask(), at=clock.now())
    assert [line.handoff for line in lines] == [first, second]
    assert to_do.finish(task, by=sdr, at=clock.now()) is True
    assert to_do.finish(task, by=sdr, at=clock.now()) is False
    first.refresh_from_db()
    assert first.act_by == first.next_due_at


def test_a_task_by_hand_needs_an_open_lead_and_a_time_to_come(handoff: Handoff, sdr: User) -> None:
    at = clock.now()
    with pytest.raises(to_do.TooLate):
        to_do.add(handoff, text="x", due_at=at, by=sdr, at=at)
    for _n in range(to_do.MOST_OPEN):
        to_do.add(handoff, text="x", due_at=at + timedelta(hours=1), by=sdr, at=at)
    with pytest.raises(to_do.TooMany):
        to_do.add(handoff, text="x", due_at=at + timedelta(hours=1), by=sdr, at=at)
    handoffs.close(handoff, state="recycled", at=at)
    with pytest.raises(to_do.TooLate):
        to_do.add(handoff, text="x", due_at=at + timedelta(hours=1), by=sdr, at=at)


def test_a_rule_that_is_gone_leaves_its_tasks(handoff: Handoff) -> None:
    rule = call_rule()
    to_do.make_by_rules([handoff.pk], at=clock.now())
    rule.delete()
    pipeline.drain()
    assert Task.objects.get().rule is None
