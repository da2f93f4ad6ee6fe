"""One lead: its page, its timeline, adding and editing it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from leads import access, adding, bands, editing, facts, fields
from leads import timeline as story
from leads.capturing import proposals
from leads.editing import AddressTaken
from leads.forms import LeadForm, NewLeadForm
from leads.models import Lead
from leads.views.lists import signed_in

SHOWS = [
    ("all", gettext_lazy("All")),
    ("activity", gettext_lazy("Activity")),
    ("edits", gettext_lazy("Edits")),
    ("work", gettext_lazy("Our work")),
]


@require_safe
def lead(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    found = access.lead_or_404(user, public_id)
    if found.public_id != public_id:
        return redirect("leads:lead", found.public_id)
    catalogue = fields.catalogue()
    latest = facts.latest_changes(found)
    context = {
        "lead": found,
        "band": bands.called(found.score.band, bands.bands()),
        "facts": facts.facts(found, catalogue, latest),
        "proposals": proposals.waiting(found, catalogue),
        "may_edit": policy.allows(user, "lead.edit") and not found.erased_at,
        **_story(request, found),
    }
    return render(request, "leads/lead.html", context)


def _story(request: HttpRequest, found: Lead) -> dict[str, Any]:
    asked, after = request.GET.get("show", ""), request.GET.get("after", "")
    show = asked if asked in story.SHOWS else "all"
    begin = story.mark_of(after)
    return {
        "now": clock.now(),
        "show": show,
        "shows": SHOWS,
        "story": story.timeline(found, viewer_id=signed_in(request).pk, show=show, after=after),
        # The day that the page before ended with already has its heading.
        "same_day": story.day_of(begin.at) if begin else None,
    }


@require_safe
def timeline(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The story alone: a page of its own, or for htmx the part that is put in or added below."""
    found = access.lead_or_404(signed_in(request), public_id)
    context = {"lead": found, **_story(request, found)}
    part = "#older" if request.GET.get("after") else "#story"
    is_htmx = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "leads/timeline.html" + (part if is_htmx else ""), context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = NewLeadForm(fields.catalogue(), request.POST if request.method == "POST" else None)
    taken = None
    if form.is_valid():
        try:
            made = _add(request, form)
        except AddressTaken as error:
            taken = _tell_taken(request, form, error)
        else:
            messages.success(request, _("%s is a lead now.") % made.name)
            return redirect("leads:lead", made.public_id)
    context = {"form": form, "taken": taken}
    return render(request, "leads/add.html", context, status=422 if form.is_bound else 200)


def _add(request: HttpRequest, form: NewLeadForm) -> Lead:
    values = {key: value for key, value in form.values.items() if value is not None}
    return adding.add_by_hand(
        values, source=form.cleaned_data["source"], by=signed_in(request), at=clock.now()
    )


def _tell_taken(request: HttpRequest, form: LeadForm, error: AddressTaken) -> Lead | None:
    """Says so beside the field; gives the other lead if the person may see it."""
    form.add_error("email", _("Another lead has this e-mail address."))
    return access.visible(signed_in(request)).filter(pk=error.lead.pk).first()


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    found = access.lead_or_404(signed_in(request), public_id, "lead.edit")
    catalogue = fields.catalogue()
    sent = request.POST if request.method == "POST" else None
    form = LeadForm(catalogue, sent, lead=found)
    taken = None
    if form.is_valid():
        try:
            editing.edit(found, form.values, by=signed_in(request), at=clock.now())
        except AddressTaken as error:
            taken = _tell_taken(request, form, error)
            found.refresh_from_db()
        else:
            messages.success(request, _("Saved."))
            return redirect("leads:lead", public_id)
    context = {"form": form, "lead": found, "taken": taken}
    return render(request, "leads/edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Takes over or drops one proposal, or all that wait: `take` or `drop` is its number or “all”."""
    found = access.lead_or_404(signed_in(request), public_id, "lead.edit")
    deed = "take" if "take" in request.POST else "drop"
    asked = request.POST.get(deed, "")
    ids = None if asked == "all" else [int(asked)] if asked.isdecimal() and len(asked) < 19 else []
    try:
        room = proposals.take if deed == "take" else proposals.drop
        number = room(found, ids, by=signed_in(request), at=clock.now())
    except AddressTaken as error:
        messages.error(request, _("Another lead has the address %s.") % error.lead.email)
    else:
        messages.success(request, _decided(deed, number))
    return redirect("leads:lead", public_id)


def _decided(deed: str, number: int) -> str:
    if not number:
        return _("Somebody has decided that already.")
    return _("Taken over.") if deed == "take" else _("Dropped. The lead stays as it is.")
