"""What a person may ask of us: to say yes or no, to be told, to be forgotten."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from leads import access
from leads.models import Erasure, Lead
from leads.privacy import consents, erasing, preferences, purposes, suppression, telling
from leads.privacy.consents import Given
from leads.privacy.forms import ByHandForm, EraseForm
from leads.views.lists import signed_in

# Rows of a table that are read on the page; the file has all of them.
MOST_ROWS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the person agreed to; a yes or no that a colleague heard is written down here."""
    action = "lead.edit" if request.method == "POST" else "lead.view"
    lead = access.lead_or_404(signed_in(request), public_id, action)
    form = ByHandForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _record(request, lead, form)
        form = ByHandForm()
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect("leads:lead", public_id)
    context = {
        "lead": lead,
        "form": form,
        "rows": purposes.of_lead(lead),
        "suppressed": suppression.of_lead(lead),
        "link": request.build_absolute_uri(preferences.path(lead)),
        "may_edit": policy.allows(request.user, "lead.edit") and not lead.erased_at,
        "may_erase": policy.allows(request.user, "lead.erase") and not lead.erased_at,
        "now": clock.now(),
    }
    status = 422 if form.is_bound else 200
    answer = render(request, "leads/privacy/panel.html", context, status=status)
    if request.method == "POST" and status == 200:
        answer["HX-Trigger"] = "leadChanged"
    return answer


def _record(request: HttpRequest, lead: Lead, form: ByHandForm) -> None:
    said = Given(
        lead.pk, form.cleaned_data["purpose"].key, form.cleaned_data["granted"] == "yes",
        source=_("By hand"), proof={"how": form.cleaned_data["how"]},
    )  # fmt: skip
    consents.record([said], at=clock.now(), by=signed_in(request))


@require_safe
def told(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything we know of a person, to be read."""
    lead = access.lead_or_404(signed_in(request), public_id, "lead.tell")
    shown = [
        {
            "title": section.title,
            "columns": section.columns,
            "total": len(section.rows),
            "rows": [[telling.readable(one) for one in row] for row in section.rows[:MOST_ROWS]],
        }
        for section in telling.sections(lead)
    ]
    context = {"lead": lead, "sections": shown}
    return render(request, "leads/privacy/told.html", context)


@require_POST
def told_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same as a file for the person. That it was taken is written down."""
    lead = access.lead_or_404(signed_in(request), public_id, "lead.tell")
    text = telling.tell(lead, by=signed_in(request), at=clock.now())
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="person-{lead.public_id}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What would go; typed, so that nobody erases by a slip."""
    lead = access.lead_or_404(signed_in(request), public_id, "lead.erase")
    form = EraseForm(lead.name, request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = erasing.erase(
            [lead], cause=Erasure.Cause.REQUEST, at=clock.now(), by=signed_in(request)
        )
        messages.success(request, _("The person was erased. This receipt is what remains."))
        return redirect("leads:erasure", made[0].public_id) if made else redirect("leads:erasures")
    context = {"lead": lead, "form": form, "parts": erasing.preview(lead)}
    status = 422 if form.is_bound else 200
    return render(request, "leads/privacy/erase.html", context, status=status)
