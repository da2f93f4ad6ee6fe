"""When one is away oneself. Managers say it for their people on the page of a team."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.signed_in import person
from handoff.routing import staffing
from handoff.routing.forms import AbsenceForm


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    user, at = person(request), clock.now()
    form = AbsenceForm(request.POST if "away" in request.POST else None)
    if "remove" in request.POST:
        staffing.come_back(request.POST["remove"], [user])
        messages.success(request, _("Saved."))
        return redirect("handoff:away")
    if form.is_valid():
        try:
            staffing.be_away(user, at=at, **form.cleaned_data)
        except staffing.Refused as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, _("Nothing is offered to you on these days."))
            return redirect("handoff:away")
    context = {"now": at, "away": form, "absences": staffing.absences([user], at=at), "me": user}
    return render(request, "handoff/away.html", context, status=422 if form.is_bound else 200)
