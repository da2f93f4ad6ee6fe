"""The meetings: the data each month, the model each quarter. When one is held, the next is due by itself."""

from calendar import monthrange
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from qualification.models import Review

MONTHS: dict[str, int] = {Review.Kind.DATA: 1, Review.Kind.MODEL: 3}


class AlreadyHeld(Exception):
    """Somebody else wrote the minutes meanwhile."""


def ahead() -> QuerySet[Review]:
    """The next review of each kind, late ones included."""
    return Review.objects.filter(held_at=None).select_related("owner")


def overdue(today: date) -> QuerySet[Review]:
    return ahead().filter(due_on__lt=today)


def held() -> QuerySet[Review]:
    """The newest first."""
    past = Review.objects.exclude(held_at=None).select_related("owner", "held_by")
    return past.order_by("-held_at", "-id")


def plan(kind: str, *, owner: User, due_on: date) -> Review:
    """Says who calls the next review of a kind, and until when."""
    planned = {"owner": owner, "due_on": due_on}
    return Review.objects.update_or_create(kind=kind, held_at=None, defaults=planned)[0]


def hold(review: Review, *, minutes: str, by: User, at: datetime, today: date) -> Review:
    """Keeps the minutes and plans the next one, which it returns. Raises AlreadyHeld.

    The next is due a month or a quarter after the day this one was due, or after today if that is past."""
    with transaction.atomic():
        won = Review.objects.filter(pk=review.pk, held_at=None).update(
            held_at=at, held_by=by, minutes=minutes
        )
        if not won:
            raise AlreadyHeld
        due = _later(review.due_on, MONTHS[review.kind])
        if due <= today:
            due = _later(today, MONTHS[review.kind])
        return plan(review.kind, owner=review.owner, due_on=due)


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
