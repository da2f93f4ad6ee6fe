"""The receipt of a score: a page to read or print for the person it is about, and the same as a file."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.signed_in import person
from leads.access import lead_or_404
from scoring.explaining import receipt


@require_safe
def page(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    lead, at = lead_or_404(person(request), public_id), clock.now()
    context = {"lead": lead, "receipt": receipt.receipt(lead, at=at), "now": at}
    return render(request, "scoring/receipt.html", context)


@require_safe
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    lead = lead_or_404(person(request), public_id)
    made = receipt.receipt(lead, at=clock.now())
    if made is None:
        raise Http404
    answer = JsonResponse(receipt.to_json(made), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="score-{lead.public_id}.json"'
    return answer
