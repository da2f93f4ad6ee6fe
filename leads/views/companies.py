"""Companies: the list of accounts, and one of them."""

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.signed_in import person
from leads import bands, company_list


@require_safe
def list_companies(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:120]
    page = company_list.page(person(request), text=text, after=request.GET.get("after", "")[:200])
    more = {"q": text, "after": page.after} if text else {"after": page.after}
    context = {
        "accounts": page.accounts,
        "text": text,
        "next_url": f"?{urlencode(more)}" if page.after else "",
    }
    return render(request, "leads/companies.html", context)


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
