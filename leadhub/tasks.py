"""Doors for Celery. Each message is a doorbell: what is to be done stands in PostgreSQL."""

import logging
import time

from celery import shared_task
from django.db import OperationalError, close_old_connections

from accounts import clock, idempotency, rate_limit
from handoff import claims, delivering, pauses, promise_changes, timers
from handoff.delivering import forgetting as delivery_forgetting
from handoff.queue import worth
from handoff.routing import offers
from leadhub import pipeline
from leads import importing, ripening
from leads.activity import trust, visits
from leads.enriching import filling, lookups, visiting
from leads.hooks import forgetting
from leads.hygiene import clean_up, fixes
from leads.identity import finding
from leads.mailbox import polling
from leads.privacy import retention
from qualification.nurturing import enrolling, sending
from scoring import overrides, runs
from scoring.publishing import changelog, proposals, slices

log = logging.getLogger(__name__)
TICK_SECONDS = 2.0
POLL_SECONDS = 0.1


@shared_task
def tick() -> None:
    """Timers, recycle dates, journal: drained, then looked at ten times a second until the tick ends."""
    end = time.monotonic() + TICK_SECONDS
    while time.monotonic() < end:
        close_old_connections()
        try:
            busy = beat()
        except OperationalError as error:
            log.warning("The database is away: %s", error)
            return
        if not busy:
            time.sleep(POLL_SECONDS)


def beat() -> bool:
    """One look at everything that is due; true if something was."""
    rang = timers.ring()
    at = clock.now()
    returned, ended = claims.return_untouched(at), pauses.end_due(at=at)
    moved = ripening.ripen(at=at) + offers.lapse(at) + offers.make_due(at)
    # A full batch takes seconds on a busy machine, and a deadline does not wait for so long.
    busy = pipeline.advance(between=timers.ring)
    return bool(busy or rang or returned or ended or moved)


@shared_task
def pick_up_work() -> None:
    """Versions whose moment came, slices of handoffs, chunks of rescoring and of reclassifying, import pieces,
    searches for duplicates and drawers, until nothing waits or the piece of time ends."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        at = clock.now()
        work = [proposals.publish_due, slices.open_next, runs.advance, trust.advance,
                importing.advance, finding.advance, retention.advance, fixes.advance,
                promise_changes.advance, filling.advance, lookups.advance, visiting.advance,
                sending.advance]  # fmt: skip
        busy = [piece(at) for piece in work]
        if not any(busy):
            return


@shared_task
def deliver() -> None:
    """E-mails, Slack messages and webhooks that are due, several at a time."""
    delivering.deliver(clock.now())


@shared_task
def fetch_mail() -> None:
    """Reads the mailboxes that are due; a slow server holds up nothing else."""
    end = time.monotonic() + 50
    while time.monotonic() < end and polling.read_due(clock.now()):
        pass


@shared_task
def turn_of_the_day() -> None:
    at = clock.now()
    overrides.expire(at)
    worth.count(at)
    runs.start_of_day(at)
    clean_up.make_due(at)
    changelog.measure_due(at)
    enrolling.enrol_due(at)
    rate_limit.forget_unused(at=at)
    forgetting.forget(at)
    visits.forget(at)
    idempotency.forget(at)
    delivery_forgetting.forget(at)
