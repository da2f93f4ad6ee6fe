"""The manager's page: how the queue stands now, what comes next, how promises were kept."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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
        "teams": _teams(user),
        "total": breaches.asked(user, ask, at=at).count(),
        "next_url": f"?{query.urlencode()}" if following else "",
    }
    return render(request, "handoff/breaches.html", context)


def _compliance(user: User, at: datetime) -> list[dict[str, Any]]:
    """A row a team and milestone, a figure a span; each with the address of the rows behind it."""
    rows: dict[tuple[Any, str], dict[str, Any]] = {}
    for found in sla.compliance(user, at=at, days=DAYS):
        key = (found.team.pk if found.team else "", found.milestone)
        row: dict[str, Any] = {"team": found.team, "name": NAMES[found.milestone], "figures": []}
        query = urlencode({"milestone": key[1], "days": found.days, "team": key[0]})
        rows.setdefault(key, row)["figures"].append({"kept": found.kept, "query": query})
    return list(rows.values())


def _teams(user: User) -> list[Team]:
    everybody = policy.scope(user, "sla.view") is policy.Scope.ALL
    return list(Team.objects.all() if everybody else user.teams.all())
