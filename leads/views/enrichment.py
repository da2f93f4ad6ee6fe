"""The pages of drawers: the list in its order, one drawer, and a try of a provider."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from leads import fields
from leads.enriching import editing, filling, lookups, offline, providers, visiting
from leads.enriching.forms import DrawerForm, form_of, try_form_of
from leads.fields import LeadField
from leads.models import Drawer

PROVIDERS = (Drawer.HTTP, Drawer.VISITS)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    spent, known = lookups.spent_today(at), fields.catalogue()
    rows = [
        {
            "drawer": drawer,
            "told": offline.KINDS[drawer.kind].told if drawer.kind in offline.KINDS else drawer.url,
            "is_http": drawer.kind == Drawer.HTTP,
            "spent": spent.get(drawer.pk, 0),
            "rests": drawer.rests_until if drawer.rests_until and drawer.rests_until > at else None,
            "fills": [known[key].label for _path, key in drawer.fills if key in known],
        }
        for drawer in editing.listed()
    ]
    return render(
        request, "leads/enrichment.html", {"rows": rows, "visits": visiting.drawer(), "now": at}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    return _editor(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, drawer: int) -> HttpResponse:
    return _editor(request, get_object_or_404(Drawer, pk=drawer))


def _editor(request: HttpRequest, drawer: Drawer | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = form_of(drawer)(sent, drawer=drawer, known=fields.catalogue())
    if form.is_valid():
        try:
            saved = editing.save(drawer, form.values())
        except editing.NameTaken:
            form.add_error("name", _("Another drawer has this name."))
        else:
            messages.success(request, _("Saved."))
            return redirect("leads:drawer", saved.pk)
    return _page(request, drawer, form, status=422 if form.is_bound else 200)


def _page(
    request: HttpRequest, drawer: Drawer | None, form: DrawerForm, status: int = 200, **more: Any
) -> HttpResponse:
    # A refused change has left its marks on the object.
    kept = Drawer.objects.get(pk=drawer.pk) if drawer else None
    context = {
        "form": form,
        "drawer": kept,
        "kind": offline.KINDS.get(kept.kind) if kept else None,
        "is_http": kept is None or kept.kind in PROVIDERS,
        "is_visits": kept is not None and kept.kind == Drawer.VISITS,
        "try_form": try_form_of(kept)(),
        **more,
    }
    return render(request, "leads/drawer.html", context, status=status)


@require_POST
def attempt(request: HttpRequest, drawer: int) -> HttpResponse:
    """Calls the provider once and shows what came, with what it would fill."""
    found = get_object_or_404(Drawer, pk=drawer, kind__in=PROVIDERS)
    asked, known = try_form_of(found)(request.POST), fields.catalogue()
    more: dict[str, Any] = {"try_form": asked}
    if asked.is_valid():
        outcome = editing.attempt(found, asked.cleaned_data["asked"], at=clock.now())
        if outcome is None:
            asked.add_error("asked", _("The calls of today are used up."))
        else:
            more |= {"outcome": outcome, **_told(found, outcome.answer, known)}
    form = form_of(found)(None, drawer=found, known=known)
    return _page(request, found, form, status=422 if asked.errors else 200, **more)


def _told(drawer: Drawer, answer: Any, known: Mapping[str, LeadField]) -> dict[str, Any]:
    """What the answer fills, and what of it cannot be."""
    if drawer.kind == Drawer.VISITS:
        facts = visiting.facts(drawer, answer)
        return {"filled": [(visiting.FACTS[key], value) for key, value in facts.items()]}
    kept, errors = providers.values(drawer, answer, known)
    return {
        "filled": [(known[key].label, value) for key, value in kept.items()],
        "wrong": [(known[key].label, reason) for key, reason in errors.items() if key in known],
    }


@require_POST
def do(request: HttpRequest, drawer: int) -> HttpResponse:
    """On, off, up, down, a walk through all leads, given up questions again, or away with it."""
    found = get_object_or_404(Drawer, pk=drawer)
    deed = request.POST.get("deed", "")
    if deed in ("on", "off"):
        filling.switch(found, on=deed == "on")
    elif deed in ("up", "down"):
        editing.move(found, up=deed == "up")
    elif deed == "walk":
        filling.walk(found)
        messages.success(
            request, _("All leads pass “%s” now. Nobody is called by it.") % found.name
        )
    elif deed == "again":
        again = editing.ask_again(found, at=clock.now())
        told = ngettext("%(n)d question is asked again.", "%(n)d questions are asked again.", again)
        messages.success(request, told % {"n": again})
    elif deed == "remove":
        editing.remove(found)
        messages.success(request, _("“%s” is gone. What it filled stays.") % found.name)
    return redirect("leads:enrichment")
