"""A draft tried on a lead that somebody looks for."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import clock, policy
from accounts.signed_in import person
from leads import queries
from leads.access import lead_or_404, visible
from scoring.impact import trial as trials
from scoring.impact.question import asked_of
from scoring.views import editor_page, in_use

FOUND = 8


def trial(request: HttpRequest) -> HttpResponse:
    """`q` finds leads, `lead` is the public id of the one that is tried."""
    model = in_use.model(request)
    page = None
    if model is not None and model.versions.exists():
        page = editor_page.build(model, may_edit=policy.allows(request.user, "model.edit"))
    if page is None:
        return redirect("scoring:model")
    context: dict[str, Any] = {
        "page": page,
        "now": clock.now(),
        "q": request.GET.get("q", "")[:120],
    }
    if context["q"].strip():
        context["leads"] = _found(request, context["q"])
    if wanted := _public_id(request.GET.get("lead", "")):
        lead = lead_or_404(person(request), wanted)
        context["trial"] = trials.trial(asked_of(page.model, page.definition), lead)
    part = "#found" if request.htmx and not wanted else ""  # type: ignore[attr-defined]
    return render(request, f"scoring/trial.html{part}", context)


def _found(request: HttpRequest, text: str) -> list[Any]:
    leads = queries.search(visible(person(request)), text)
    return list(leads.order_by("-pk")[:FOUND])


def _public_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
