"""A score set by hand for one lead, and given back to the model."""

import json
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.signed_in import person
from leads.access import lead_or_404
from leads.models import Lead
from scoring import overrides
from scoring.models import Override
from scoring.overrides import OverrideError

ACTION = "lead.override"


class OverrideForm(forms.Form):
    """What is asked; what can be meant is decided by the room."""

    total = forms.IntegerField(
        label=gettext_lazy("Score"),
        widget=forms.NumberInput(attrs={"autofocus": True}),
        error_messages={"invalid": gettext_lazy("Write a whole number, such as 80.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("From this day on (UTC) the model scores the lead again."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as 2026-11-24.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def override(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form, in the drawer or as a page of its own; 422 shows it again with what was typed."""
    user, at = person(request), clock.now()
    lead = lead_or_404(user, public_id, ACTION)
    holds = overrides.current(lead, at=at)
    form = OverrideForm(request.POST if request.method == "POST" else None, initial=_initial(holds))
    if form.is_valid():
        try:
            overrides.put(lead, by=user, at=at, **form.cleaned_data)
        except OverrideError as error:
            for field, reasons in error.problems.items():
                form.add_error(field, reasons)
        else:
            return _done(request, lead, _("The score is set."))
    context: dict[str, Any] = {"form": form, "lead": lead, "holds": holds}
    template = "scoring/override.html#form" if request.htmx else "scoring/override.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_POST
def end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The model scores the lead again; ending twice does no harm."""
    user, at = person(request), clock.now()
    lead = lead_or_404(user, public_id, ACTION)
    overrides.end(lead, by=user, at=at)
    return _done(request, lead, _("The model scores this lead again."))


def _initial(holds: Override | None) -> dict[str, Any]:
    if holds is None:
        return {}
    return {"total": holds.total, "until": holds.until, "reason": holds.reason}


def _done(request: HttpRequest, lead: Lead, text: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        told = {"toast": {"text": text, "tone": "ok"}, "closeDialog": {}, "leadChanged": {}}
        answer = HttpResponse(status=204)
        answer["HX-Trigger"] = json.dumps({**told, "scoreChanged": {}})
        return answer
    messages.success(request, text)
    return redirect("leads:lead", lead.public_id)
