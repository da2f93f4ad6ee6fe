"""The scorecard on a lead's page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.signed_in import person
from handoff.access import visible
from handoff.models.handoffs import PRESENT_FIRST
from leads.access import lead_or_404
from qualification import access, reopening, sheets
from qualification.views import asking


@require_safe
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    lead = lead_or_404(user, public_id)
    handoff = visible(user, "card.view").filter(lead=lead).order_by(*PRESENT_FIRST).first()
    cards = sheets.of_lead(lead)
    current = [s for s in cards if s.card and handoff and s.card.handoff_id == handoff.pk]
    context = {
        "lead": lead,
        "handoff": handoff,
        "sheet": current[0] if current else None,
        "earlier": [sheet for sheet in cards if sheet not in current and sheet.asked],
        "decisions": sheets.decisions(lead),
        "said": [] if current else sheets.said_of(lead),
        **asking.part(user, lead),
        "may_reopen": handoff is not None
        and policy.allows(user, "card.work")
        and reopening.may_reopen(handoff, lead),
        "may_work": handoff is not None and access.may_work(user, handoff),
        "now": clock.now(),
    }
    return render(request, "qualification/panel.html", context)
