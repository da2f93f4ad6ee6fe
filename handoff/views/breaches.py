"""The rows behind figures over promises."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.models import Team
from accounts.signed_in import person
from handoff import breaches
from handoff.models import SlaTimer


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The promises that were kept or missed, as the address asks."""
    user, ask, at = person(request), breaches.Ask.of(request.GET), clock.now()
    rows, following = breaches.page(user, ask, at=at)
    query = request.GET.copy()
    query["after"] = following
    everybody = policy.scope(user, "sla.view") is policy.Scope.ALL
    context = {
        "now": at,
        "ask": ask,
        "rows": rows,
        "milestones": SlaTimer.Milestone.choices,
        "days": breaches.DAYS,
        "teams": list(Team.objects.all() if everybody else user.teams.all()),
        "total": breaches.asked(user, ask, at=at).count(),
        "next_url": f"?{query.urlencode()}" if following else "",
    }
    return render(request, "handoff/breaches.html", context)
