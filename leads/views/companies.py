"""Companies: the list of accounts, and one of them."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, policy
from accounts.signed_in import person
from leads import bands, company_list
from leads.exporting import tables
from leads.forms import ParentForm
from leads.identity import hierarchy
from leads.models import Company
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


@require_http_methods(["GET", "HEAD", "POST"])
def company(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One company; sent, it says which company it belongs to."""
    user = person(request)
    found = company_list.company_or_404(user, public_id)
    parent = hierarchy.parent(user, found)
    sent = request.POST if request.method == "POST" else None
    form = ParentForm(sent, initial={"parent": (parent.domain or parent.name) if parent else ""})
    if form.is_valid() and _put_under(request, found, form):
        messages.success(request, _("Saved."))
        return redirect("leads:company", public_id)
    people = company_list.people(user, found)
    known = bands.bands()
    for lead in people:
        lead.band = bands.called(lead.score.band, known)  # type: ignore[attr-defined]
    context = {
        "company": found,
        "parent": parent,
        "children": hierarchy.children(user, found),
        "form": form if policy.allows(user, "company.edit") else None,
        "people": people,
        "score": max((lead.score.account for lead in people), default=0),
        "deeds": company_list.latest(people),
        "now": clock.now(),
    }
    return render(request, "leads/company.html", context, status=422 if form.is_bound else 200)


def _put_under(request: HttpRequest, company: Company, form: ParentForm) -> bool:
    text = form.cleaned_data["parent"]
    try:
        parent = hierarchy.find(person(request), text) if text else None
        hierarchy.put_under(company, parent, by=person(request), at=clock.now())
    except hierarchy.Unknown:
        form.add_error("parent", _("There is no such company. Give its name or its domain."))
    except hierarchy.Circle:
        form.add_error("parent", _("That company belongs to this one already."))
    return form.is_valid()
