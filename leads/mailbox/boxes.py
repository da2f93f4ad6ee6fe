"""Mailboxes as a person sets them up and looks at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts import secrets
from accounts.models import User
from leads.mailbox import imap
from leads.models import Mailbox, MailMessage

WRITABLE = ("name", "host", "port", "user", "folder", "source", "becomes", "is_on")
# How far back a new mailbox is read if somebody asks for it.
PAST = timedelta(days=30)
SHOWN = 50


@dataclass(frozen=True)
class Trial:
    """What a look into a mailbox found: how many messages lie there, or why it cannot be read."""

    messages: int = 0
    problem: str = ""


def save(
    mailbox: Mailbox | None,
    values: Mapping[str, Any],
    *,
    password: str,
    past: bool = False,
    by: User,
    at: datetime,
) -> Mailbox:
    """Writes the WRITABLE `values` on a mailbox, or makes a new one. An empty password keeps the present one.

    A new one, or one that reads another folder now, begins with the messages of today, or of the last 30
    days for `past`. It is read at once."""
    made = mailbox or Mailbox(created_by=by, created_at=at)
    elsewhere = mailbox is None or any(
        getattr(mailbox, name) != values[name] for name in ("host", "user", "folder")
    )
    for name in WRITABLE:
        setattr(made, name, values[name])
    if elsewhere:
        made.since = (at - PAST if past else at).date()
        made.uid_validity, made.last_uid = None, 0
    if password:
        made.password = secrets.seal(password)
    made.next_at, made.problem, made.failures = at, "", 0
    made.save()
    return made


def listed() -> QuerySet[Mailbox]:
    """All mailboxes, with how many messages became touches of a lead (`taken`) and how many were met (`met`)."""
    taken = Count("messages", filter=Q(messages__lead__isnull=False))
    return Mailbox.objects.annotate(met=Count("messages"), taken=taken)


def messages(mailbox: Mailbox) -> list[MailMessage]:
    """The newest messages that were met, with their leads."""
    return list(mailbox.messages.select_related("lead").order_by("-id")[:SHOWN])


def remove(mailbox: Mailbox) -> None:
    """Forgets the mailbox and which messages lay in it; leads and their events stay."""
    mailbox.delete()


def attempt(mailbox: Mailbox) -> Trial:
    """Looks into the mailbox without taking anything. Call it outside of transactions."""
    try:
        with imap.opened(mailbox) as folder:
            return Trial(folder.count)
    except imap.NotRead as error:
        return Trial(problem=str(error))
