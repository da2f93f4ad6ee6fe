"""Data health: what is missing or wrong, where it comes from, and mending by the hundred."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from leads import queries
from leads.hygiene import fixes, health
from leads.hygiene.forms import FixForm
from leads.models import Fix
from leads.views.lists import signed_in

TABS = [
    ("leads:health", gettext_lazy("Health")),
    ("leads:fixes", gettext_lazy("Bulk fixes")),
]


def tabs(here: str) -> list[dict[str, Any]]:
    return [{"label": label, "url": reverse(name), "current": name == here} for name, label in TABS]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    leads = queries.listed(signed_in(request), "hygiene.edit")
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
