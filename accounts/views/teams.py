"""Teams and the organisation."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import organisation as organisations
from accounts import teams as rooms
from accounts.forms import OrganisationForm, TeamForm
from accounts.models import Team
from accounts.views.tabs import tabs


@require_http_methods(["GET", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    """All teams, and a form for one more."""
    form = TeamForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            rooms.make(**form.cleaned_data)
        except rooms.NameTaken:
            form.add_error("name", _taken())
        else:
            messages.success(request, _("The team is made. Add people to it."))
            return redirect("accounts:teams")
    members = Count("members", filter=Q(members__is_active=True))
    context = {
        "tabs": tabs("accounts:teams"),
        "form": form,
        "teams": Team.objects.annotate(people=members),
    }
    return render(request, "accounts/teams.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    initial = {name: getattr(team, name) for name in TeamForm.base_fields}
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rooms.change(team, **form.cleaned_data)
        except rooms.NameTaken:
            form.add_error("name", _taken())
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:team", team.pk)
    context = {"team": team, "form": form, "members": team.members.filter(is_active=True)}
    return render(request, "accounts/team.html", context, status=_status(request))


@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    ours = organisations.current()
    initial = {name: getattr(ours, name) for name in OrganisationForm.base_fields} if ours else {}
    form = OrganisationForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        organisations.rename(**form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:organisation")
    context = {"tabs": tabs("accounts:organisation"), "form": form}
    return render(request, "accounts/organisation.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


def _taken() -> str:
    return _("Another team has this name.")
