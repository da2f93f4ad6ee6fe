"""What the doors of a card answer with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from handoff.handoffs import NotOpen
from handoff.models import Handoff
from qualification import access, gone


def gone_on(
    request: HttpRequest, handoff: Handoff, error: NotOpen | access.NotYours
) -> HttpResponse:
    """409: somebody decided or took the lead meanwhile. The page is loaded again and says so."""
    text = gone.words(handoff, error)
    messages.error(request, text)
    response = HttpResponse(text, status=409, content_type="text/plain; charset=utf-8")
    response["HX-Redirect"] = reverse("qualification:card", args=[handoff.public_id])
    return response


def onward(
    request: HttpRequest, text: str, following: Handoff | None, *, undoes: Handoff | None
) -> HttpResponse:
    """To the next lead of one's own, or to the queue, with a toast that offers to undo what was decided."""
    undo = reverse("qualification:undo", args=[undoes.public_id]) if undoes else ""
    # templates/ui/toasts.html makes a button of an address among the tags.
    messages.success(request, text, extra_tags=undo)
    url = (
        reverse("leads:lead", args=[following.lead.public_id])
        if following
        else reverse("handoff:queue")
    )
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(url)
    return HttpResponse(headers={"HX-Redirect": url})
