"""What stands behind the bell."""

import random
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from handoff.models import Notification

# What is more is "99+".
COUNTED = 100
EVERY_S = 20


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


@dataclass(frozen=True)
class Bell:
    """`tag` changes whenever the bell looks different."""

    unread: int
    tag: str

    @property
    def seconds(self) -> int:
        """When the page asks again: not in step with the other pages that are open."""
        return random.randint(EVERY_S - 3, EVERY_S + 3)


def look(user: User) -> Bell:
    """What the bell shows; one short look into an index, however much there is."""
    notes = Notification.objects.filter(user=user, read_at=None)
    waiting = list(notes.values_list("pk", flat=True)[:COUNTED])
    return Bell(len(waiting), f"{len(waiting)}-{max(waiting, default=0)}")
