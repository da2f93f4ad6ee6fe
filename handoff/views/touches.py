"""Write down what was done to reach the person."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.signed_in import person
from handoff import touches
from handoff.forms import TouchForm
from handoff.views.answers import tell
from leads.access import lead_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def touch(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form, in the drawer or as a page of its own; 422 shows it again with what was typed."""
    user, at = person(request), clock.now()
    lead = lead_or_404(user, public_id, "handoff.touch")
    form = TouchForm(request.POST if request.method == "POST" else None, at=at)
    if form.is_valid():
        touches.log(lead, by=user, at=at, **form.cleaned_data)
        return _done(request, lead.public_id)
    template = "handoff/touch.html#form" if request.htmx else "handoff/touch.html"  # type: ignore[attr-defined]
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, "lead": lead, "now": at}, status=status)


def _done(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        done = HttpResponse(status=204)
        return tell(done, _("Written down."), closeDialog={}, leadChanged={}, queueChanged={})
    messages.success(request, _("Written down."))
    return redirect("leads:lead", public_id)
