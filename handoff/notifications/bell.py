"""What stands behind the bell."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from handoff.models import Notification

# What is more is "99+".
COUNTED = 100


def page(
    user: User, *, before: int | None = None, size: int = 50
) -> tuple[list[Notification], bool]:
    """A person's notes, newest first, older than the note `before`; and whether there are more."""
    notes = Notification.objects.filter(user=user, in_app=True).select_related("lead")
    if before is not None:
        notes = notes.filter(pk__lt=before)
    found = list(notes.order_by("-id")[: size + 1])
    return found[:size], len(found) > size


def mark_read(user: User, *, at: datetime, upto: int | None = None) -> None:
    """Marks notes as read: all, or those not newer than the note `upto`."""
    notes = Notification.objects.filter(user=user, read_at=None)
    if upto is not None:
        notes = notes.filter(pk__lte=upto)
    notes.update(read_at=at)


def unread(user: User) -> int:
    """How many notes are unread, a hundred at most; one short look into an index."""
    return len(_waiting(user))


def tag(user: User) -> str:
    """Changes whenever the bell would look different."""
    waiting = _waiting(user)
    return f"{len(waiting)}-{max(waiting, default=0)}"


def _waiting(user: User) -> Sequence[int]:
    notes = Notification.objects.filter(user=user, read_at=None)
    return notes.values_list("pk", flat=True)[:COUNTED]
