"""Take a lead, give it back. A row of the queue and the panel of a lead get the same answer."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import clock, policy
from accounts.signed_in import person
from handoff import claims, queue
from handoff.access import handoff_or_404
from handoff.models import Handoff
from handoff.views import panel
from handoff.views.answers import tell
from leads import crossings
from leads.access import lead_or_404
from leads.models import Lead

MOST_REASON = 300


@require_POST
def claim(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "handoff.work")
    try:
        claims.take(handoff, by=user, at=at)
    except claims.Taken as taken:
        return _answer(request, handoff.lead, handoff, _faster(taken), status=409)
    text = _("Yours: %(lead)s.") % {"lead": handoff.lead.name}
    return _answer(request, handoff.lead, handoff, text)


@require_POST
def release(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "handoff.work")
    reason = request.POST.get("reason", "").strip()[:MOST_REASON]
    try:
        claims.release(handoff, by=user, at=at, reason=reason)
    except claims.Taken as taken:
        return _answer(request, handoff.lead, handoff, _not_yours(taken), status=409)
    text = _("Back in the queue: %(lead)s.") % {"lead": handoff.lead.name}
    return _answer(request, handoff.lead, handoff, text)


@require_POST
def open_held(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Opens the handoff that a publication or an import held back for this lead."""
    user, at = person(request), clock.now()
    lead = lead_or_404(user, public_id, "handoff.open")
    held = crossings.held_of(lead)
    opened = crossings.open_held([held.pk], at=at, by=user) if held else 0
    text = _("The handoff opens now.") if opened else _("There is nothing held back.")
    return _answer(request, lead, None, text, status=200 if opened else 409)


def _faster(taken: claims.Taken) -> str:
    if isinstance(taken, claims.Offered) and taken.owner and taken.until:
        until = date_format(localtime(taken.until), "H:i")
        return _("It is offered to %(name)s until %(until)s.") % {
            "name": taken.owner.name, "until": until
        }  # fmt: skip
    if taken.owner is None:
        return _("This handoff has ended meanwhile.")
    return _("%(name)s was faster.") % {"name": taken.owner.name}


def _not_yours(taken: claims.Taken) -> str:
    if taken.owner is None:
        return _("You do not hold this lead any more.")
    return _("%(name)s holds this lead.") % {"name": taken.owner.name}


def _answer(
    request: HttpRequest, lead: Lead, handoff: Handoff | None, text: str, *, status: int = 200
) -> HttpResponse:
    tone = "ok" if status == 200 else "bad"
    target = request.htmx.target if request.htmx else ""  # type: ignore[attr-defined]
    if target == panel.TARGET:
        return tell(panel.draw(request, lead, status=status), text, tone=tone, leadChanged={})
    if target and handoff is not None:
        return tell(_row(request, handoff, status), text, tone=tone, queueChanged={})
    (messages.success if status == 200 else messages.error)(request, text)
    return redirect("leads:lead", lead.public_id)


def _row(request: HttpRequest, handoff: Handoff, status: int) -> HttpResponse:
    at = clock.now()
    context = {
        "line": queue.line(handoff.pk, at=at),
        "now": at,
        "me": person(request),
        "may_work": True,
        "may_manage": policy.allows(person(request), "handoff.reassign"),
        # A row of a first page, which offers nothing to choose, is swapped without its box as well.
        "choosable": "choosable" in request.POST,
    }
    return render(request, "handoff/queue_row.html", context, status=status)
