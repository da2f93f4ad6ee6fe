"""Who held the lead: the drawer behind a promise, and its chain as a file."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.signed_in import person
from handoff import drawer, queue
from handoff.access import handoff_or_404
from handoff.models import Handoff
from leads import timeline
from leads.bands import bands
from leads.exporting import export
from leads.views import exports

KINDS = (
    "lead.captured", "lead.crossed", "handoff.opened", "handoff.claimed", "handoff.released",
    "handoff.reassigned", "handoff.touched", "handoff.nudged", "handoff.disposed",
    "handoff.undone", "timer.rang",
)  # fmt: skip
MINUTE = timedelta(minutes=1)


@require_safe
def show(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """In the drawer or as a page of its own; ?clock= names the promise it is about."""
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id)
    if request.GET.get("format") in (export.CSV, export.WORKBOOK):
        back = request.path
        return exports.answer(request, drawer.table(handoff, at=at), back=back, at=at)
    template = "handoff/chain.html#chain" if request.htmx else "handoff/chain.html"  # type: ignore[attr-defined]
    return render(request, template, _context(request, handoff, at))


def _context(request: HttpRequest, handoff: Handoff, at: datetime) -> dict[str, Any]:
    number = request.GET.get("clock", "")
    known = number.isascii() and number.isdigit() and len(number) < 19
    timer = drawer.told_of(handoff, int(number) if known else None)
    held = drawer.held(handoff, timer, at=at)
    since = held.start - MINUTE if held else handoff.opened_at
    lines = timeline.deeds(
        handoff.lead, viewer_id=person(request).pk, kinds=KINDS, since=since,
        until=handoff.disposed_at or at,
    )  # fmt: skip
    return {
        "now": at,
        "handoff": handoff,
        "lead": handoff.lead,
        "band": queue.band_of(handoff.band, bands()),
        "timer": timer,
        "held": held,
        "lines": lines,
    }
