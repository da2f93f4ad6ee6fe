"""Data health: what is missing or wrong, where it comes from, and mending by the hundred."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from accounts.models import Role, User
from leads import access
from leads.hygiene import clean_up, fixes, health
from leads.hygiene.forms import FixForm
from leads.models import CleanUp, CleanUpItem, Fix
from leads.views.lists import signed_in

TABS = [
    ("leads:health", gettext_lazy("Health")),
    ("leads:fixes", gettext_lazy("Bulk fixes")),
    ("leads:clean_up", gettext_lazy("Quarterly clean-up")),
]


def tabs(here: str) -> list[dict[str, Any]]:
    return [{"label": label, "url": reverse(name), "current": name == here} for name, label in TABS]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    leads = access.listed(signed_in(request), "hygiene.edit").filter(erased_at=None)
    context = {"tabs": tabs("leads:health"), "health": health.health(leads, at=clock.now())}
    return render(request, "leads/hygiene/health.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: HttpRequest) -> HttpResponse:
    """Bulk fixes: asked for, looked at, done; and those that were done, to be taken back."""
    asked = request.POST if request.method == "POST" else request.GET
    form = FixForm(asked if "kind" in asked else None)
    fix = form.fix() if form.is_valid() else None
    if fix is not None and request.method == "POST":
        fixes.start(fix, by=signed_in(request), at=clock.now())
        messages.success(request, _("It is under way; this page says how far it is."))
        return redirect("leads:fixes")
    context = {
        "tabs": tabs("leads:fixes"),
        "form": form,
        "fix": fix,
        "preview": fixes.preview(fix) if fix else None,
        "fixes": fixes.recent(),
        "now": clock.now(),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "leads/hygiene/fixes.html", context, status=status)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        fixes.undo(get_object_or_404(Fix, pk=pk), by=signed_in(request), at=clock.now())
    except fixes.AlreadyUndone:
        messages.error(request, _("It still runs, or was taken back already."))
    else:
        messages.success(request, _("It is being taken back."))
    return redirect("leads:fixes")


@require_http_methods(["GET", "HEAD", "POST"])
def look_through(request: HttpRequest, quarter: str = "") -> HttpResponse:
    """The list of a quarter, the newest unless one is named: who looks through it, and what was decided."""
    lists = list(clean_up.lists())
    found = next((one for one in lists if one.quarter == quarter or not quarter), None)
    if quarter and found is None:
        raise Http404
    if request.method == "POST" and found is not None:
        _decide(request, found)
        return redirect("leads:clean_up_of", found.quarter)
    context = {
        "tabs": tabs("leads:clean_up"),
        "lists": lists,
        "list": found,
        "items": clean_up.items(found) if found else [],
        "people": User.objects.filter(is_active=True, role__in=[Role.MARKETER, Role.ADMINISTRATOR]),
        "may_erase": policy.allows(request.user, "lead.erase"),
        "now": clock.now(),
    }
    return render(request, "leads/hygiene/clean_up.html", context)


def _decide(request: HttpRequest, found: CleanUp) -> None:
    """Either who looks through the list, or a decision on the ticked leads."""
    if "assign" in request.POST:
        people = User.objects.filter(is_active=True)
        sent = _public_id(request.POST.get("person", ""))
        clean_up.assign(found, people.filter(public_id=sent).first() if sent else None)
        messages.success(request, _("Saved."))
        return
    decision = request.POST.get("decision", "")
    known = set(CleanUpItem.Decision.values) - {CleanUpItem.Decision.OPEN}
    if decision not in known:
        messages.error(request, _("Say what shall become of them."))
        return
    if decision == CleanUpItem.Decision.ERASED and not policy.allows(request.user, "lead.erase"):
        raise PermissionDenied
    ticked = [int(one) for one in request.POST.getlist("item") if one.isascii() and one.isdigit()]
    ids = [one for one in ticked if one < 2**63]
    number = clean_up.decide(ids, found, decision, by=signed_in(request), at=clock.now())
    messages.success(request, _("Decided on %d.") % number)


def _public_id(text: str) -> uuid.UUID | None:
    """A public id out of a form; None if it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
