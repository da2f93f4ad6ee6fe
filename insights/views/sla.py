"""The manager's page: how the queue stands now and what comes next; each panel below it loads by itself."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.signed_in import person
from handoff import promises, queue, sla
from handoff.models import SlaTimer
from insights import periods
from insights.forms import SlaForm
from insights.sla.arrivals import arrivals
from insights.sla.asking import GOAL, Ask, teams
from insights.sla.matrix import matrix
from insights.sla.people import people
from insights.sla.tables import TABLES
from leads.views import exports

NEXT = 8
PANELS: dict[str, tuple[Any, Callable[[Ask], Any]]] = {
    "matrix": (_("Source by band"), matrix),
    "arrivals": (_("Arrivals against cover"), arrivals),
    "people": (_("People"), people),
}


def _form(request: HttpRequest) -> SlaForm:
    return SlaForm(request.GET, at=clock.now(), here=periods.zone(), teams=teams(person(request)))


def _ask(request: HttpRequest, form: SlaForm) -> Ask:
    return Ask(person(request), form.period, form.at, form.milestone, form.team)


def _context(request: HttpRequest, form: SlaForm) -> dict[str, Any]:
    ask = _ask(request, form)
    return {
        "form": form, "ask": ask, "period": form.period, "lengths": periods.LENGTHS, "now": form.at,
        "teams": teams(ask.user), "milestones": SlaTimer.Milestone.choices, "goal": GOAL,
        "query": ask.url(),
    }  # fmt: skip


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What counts now; the panels are put in by htmx, or opened by their links."""
    form = _form(request)
    user, at = person(request), form.at
    context = {
        **_context(request, form),
        "standing": sla.now(user, at=at, soon=queue.SOON),
        "hours": promises.hours(teams(user), at=at),
        "lines": queue.upcoming(user, at=at, size=NEXT),
        "may_work": policy.allows(user, "handoff.work"),
        "panels": [(name, title) for name, (title, _make) in PANELS.items()],
    }
    return render(request, "insights/sla/page.html", context, status=422 if form.errors else 200)


@require_safe
def panel(request: HttpRequest, name: str) -> HttpResponse:
    """One panel: the part for htmx, else a page of its own."""
    if name not in PANELS:
        raise Http404
    form = _form(request)
    title, make = PANELS[name]
    context = {
        **_context(request, form), "name": name, "title": title, "part": f"insights/sla/{name}.html",
        "found": make(_ask(request, form)),
    }  # fmt: skip
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, context["part"] if is_part else "insights/sla/alone.html", context)


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponseBase:
    """The table of a panel as CSV."""
    if name not in TABLES:
        raise Http404
    form = _form(request)
    ask = _ask(request, form)
    back = reverse("sla:show") + ask.url()
    return exports.answer(request, TABLES[name](ask), back=back, at=form.at)
