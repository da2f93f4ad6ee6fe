"""A round of sending: several messages at a time, until nothing is due or the round has lasted long enough."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.utils.translation import gettext as _

from accounts.secrets import Unreadable
from handoff.attempts import Outcome, Result
from handoff.channels import sending, switching
from handoff.delivering import claiming, concluding
from handoff.delivering.claiming import Parcel
from handoff.notifications import mails
from leads.privacy.suppression import suppressed

log = logging.getLogger(__name__)
AT_ONCE = 8
# Of one lane: a mail server takes several at a time, a channel two.
MAILS_AT_ONCE, CALLS_AT_ONCE = 4, 2
LASTS = timedelta(seconds=20)
LOOKS_AGAIN_S = 0.2

Attempt = Callable[[], Outcome]


def deliver(at: datetime) -> int:
    """Sends what is due at `at` and what becomes due during the round; says how many messages it tried. The
    database is used by the caller's thread alone, the network by the others."""
    began, tried = time.monotonic(), 0
    under_way: dict[Future[Outcome], Parcel] = {}

    def now() -> datetime:
        return at + timedelta(seconds=time.monotonic() - began)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        while True:
            while now() - at < LASTS and (parcels := _next(under_way, now())):
                tried += len(parcels)
                under_way |= {pool.submit(_safely, _prepared(one, now())): one for one in parcels}
            if not under_way:
                return tried
            done, _others = wait(under_way, timeout=LOOKS_AGAIN_S, return_when=FIRST_COMPLETED)
            for future in done:
                concluding.conclude(under_way.pop(future), future.result(), at=now())


def _next(under_way: dict[Future[Outcome], Parcel], at: datetime) -> list[Parcel]:
    lanes = [parcel.lane for parcel in under_way.values()]
    busy = [
        lane for lane in set(lanes) if lanes.count(lane) >= (CALLS_AT_ONCE if lane else MAILS_AT_ONCE)
    ]  # fmt: skip
    return claiming.claim(free=AT_ONCE - len(under_way), busy=busy, at=at)


def _prepared(parcel: Parcel, at: datetime) -> Attempt:
    """A message that cannot be put together fails alone."""
    try:
        return _attempt(parcel, at)
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("A message could not be put together")
        said = repr(error)
        return lambda: Outcome(Result.LATER, said)


def _attempt(parcel: Parcel, at: datetime) -> Attempt:
    """Reads what the message says; what it gives does no more than send it."""
    head = parcel.head
    if head.channel is not None:
        return _call(parcel, at)
    if head.notification is not None:
        if not head.notification.user.is_active:
            return lambda: Outcome(Result.WITHHELD, _("The person is no longer here."))
        mail = mails.of_notes([note for row in parcel.rows if (note := row.notification)])
        return lambda: mails.send(mail, to=head.to)
    if suppressed([head.to]):
        # Asked for nothing more while the letter waited.
        return lambda: Outcome(Result.WITHHELD, _("The address is on the suppression list."))
    letter = mails.of_letter(head)
    return lambda: mails.send(letter, to=head.to)


def _call(parcel: Parcel, at: datetime) -> Attempt:
    channel = parcel.head.channel
    assert channel is not None
    if not channel.is_on:
        # Posted in the moment in which it was switched off.
        return lambda: Outcome(Result.FAILED, str(switching.OFF))
    events = [event for row in parcel.rows if (event := row.event)]
    try:
        ready = sending.message(channel, events, at=at)
    except Unreadable as error:
        unreadable = str(error)
        return lambda: Outcome(Result.FAILED, unreadable)
    return lambda: sending.send(ready, at=at)


def _safely(attempt: Attempt) -> Outcome:
    """A mistake of ours counts as a failed attempt, so that it holds up nothing else."""
    try:
        return attempt()
    except Exception as error:
        log.exception("A message could not be sent")
        return Outcome(Result.LATER, repr(error))
