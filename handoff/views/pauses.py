"""Wait for the prospect, and go on."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.signed_in import person
from handoff import pauses
from handoff.access import handoff_or_404
from handoff.pause_forms import PauseForm
from handoff.views import panel
from handoff.views.answers import tell


@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form, in the drawer or as a page of its own; 422 shows it again with what was typed."""
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "handoff.work")
    latest = pauses.latest(handoff, at=at)
    form = PauseForm(request.POST if request.method == "POST" else None, latest=latest, at=at)
    if form.is_valid():
        try:
            pauses.pause(handoff, by=user, at=at, **form.cleaned_data)
            return _done(request, handoff.lead.public_id, _("The clocks rest."))
        except pauses.PauseError as error:
            form.add_error(error.field or None, str(error))
    template = "handoff/pause.html#form" if request.htmx else "handoff/pause.html"  # type: ignore[attr-defined]
    context = {"form": form, "handoff": handoff, "lead": handoff.lead, "latest": latest, "now": at}
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_POST
def resume(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "handoff.work")
    rested = pauses.resume(handoff, by=user, at=at)
    text = _("The clocks go on.") if rested else _("The clocks were running already.")
    if request.htmx:  # type: ignore[attr-defined]
        return tell(panel.draw(request, handoff.lead), text, leadChanged={}, queueChanged={})
    messages.success(request, text)
    return redirect("leads:lead", handoff.lead.public_id)


def _done(request: HttpRequest, public_id: uuid.UUID, text: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return tell(HttpResponse(status=204), text, closeDialog={}, leadChanged={}, queueChanged={})
    messages.success(request, text)
    return redirect("leads:lead", public_id)
