"""One lead after the other: the next one, one passed by, one put aside."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.signed_in import person
from handoff import claims, skips, snoozing
from handoff.access import handoff_or_404
from handoff.models import Handoff, Skip
from handoff.queue_forms import SkipForm, UntilForm
from handoff.views.answers import go, tell


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Claims the lead that is worth most now and opens it."""
    handoff = claims.take_next(person(request), at=clock.now())
    if handoff is None:
        messages.info(request, _("Nothing in the queue waits for you."))
        return go(request, reverse("handoff:queue"))
    messages.success(request, _("Yours: %(lead)s.") % {"lead": handoff.lead.name})
    return go(request, reverse("leads:lead", args=[handoff.lead.public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def skip(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The reasons, a tap each; then the next lead."""
    user = person(request)
    handoff = handoff_or_404(user, public_id, "handoff.work")
    form = SkipForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return _sheet(request, handoff, "skip", {"reasons": Skip.Reason.choices}, status)
    try:
        skips.skip(handoff, by=user, reason=form.cleaned_data["reason"], at=clock.now())
    except skips.Ended:
        messages.error(request, _("This handoff has ended meanwhile."))
    else:
        messages.success(request, _("Passed by: %(lead)s.") % {"lead": handoff.lead.name})
    return go(request, reverse("handoff:queue"))


@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "handoff.work")
    form = UntilForm(request.POST if request.method == "POST" else None, at=at)
    if form.is_valid():
        asleep = snoozing.snooze([handoff.pk], until=form.moment, by=user, at=at)
        if asleep.ids:
            return _said(request, _("Put aside: %(lead)s.") % {"lead": handoff.lead.name})
        form.add_error("when", snoozing.why_not(handoff, asleep))
    return _sheet(request, handoff, "snooze", {"form": form}, 422 if form.is_bound else 200)


@require_POST
def wake(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ends the nap, or says why it goes on."""
    user = person(request)
    handoff = handoff_or_404(user, public_id, "handoff.work")
    if snoozing.wake([handoff.pk], by=user):
        return _said(request, _("In the queue again: %(lead)s.") % {"lead": handoff.lead.name})
    return _said(request, snoozing.why_not_woken(handoff), tone="bad")


def _said(request: HttpRequest, text: str, *, tone: str = "ok") -> HttpResponse:
    """In a toast where a part of the page asked; what shows the lead or the queue asks again."""
    if request.htmx:  # type: ignore[attr-defined]
        done = HttpResponse(status=204)
        return tell(done, text, tone=tone, closeDialog={}, leadChanged={}, queueChanged={})
    messages.add_message(request, messages.SUCCESS if tone == "ok" else messages.ERROR, text)
    return redirect("handoff:queue")


def _sheet(
    request: HttpRequest, handoff: Handoff, name: str, context: dict[str, object], status: int
) -> HttpResponse:
    part = "#sheet" if request.htmx else ""  # type: ignore[attr-defined]
    shown = {**context, "handoff": handoff, "lead": handoff.lead, "now": clock.now()}
    return render(request, f"handoff/{name}.html{part}", shown, status=status)
