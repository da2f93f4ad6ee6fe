"""The manager's page: how the queue stands now, what comes next, how promises were kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.models import Team, User
from accounts.signed_in import person
from handoff import breaches, promises, queue, sla
from handoff.models import SlaTimer

NEXT = 8
LATEST = 8
DAYS = breaches.DAYS
NAMES = dict(SlaTimer.Milestone.choices)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    user, at = person(request), clock.now()
    recent, _more = breaches.page(user, breaches.Ask(days=30), at=at)
    context = {
        "now": at,
        "me": user,
        "standing": sla.now(user, at=at, soon=queue.SOON),
        "hours": promises.hours(_teams(user), at=at),
        "lines": queue.upcoming(user, at=at, size=NEXT),
        "breaches": recent[:LATEST],
        "compliance": _compliance(user, at),
        "days": DAYS,
        "may_work": policy.allows(user, "handoff.work"),
    }
    return render(request, "handoff/sla.html", context)


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The rows that a figure of the page counts."""
    user, ask, at = person(request), breaches.Ask.of(request.GET), clock.now()
    rows, following = breaches.page(user, ask, at=at)
    query = request.GET.copy()
    query["after"] = following
    context = {
        "now": at,
        "ask": ask,
        "rows": rows,
        "milestones": SlaTimer.Milestone.choices,
        "days": DAYS,
        "total": breaches.asked(user, ask, at=at).count(),
        "next_url": f"?{query.urlencode()}" if following else "",
    }
    return render(request, "handoff/breaches.html", context)


def _compliance(user: User, at: Any) -> list[dict[str, Any]]:
    """A row a milestone, a figure a span; each with the address of the rows behind it."""
    found = sla.compliance(user, at=at, days=DAYS)
    rows: dict[str, list[dict[str, Any]]] = {milestone: [] for milestone in NAMES}
    for figure in found:
        address = f"{reverse('handoff:breaches')}?milestone={figure.milestone}&days={figure.days}"
        rows[figure.milestone].append(
            {
                "days": figure.days,
                "kept": figure.kept,
                "kept_url": f"{address}&verdict=kept",
                "late_url": f"{address}&verdict=late",
            }
        )
    return [{"name": NAMES[key], "figures": figures} for key, figures in rows.items() if figures]


def _teams(user: User) -> list[Team]:
    everybody = policy.scope(user, "sla.view") is policy.Scope.ALL
    return list(Team.objects.all() if everybody else user.teams.all())
