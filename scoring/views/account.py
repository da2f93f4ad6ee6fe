"""What gives a company its account score."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.signed_in import person
from leads import company_list
from scoring.definition import Group
from scoring.explaining import explain


def account(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Lines of the account group, which are the same for everybody of the company under one model."""
    user = person(request)
    company = company_list.company_or_404(user, public_id)
    best = max(company_list.people(user, company), key=lambda lead: lead.score.account)
    found = explain.explain(best.pk)
    lines = [line for line in found.lines if line.group == Group.ACCOUNT] if found else []
    context = {"company": company, "lines": lines}
    template = "scoring/account.html#lines" if request.htmx else "scoring/account.html"  # type: ignore[attr-defined]
    return render(request, template, context)
