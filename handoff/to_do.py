"""Tasks of a handoff: “Call within 24 hours”, made by rules when it opens, or by hand. They stand in its row of the
queue, and their due dates move it up like a promise does."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from handoff import business_time
from handoff.business_time import WorkWeek
from handoff.handoffs import hold_all
from handoff.models import CalendarVersion, Handoff, Task, TaskRule
from handoff.models.handoffs import OPEN_STATES

MOST_OPEN = 20
LONGEST = timedelta(days=366)


class TooMany(Exception):
    """Nobody does so many things for one lead."""


class TooLate(Exception):
    """The handoff has ended, or the time is over already."""


def make_by_rules(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """The tasks that the rules want for these handoffs; repeating it makes none twice."""
    rules = list(TaskRule.objects.filter(is_on=True))
    found = Handoff.objects.filter(pk__in=handoff_ids, state__in=OPEN_STATES)
    handoffs = list(found.select_related("lead").order_by("pk")) if rules else []
    weeks = _weeks({handoff.team_id for handoff in handoffs})
    made = [
        Task(
            handoff=handoff, rule=rule, text=rule.text, kind=rule.kind, made_at=at,
            due_at=_due(rule, weeks.get(handoff.team_id), at),
        )
        for handoff in handoffs
        for rule in rules
        if _fits(rule, handoff)
    ]  # fmt: skip
    Task.objects.bulk_create(made, ignore_conflicts=True)
    refresh_due([task.handoff_id for task in made])


def _weeks(team_ids: Collection[int | None]) -> dict[int | None, WorkWeek]:
    """The working hours of those teams that have any."""
    found = CalendarVersion.objects.filter(calendar__team__in=[pk for pk in team_ids if pk])
    newest = found.order_by("calendar_id", "-number").distinct("calendar_id")
    return {
        v.calendar.team_id: WorkWeek.from_json(v.week) for v in newest.select_related("calendar")
    }


def _due(rule: TaskRule, week: WorkWeek | None, at: datetime) -> datetime:
    if week is None or rule.clock == TaskRule.Clock.CALENDAR:
        return at + timedelta(hours=rule.hours)
    return business_time.add(week, at, 3600 * rule.hours)


def _fits(rule: TaskRule, handoff: Handoff) -> bool:
    return (
        rule.team_id in (None, handoff.team_id)
        and rule.band in ("", handoff.band)
        and rule.source in ("", handoff.lead.source)
    )


def flaw_of(due_at: datetime, *, at: datetime) -> str:
    """Why a task cannot be due then; empty where it can."""
    if due_at <= at:
        return _("That is over already.")
    return _("That is more than a year away.") if due_at > at + LONGEST else ""


def add(
    handoff: Handoff, *, text: str, due_at: datetime, by: User, at: datetime, kind: str = ""
) -> Task:
    """A task by hand. Raises TooLate and TooMany."""
    with transaction.atomic():
        hold_all([handoff.pk])
        handoff.refresh_from_db(fields=["state"])
        if not handoff.is_open or due_at <= at:
            raise TooLate
        if Task.objects.filter(handoff=handoff, done_at=None).count() >= MOST_OPEN:
            raise TooMany
        task = Task.objects.create(
            handoff=handoff, text=text, kind=kind, by=by, made_at=at, due_at=due_at
        )
        refresh_due([handoff.pk])
    return task


def open_of(handoff: Handoff) -> list[Task]:
    """What is still to be done, the earliest first."""
    return list(Task.objects.filter(handoff=handoff, done_at=None).order_by("due_at", "pk"))


def finish(task: Task, *, by: User, at: datetime) -> bool:
    """Done, once; says whether it was this time."""
    with transaction.atomic():
        hold_all([task.handoff_id])
        done = Task.objects.filter(pk=task.pk, done_at=None).update(done_at=at, done_by=by)
        refresh_due([task.handoff_id])
    return bool(done)


def done_by_touch(handoff_id: int, kind: str, *, by: User | None, at: datetime) -> None:
    """A touch does the open tasks of its kind that stood by then. The caller holds the lead."""
    open_ones = Task.objects.filter(handoff=handoff_id, kind=kind, done_at=None, made_at__lte=at)
    if open_ones.update(done_at=at, done_by=by):
        refresh_due([handoff_id])


def refresh_due(handoff_ids: Collection[int]) -> None:
    """Keeps the deadline by which the queue is ordered: of the earliest open task."""
    if not handoff_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE handoff_handoff h SET task_due_at = (
                   SELECT min(t.due_at) FROM handoff_task t WHERE t.handoff_id = h.id AND t.done_at IS NULL)
                WHERE h.id = ANY(%s)""",
            [list(handoff_ids)],
        )
