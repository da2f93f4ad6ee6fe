"""What the doors of a card answer with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from handoff.handoffs import NotOpen
from handoff.models import Handoff
from qualification import access, sheets


def gone_on(request: HttpRequest, handoff: Handoff, error: Exception) -> HttpResponse:
    """409: somebody decided or took the lead meanwhile. The page is loaded again and says so."""
    text = _ended(handoff) if isinstance(error, NotOpen) else _held(error)
    messages.error(request, text)
    response = HttpResponse(text, status=409, content_type="text/plain; charset=utf-8")
    response["HX-Redirect"] = reverse("qualification:card", args=[handoff.public_id])
    return response


def _ended(handoff: Handoff) -> str:
    decision = sheets.decision(handoff)
    if decision is None or decision.by is None:
        return _("This handoff has ended meanwhile.")
    words = {"name": decision.by.name, "result": decision.get_result_display()}
    return _("%(name)s decided meanwhile: %(result)s.") % words


def _held(error: Exception) -> str:
    owner = error.owner if isinstance(error, access.NotYours) else None
    if owner is None:
        return _("Nobody holds this lead. Claim it first.")
    return _("%(name)s holds this lead; only they can work its card.") % {"name": owner.name}


def onward(request: HttpRequest, text: str, following: Handoff | None) -> HttpResponse:
    """To the next lead of one's own, or to the queue, with a toast."""
    messages.success(request, text)
    url = (
        reverse("leads:lead", args=[following.lead.public_id])
        if following
        else reverse("handoff:queue")
    )
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(url)
    return HttpResponse(headers={"HX-Redirect": url})
