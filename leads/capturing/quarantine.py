"""Submissions that a program seems to have sent: kept as they came, until a person releases or leaves them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from leads import fields
from leads.capturing import capture
from leads.capturing.capture import Visit
from leads.models import FormSubmission

State = FormSubmission.State
PAGE = 50
# More than this nobody counts.
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Page:
    """`after` is the cursor of the next page, empty at the end."""

    rows: Sequence[FormSubmission]
    after: str


def count() -> int:
    """How many wait, up to MOST_COUNTED."""
    return _of(State.SUSPECTED)[:MOST_COUNTED].count()


def _of(state: str) -> QuerySet[FormSubmission]:
    return FormSubmission.objects.filter(state=state)


def page(state: str, *, after: str = "") -> Page:
    """Submissions of a state with their forms, newest first; a cursor that means nothing leads to the first page."""
    rows = _of(state).select_related("form").order_by("-at", "-id")
    if mark := _mark(after):
        at, number = mark
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=number))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], f"{last.at.isoformat()}~{last.pk}" if last else "")


def _mark(cursor: str) -> tuple[datetime, uuid.UUID] | None:
    at, _sign, number = cursor.partition("~")
    try:
        mark = datetime.fromisoformat(at), uuid.UUID(number)
    except ValueError:
        return None
    return mark if mark[0].tzinfo else None


def release(ids: Collection[uuid.UUID], *, by: User, at: datetime) -> int:
    """Makes leads of submissions that wait or were left out, as of when they were sent; says how many."""
    known = fields.catalogue()
    with transaction.atomic():
        held = list(_held(ids, State.SUSPECTED, State.LEFT).select_related("form"))
        for row in held:
            # A field that was removed since is nothing a lead has.
            values = {key: value for key, value in row.answers.items() if key in known}
            visit = Visit(**row.came)
            lead_id = capture.take(row.form, values, visit, said_at=row.at, at=at)
            _of(row.state).filter(pk=row.pk).update(
                state=State.TAKEN, lead=lead_id, decided_by=by, decided_at=at
            )
    return len(held)


def leave(ids: Collection[uuid.UUID], *, by: User, at: datetime) -> int:
    """Sets submissions aside as spam. They are kept, and can still be released. Says how many."""
    with transaction.atomic():
        held = [row.pk for row in _held(ids, State.SUSPECTED)]
        rows = FormSubmission.objects.filter(pk__in=held)
        return rows.update(state=State.LEFT, decided_by=by, decided_at=at)


def leave_all(*, until: datetime, by: User, at: datetime) -> int:
    """Sets aside all that came `until` a moment: what came since somebody looked still waits. Says how many."""
    rows = _of(State.SUSPECTED).filter(at__lte=until)
    return rows.update(state=State.LEFT, decided_by=by, decided_at=at)


def _held(ids: Collection[uuid.UUID], *states: str) -> QuerySet[FormSubmission]:
    rows = FormSubmission.objects.select_for_update(of=("self",)).filter(pk__in=list(ids))
    # Of what the rules of retention have emptied nobody can be made.
    return rows.filter(state__in=states).exclude(answers={}).order_by("at", "id")
