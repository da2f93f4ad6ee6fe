"""How one team shares its leads: its way, what each of its people can take, and when they are away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import Team, User
from accounts.signed_in import person
from handoff.availability import availability
from handoff.routing import staffing
from handoff.routing.forms import AbsenceForm, AbsenceOfForm, RepForm, TeamForm

LIMITS = ("weight", "per_day", "open_limit", "is_senior")


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk)
    people = staffing.people(found)
    if request.method == "POST" and "remove" in request.POST:
        return _come_back(request, found, people)
    if request.method == "POST" and "away" in request.POST:
        return _go_away(request, found, people)
    form, each = _forms(request, found, people)
    if request.method == "POST" and all([form.is_valid(), *(one.is_valid() for one in each)]):
        takes = {user.pk: one.cleaned_data for user, one in zip(people, each, strict=True)}
        by, at = person(request), clock.now()
        staffing.share(found, takes=takes, by=by, at=at, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("handoff:routing_team", found.pk)
    return _page(request, found, people, form, each, status=422 if form.is_bound else 200)


def _forms(
    request: HttpRequest, found: Team, people: list[User], *, bound: bool = True
) -> tuple[TeamForm, list[RepForm]]:
    data = request.POST if request.method == "POST" and bound else None
    routing = staffing.routing_of(found)
    told = {name: getattr(routing, name) for name in TeamForm.base_fields}
    each = [
        RepForm(
            data, prefix=f"rep{user.pk}", initial={key: getattr(user.rep, key) for key in LIMITS}
        )
        for user in people
    ]
    return TeamForm(data, initial=told), each


def _page(
    request: HttpRequest,
    found: Team,
    people: list[User],
    form: TeamForm,
    each: list[RepForm],
    *,
    away: AbsenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    at = clock.now()
    standing = availability([user.pk for user in people], at=at)
    context: dict[str, Any] = {
        "now": at, "team": found, "form": form, "away": away or AbsenceOfForm(people=people),
        "people": [
            {"user": user, "form": one, "standing": standing[user.pk]}
            for user, one in zip(people, each, strict=True)
        ],
        "absences": staffing.absences(people, at=at),
    }  # fmt: skip
    return render(request, "handoff/routing/team.html", context, status=status)


def _go_away(request: HttpRequest, found: Team, people: list[User]) -> HttpResponse:
    form = AbsenceOfForm(request.POST, people=people)
    if form.is_valid():
        user = next(one for one in people if str(one.pk) == form.cleaned_data.pop("user"))
        try:
            staffing.be_away(user, at=clock.now(), **form.cleaned_data)
        except staffing.Refused as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, _("Nothing is offered to %s on these days.") % user.name)
            return redirect("handoff:routing_team", found.pk)
    own, each = _forms(request, found, people, bound=False)
    return _page(request, found, people, own, each, away=form, status=422)


def _come_back(request: HttpRequest, found: Team, people: list[User]) -> HttpResponse:
    staffing.come_back(request.POST["remove"], people)
    messages.success(request, _("Saved."))
    return redirect("handoff:routing_team", found.pk)
