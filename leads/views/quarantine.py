"""The page of submissions that look like spam."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import clock
from leads import fields
from leads.capturing import quarantine, spam
from leads.models import FormSubmission
from leads.paging import moment
from leads.timeline import value_text
from leads.views.lists import signed_in

State = FormSubmission.State
SHOWS = (State.SUSPECTED, State.LEFT)


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _decide(request)
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWS else State.SUSPECTED
    page = quarantine.page(show, after=request.GET.get("after", ""))
    known = fields.catalogue()
    for row in page.rows:
        row.said = _said(row, known)  # type: ignore[attr-defined]
        row.why = [spam.MARKS.get(mark, mark) for mark in row.marks]  # type: ignore[attr-defined]
    context = {
        "page": page,
        "show": show,
        "shows": [(state, State(state).label) for state in SHOWS],
        "now": clock.now(),
        "next_url": f"?show={show}&after={page.after}".replace("+", "%2B") if page.after else "",
    }
    return render(request, "leads/quarantine.html", context)


def _said(row: FormSubmission, known: dict[str, fields.LeadField]) -> list[tuple[str, str]]:
    """The answers as (label, text); a field that was removed since is called by its key."""
    return [
        (str(known[key].label) if key in known else key, value_text(value))
        for key, value in row.answers.items()
    ]


def _decide(request: HttpRequest) -> HttpResponse:
    by, at = signed_in(request), clock.now()
    if "leave_all" in request.POST:
        number = quarantine.leave_all(until=_seen(request, at), by=by, at=at)
    elif "leave" in request.POST:
        number = quarantine.leave(_picked(request, "leave"), by=by, at=at)
    else:
        number = quarantine.release(_picked(request, "release"), by=by, at=at)
        messages.success(request, _released(number))
        return redirect("leads:quarantine")
    left = ngettext("%d submission is left out.", "%d submissions are left out.", number) % number
    messages.success(request, left)
    return redirect("leads:quarantine")


def _released(number: int) -> str:
    if not number:
        return _("Nothing was chosen, or somebody has decided already.")
    return (
        ngettext("%d submission is a lead now.", "%d submissions are leads now.", number) % number
    )


def _seen(request: HttpRequest, at: datetime) -> datetime:
    """When the page was made whose button is pressed; what came since is not meant."""
    try:
        return min(moment(request.POST["leave_all"]), at)
    except (ValueError, TypeError):
        return at


def _picked(request: HttpRequest, deed: str) -> list[uuid.UUID]:
    """The one of the button, or those with a tick; what is no id is nobody's."""
    texts = [request.POST[deed]] if request.POST.get(deed) else request.POST.getlist("pick")
    found = []
    for text in texts[: quarantine.PAGE]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
