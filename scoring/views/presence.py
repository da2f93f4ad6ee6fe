"""Who else has the editor open, and what they saved since."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import clock
from accounts.signed_in import person
from scoring.impact import preview
from scoring.publishing import together
from scoring.views import impact, in_use
from scoring.views.saving import seen


def presence(request: HttpRequest) -> HttpResponse:
    """Says that this person still edits, and answers who else does and what they saved since."""
    found = in_use.model(request)
    if found is None:
        return HttpResponse(status=204)
    by, at = person(request), clock.now()
    together.touch(found, by, at=at)
    # There are several processes, and each answers this now and then while the editor is open.
    looked = impact.looked(request)
    if looked is not None:
        preview.warm(impact.asked(looked), at)
    shown = seen(request)
    context = {
        "others": together.others(found, by, at=at), "now": at,
        "news": [] if shown is None else together.since(found, shown, by=by),
    }  # fmt: skip
    return render(request, "scoring/presence.html", context)
