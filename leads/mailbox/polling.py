"""Mailboxes are read one after the other, each by one worker at a time, from where it was left."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from leads.mailbox import imap, parsing, taking
from leads.mailbox.imap import Folder, NotRead
from leads.models import Mailbox

EVERY = timedelta(minutes=1)
# Nobody reads longer than this: the task is ended before.
LEASE = timedelta(minutes=6)
LONGEST_PAUSE = timedelta(hours=1)
BATCH = 20
# Of one mailbox in one go; the rest comes a minute later.
MOST = 500


def read_due(at: datetime) -> bool:
    """Reads the mailbox that waits longest; false when none is due."""
    mailbox = _claim(Mailbox.objects.filter(next_at__lte=at), at)
    if mailbox is not None:
        _read(mailbox, at=at)
    return mailbox is not None


def read_now(at: datetime) -> list[tuple[Mailbox, int]]:
    """Reads every mailbox that is on, due or not, but for those that somebody reads already; gives them as
    they are then, and how many messages each had that are new."""
    done = []
    for pk in Mailbox.objects.filter(is_on=True).values_list("pk", flat=True):
        mailbox = _claim(Mailbox.objects.filter(pk=pk), at)
        if mailbox is not None:
            taken = _read(mailbox, at=at)
            mailbox.refresh_from_db()
            done.append((mailbox, taken))
    return done


def _claim(some: QuerySet[Mailbox], at: datetime) -> Mailbox | None:
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    with transaction.atomic():
        waiting = some.filter(free, is_on=True).select_for_update(skip_locked=True)
        mailbox = waiting.order_by("next_at", "id").first()
        if mailbox is not None:
            Mailbox.objects.filter(pk=mailbox.pk).update(leased_until=at + LEASE)
    return mailbox


def _read(mailbox: Mailbox, *, at: datetime) -> int:
    """Takes what is new and says when to come again: soon, or later and later while it fails."""
    taken, problem, failures = 0, "", 0
    try:
        with imap.opened(mailbox) as folder:
            taken = _take_new(mailbox, folder, at=at)
    except NotRead as error:
        problem, failures = str(error)[:500], mailbox.failures + 1
    pause = min(EVERY * 2 ** min(failures, 10), LONGEST_PAUSE)
    Mailbox.objects.filter(pk=mailbox.pk).update(
        leased_until=None, read_at=at, next_at=at + pause, problem=problem, failures=failures
    )
    return taken


def _take_new(mailbox: Mailbox, folder: Folder, *, at: datetime) -> int:
    taken = 0
    if folder.validity != mailbox.uid_validity:
        # The folder was made anew and counts from one: what we know already is told by its Message-ID.
        mailbox.uid_validity, mailbox.last_uid = folder.validity, 0
        mailbox.save(update_fields=["uid_validity", "last_uid"])
    waiting = folder.newer(mailbox.last_uid, since=mailbox.since)[:MOST]
    for begin in range(0, len(waiting), BATCH):
        some = waiting[begin : begin + BATCH]
        mails = [parsing.understand(raw) for _uid, raw in folder.fetch(some)]
        with transaction.atomic():
            taken += taking.take(mailbox, mails, at=at)
            mailbox.last_uid = some[-1]
            mailbox.save(update_fields=["last_uid"])
    return taken
