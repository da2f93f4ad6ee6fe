"""The low-score queue: a page, and a tap for what was looked at."""

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock, policy
from accounts.signed_in import person
from handoff import low
from handoff.views.answers import tell
from handoff.why_now import reasons
from leads.access import lead_or_404
from leads.bands import bands, called


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    user, at, known = person(request), clock.now(), bands()
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = low.leads(user, known=known, at=at, after=after, before=before)
    why = reasons([lead.pk for lead in found.leads])
    context = {
        "now": at,
        "rows": [(lead, called(lead.score.band, known), why.get(lead.pk)) for lead in found.leads],
        "next_url": f"?{urlencode({'after': found.after})}" if found.after else "",
        "prev_url": f"?{urlencode({'before': found.before})}" if found.before else "",
        "may_work": policy.allows(user, "handoff.work"),
    }
    return render(request, "handoff/low.html", context)


@require_POST
def looked_at(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    lead = lead_or_404(user, public_id, "lead.edit")
    low.looked_at(lead, by=user, at=clock.now())
    if request.htmx:  # type: ignore[attr-defined]
        return tell(HttpResponse(""), _("Not shown for a week: %(lead)s.") % {"lead": lead.name})
    return redirect("handoff:low")
