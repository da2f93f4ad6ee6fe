"""The manager's page: how the queue stands now and what comes next; each panel below it loads by itself."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import clock, policy
from accounts.signed_in import person
from handoff import claims, promises
from handoff.access import visible
from handoff.escalation import nudging
from handoff.models import Handoff, SlaTimer
from handoff.models.handoffs import OPEN_STATES
from insights import periods
from insights.forms import SlaForm
from insights.sla import days, risks, standing
from insights.sla.arrivals import arrivals
from insights.sla.asking import Ask, teams
from insights.sla.matrix import matrix
from insights.sla.people import people
from insights.sla.policies import policies
from insights.sla.staff import staff
from insights.sla.tables import TABLES
from insights.sla.worst import worst
from leads.views import exports

# So many leads are moved at once.
MOST = 100
PANELS: dict[str, tuple[Any, Callable[[Ask], Any]]] = {
    "worst": (gettext_lazy("Where promises break"), worst),
    "days": (gettext_lazy("Compliance by day"), days.days),
    "matrix": (gettext_lazy("Source by band"), matrix),
    "arrivals": (gettext_lazy("Arrivals against cover"), arrivals),
    "people": (gettext_lazy("People"), people),
    "policies": (gettext_lazy("Policies"), policies),
    "reps": (gettext_lazy("Reps"), staff),
}


def form_of(request: HttpRequest) -> SlaForm:
    return SlaForm(request.GET, at=clock.now(), here=periods.zone(), teams=teams(person(request)))


def ask_of(request: HttpRequest, form: SlaForm) -> Ask:
    return Ask(person(request), form.period, form.at, form.milestone, form.team)


def context_of(request: HttpRequest, form: SlaForm) -> dict[str, Any]:
    ask = ask_of(request, form)
    return {
        "form": form, "ask": ask, "period": form.period, "lengths": periods.LENGTHS, "now": form.at,
        "teams": teams(ask.user), "milestones": SlaTimer.Milestone.choices, "goal": ask.goal,
        "query": ask.url(),
    }  # fmt: skip


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What counts now; the panels are put in by htmx, or opened by their links."""
    form = form_of(request)
    user, at, ask = person(request), form.at, ask_of(request, form)
    context = {
        **context_of(request, form),
        **_standing(request, form, compared=False),
        "hours": promises.hours(teams(user), at=at),
        "risks": risks.risks(ask),
        "reps": risks.reps(ask),
        "may_work": policy.allows(user, "handoff.work"),
        "panels": {name: title for name, (title, _make) in PANELS.items()},
    }
    return render(request, "insights/sla/page.html", context, status=422 if form.errors else 200)


def _standing(request: HttpRequest, form: SlaForm, *, compared: bool) -> dict[str, Any]:
    ask = ask_of(request, form)
    return {
        "standing": standing.standing(ask, compared=compared), "then": ask.at - standing.WEEK,
        "of_team": f"&team={ask.team}" if ask.team else "",
    }  # fmt: skip


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The first row alone, with how it was a week ago: once the page is there, and every half minute."""
    form = form_of(request)
    context = {**context_of(request, form), **_standing(request, form, compared=True)}
    return render(request, "insights/sla/now.html", context)


@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Gives the chosen leads to somebody or back to the queue, or nudges; what came of it is told above the page."""
    form = form_of(request)
    ask = ask_of(request, form)
    back = redirect(reverse("sla:show") + ask.url())
    handoffs = _chosen(request, ask)
    if not handoffs:
        messages.error(request, _("Choose at least one lead that is still open."))
    elif "nudge" in request.POST or request.POST.get("deed") == "nudge":
        told = sum(nudging.nudge(one, by=ask.user, at=ask.at) for one in handoffs)
        said = ngettext("%(n)d person was nudged.", "%(n)d people were nudged.", told)
        (messages.success if told else messages.warning)(request, said % {"n": told})
    elif request.POST.get("deed") == "take_back":
        moved = claims.take_back(
            [one.pk for one in handoffs], at=ask.at, by=ask.user, reason=_("by a manager")
        )
        messages.success(request, _("Back in the queue: %(n)d.") % {"n": len(moved.ids)})
    else:
        _give(request, ask, handoffs)
    return back


def _chosen(request: HttpRequest, ask: Ask) -> list[Handoff]:
    """The open ones among those that were ticked, or the one whose button was pressed."""
    pressed = [request.POST[name] for name in ("assign", "nudge") if name in request.POST]
    asked = pressed or request.POST.getlist("handoff")
    ids = [one for one in asked[:MOST] if _is_uuid(one)]
    found = visible(ask.user, "handoff.work").filter(public_id__in=ids, state__in=OPEN_STATES)
    return list(found.select_related("lead", "owner"))


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _give(request: HttpRequest, ask: Ask, handoffs: list[Handoff]) -> None:
    wanted = request.POST.get("to", "")
    to = next((rep.user for rep in risks.reps(ask) if str(rep.user.pk) == wanted), None)
    if to is None:
        messages.error(request, _("Choose a rep of your teams."))
        return
    moved = claims.reassign(handoffs, to=to, by=ask.user, at=ask.at, reason=_("by a manager"))
    first, *others = risks.told(moved, handoffs, to)
    messages.success(request, first)
    for said in others:
        messages.warning(request, said)


@require_safe
def panel(request: HttpRequest, name: str) -> HttpResponse:
    """One panel: the part for htmx, else a page of its own."""
    if name not in PANELS:
        raise Http404
    form = form_of(request)
    title, make = PANELS[name]
    found = make(ask_of(request, form))
    context = {
        **context_of(request, form), "name": name, "title": title, "part": f"insights/sla/{name}.html",
        "found": found, "shown": days.shown(found) if isinstance(found, days.Days) else None,
    }  # fmt: skip
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, context["part"] if is_part else "insights/sla/alone.html", context)


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponseBase:
    """The table of a panel as CSV."""
    if name not in TABLES:
        raise Http404
    form = form_of(request)
    ask = ask_of(request, form)
    back = reverse("sla:show") + ask.url()
    return exports.answer(request, TABLES[name](ask), back=back, at=form.at)
