"""The handoff on a lead's page: whose it is, which clock runs, what was done."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.signed_in import person
from handoff import handoffs, holding, queue, to_do
from handoff.access import visible
from handoff.models import Handoff, SlaTimer, Touch
from handoff.models.handoffs import PRESENT_FIRST
from handoff.routing import decisions
from handoff.words import lasting
from leads import crossings
from leads.access import lead_or_404
from leads.bands import bands, why_out
from leads.models import Lead

TARGET = "handoff-panel"
TOUCHES = 20
EARLIER = 10
DECISIONS = 6


@require_safe
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    return draw(request, lead_or_404(person(request), public_id))


def draw(request: HttpRequest, lead: Lead, *, status: int = 200) -> HttpResponse:
    """The panel as it stands now, for the door above and for those that changed something."""
    user, at = person(request), clock.now()
    found = Handoff.objects.filter(lead=lead).select_related("team", "owner", "crossing")
    all_of_lead = list(found.order_by(*PRESENT_FIRST)[: EARLIER + 1])
    handoff = all_of_lead[0] if all_of_lead else None
    may_work = policy.allows(user, "handoff.work")
    context: dict[str, Any] = {
        "now": at, "me": user, "lead": lead, "handoff": handoff, "earlier": all_of_lead[1:],
        "may_work": may_work and handoff is not None
        and visible(user, "handoff.work").filter(pk=handoff.pk).exists(),
        "may_manage": policy.allows(user, "handoff.reassign"),
        "tasks": to_do.open_of(handoff) if handoff else [],
        "may_touch": policy.allows(user, "handoff.touch"),
        "may_open": policy.allows(user, "handoff.open"),
        "decisions": decisions.of_lead(lead)[:DECISIONS],
        "held": crossings.held_of(lead), "waiting": handoffs.waiting(lead),
        "touches": Touch.objects.filter(lead=lead).select_related("by")
        .order_by("-occurred_at", "-id")[:TOUCHES],
    }  # fmt: skip
    if handoff is not None:
        context |= _clocks(handoff, at)
    return render(request, "handoff/panel.html", context, status=status)


def _clocks(handoff: Handoff, at: datetime) -> dict[str, Any]:
    timers = list(
        SlaTimer.objects.filter(handoff=handoff)
        .select_related("policy_version__policy", "calendar_version").order_by("milestone", "cycle")
    )  # fmt: skip
    newest = {timer.milestone: timer for timer in timers}
    stretches = holding.stretches(handoff, at=at)
    return {
        "timer": queue.first_of(timers),
        "timers": list(newest.values()),
        "stretches": stretches,
        "band": queue.band_of(handoff.crossing.band, bands()),
        "pause": handoff.pauses.filter(ended_at=None).first(),
        "out": why_out(handoff.flag) if handoff.flag else "",
        "working": sum(stretch.working for stretch in stretches),
        "bar": [
            {"label": stretch.holder, "value": stretch.seconds, "text": lasting(stretch.seconds),
             "tone": stretch.tone}
            for stretch in stretches
        ],
    }  # fmt: skip
