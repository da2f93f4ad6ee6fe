"""Companies: the list of accounts, and one of them."""

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.signed_in import person
from leads import bands, company_list
from leads.exporting import tables
from leads.views import exports


@require_safe
def list_companies(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:120]
    page = company_list.page(person(request), text=text, after=request.GET.get("after", "")[:200])
    more = {"q": text, "after": page.after} if text else {"after": page.after}
    context = {
        "accounts": page.accounts,
        "text": text,
        "may_export": policy.allows(person(request), "lead.export"),
        "next_url": f"?{urlencode(more)}" if page.after else "",
    }
    return render(request, "leads/companies.html", context)


@require_safe
def export_companies(request: HttpRequest) -> HttpResponseBase:
    table = tables.companies(person(request))
    return exports.answer(request, table, back=reverse("leads:companies"), at=clock.now())


@require_safe
def company(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    found = company_list.company_or_404(user, public_id)
    people = company_list.people(user, found)
    known = bands.bands()
    for lead in people:
        lead.band = bands.called(lead.score.band, known)  # type: ignore[attr-defined]
    context = {
        "company": found,
        "people": people,
        "score": max((lead.score.account for lead in people), default=0),
        "deeds": company_list.latest(people),
        "now": clock.now(),
    }
    return render(request, "leads/company.html", context)
