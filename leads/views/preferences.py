"""The page on which a person says what we may do. No login, no script: the signed link says who it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.rate_limit import client_address, client_key, take
from leads.models import Lead
from leads.privacy import consents, preferences, purposes

A_MINUTE, AT_ONCE = 30, 30


# The signed link is the proof, and whoever has it may use it: no cookie says more.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    lead = preferences.lead_of(token)
    if lead is None:
        return render(request, "leads/privacy/link_gone.html", status=404)
    if request.method != "POST":
        return _page(request, lead)
    if not take(f"said:{client_key(request)}", rate_per_minute=A_MINUTE, burst=AT_ONCE).allowed:
        return _page(
            request, lead, problem=_("Too many answers came. Please try again soon."), status=429
        )
    if "stop" in request.POST:
        preferences.stop(lead, at=clock.now(), proof=_proof(request))
    else:
        preferences.decide(lead, _answers(request, lead), at=clock.now(), proof=_proof(request))
    return _page(request, lead, saved=True)


def _answers(request: HttpRequest, lead: Lead) -> dict[str, bool]:
    said = {"yes": True, "no": False}
    rows = purposes.of_lead(lead)
    given = {row.purpose.key: request.POST.get(row.purpose.key, "") for row in rows}
    return {key: said[value] for key, value in given.items() if value in said}


def _page(request: HttpRequest, lead: Lead, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"rows": purposes.of_lead(lead), "email": lead.email or "", **more}
    return render(request, "leads/privacy/preferences.html", context, status=status)


@csrf_exempt
@never_cache
@require_POST
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """One click in a mail program (RFC 8058): no to everything."""
    lead = preferences.lead_of(token)
    if lead is None:
        return HttpResponse(_("This link leads nowhere."), status=404, content_type="text/plain")
    preferences.stop(lead, at=clock.now(), proof=_proof(request))
    return HttpResponse(_("You will not hear from us again."), content_type="text/plain")


def _proof(request: HttpRequest) -> dict[str, Any]:
    agent = request.headers.get("User-Agent", "")
    return consents.proof(address=client_address(request), agent=agent)
