"""From a lead to its deal: the panel on the lead's page, opening an opportunity, sending an SQL back."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.signed_in import person
from handoff.views.answers import go
from leads.access import lead_or_404
from leads.models import Lead
from leads.stages import Stage
from qualification.closing import access, deals, listing, passing
from qualification.closing.forms import DealForm, SendBackForm, opening


@require_safe
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    lead = lead_or_404(user, public_id)
    passed = access.waiting(user).filter(lead=lead).select_related("team", "owner").first()
    found = listing.of_lead(user, lead.pk)
    may_open = access.may_open(user, lead) and lead.stage in (Stage.SQL, Stage.CUSTOMER)
    context = {
        "lead": lead, "passed": passed, "deals": found, "now": clock.now(),
        "may_open": may_open and not any(deal.is_open for deal in found),
    }  # fmt: skip
    return render(request, "qualification/deal_panel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_deal(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One click opens it, with what the sheet says; nothing but the name is asked for."""
    user = person(request)
    lead = _lead(request, public_id)
    post = request.method == "POST"
    form = opening(lead, passing.waiting(lead.pk), by=user, data=request.POST if post else None)
    if post and form.is_valid():
        try:
            deal = deals.open_with(lead, by=user, at=clock.now(), **form.cleaned_data)
        except deals.AlreadyOpen as there:
            messages.info(request, str(there))
            return go(request, reverse("qualification:deal", args=[there.deal.public_id]))
        except deals.NotAnSql as refused:
            form.add_error(None, str(refused))
        except deals.Refused as refused:
            for field, problem in refused.problems.items():
                form.add_error(field, problem)
        else:
            messages.success(request, _("The opportunity is open."))
            return go(request, reverse("qualification:deal", args=[deal.public_id]))
    return _sheet(request, "deal_open", lead, form)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    lead = _lead(request, public_id)
    form = SendBackForm(request.POST if request.method == "POST" else None, today=at.date())
    if request.method == "POST" and form.is_valid():
        try:
            passing.send_back(lead, by=user, at=at, **form.cleaned_data)
        except passing.NotWaiting:
            form.add_error(None, _("An opportunity was opened or the lead sent back meanwhile."))
        else:
            messages.success(request, _("%(lead)s rests for now.") % {"lead": lead.name})
            return go(request, reverse("qualification:deals") + "?state=waiting")
    return _sheet(request, "deal_back", lead, form)


def _lead(request: HttpRequest, public_id: uuid.UUID) -> Lead:
    user = person(request)
    lead = lead_or_404(user, public_id)
    if not access.may_open(user, lead):
        raise Http404
    return lead


def _sheet(
    request: HttpRequest, name: str, lead: Lead, form: DealForm | SendBackForm
) -> HttpResponse:
    htmx = request.htmx  # type: ignore[attr-defined]
    part = "#sheet" if htmx else ""
    context = {"lead": lead, "form": form, "as_sheet": htmx}
    status = 422 if form.is_bound else 200
    return render(request, f"qualification/{name}.html{part}", context, status=status)
