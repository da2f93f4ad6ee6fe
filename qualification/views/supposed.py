"""What the score becomes, while a no is still being filled in."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.signed_in import person
from handoff.access import handoff_or_404
from handoff.handoffs import NotOpen
from qualification import access
from qualification.no_forms import DisqualifyForm
from qualification.saying_no.facts import facts_of
from qualification.saying_no.supposing import suppose
from qualification.saying_no.told import NotReady


@require_POST
def supposed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One line for the sheet: from where to where; nothing while no fact is ticked."""
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "card.work")
    form = DisqualifyForm(request.POST, today=at.date(), facts=facts_of(handoff))
    # What else is missing in the sheet does not matter yet.
    form.is_valid()
    ticks = form.told.ticks
    context: dict[str, Any] = {}
    if ticks:
        try:
            context = {"supposed": suppose(handoff, ticks, by=user, at=at)}
        except NotReady as refused:
            context = {"problem": " ".join(refused.problems.values())}
        except (NotOpen, access.NotYours):
            # It was sent meanwhile, or is in other hands: whoever sends it is told.
            return HttpResponse(status=204)
    return render(request, "qualification/supposed.html", context)
