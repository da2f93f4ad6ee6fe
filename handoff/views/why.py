"""What made a lead cross: asked when somebody opens the score of a row, not drawn for each row of a queue."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.signed_in import person
from handoff import queue
from handoff.access import handoff_or_404
from handoff.models import Handoff
from leads.bands import bands

TOP = 5


@require_safe
def show(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A fragment for the popover of a row; a page for whoever follows the link."""
    handoff = handoff_or_404(person(request), public_id)
    made = _made(handoff)
    context = {
        "now": clock.now(),
        "handoff": handoff,
        "lead": handoff.lead,
        "band": queue.band_of(handoff.band, bands()),
        "made": made,
        "most": max((abs(item["points"]) for item in made), default=1),
    }
    template = "handoff/why.html#why" if request.htmx else "handoff/why.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _made(handoff: Handoff) -> list[dict[str, Any]]:
    """The contributions of that moment that gave or took most, in points."""
    kept = sorted(handoff.crossing.contributions, key=lambda item: -abs(item["micro"]))
    return [{**item, "points": item["micro"] / 1_000_000} for item in kept[:TOP]]
