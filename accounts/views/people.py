"""People, as an administrator sees them."""

import uuid
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import clock, directory, invitations, people
from accounts.forms import InviteForm, PersonForm
from accounts.models import User
from accounts.signed_in import person as signed_in
from accounts.views.tabs import tabs


@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    found = directory.page(
        text=request.GET.get("q", ""),
        active=request.GET.get("show") != "inactive",
        after=request.GET.get("after", ""),
    )
    query = request.GET.copy()
    query["after"] = found.after
    context = {
        "tabs": tabs("accounts:people"),
        "people": found.people,
        "q": request.GET.get("q", ""),
        "show": request.GET.get("show", ""),
        "next_url": f"?{query.urlencode()}" if found.after else "",
        "now": clock.now(),
    }
    return render(request, "accounts/people.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    zone = signed_in(request).time_zone
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        initial={"time_zone": zone, "role": "sdr"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            user = people.invite(**form.cleaned_data)
        except people.EmailTaken:
            form.add_error("email", _("Somebody with this address is here already."))
        else:
            return _show_link(request, user)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/invite.html", {"form": form}, status=status)


def _show_link(request: HttpRequest, user: User) -> HttpResponse:
    """The one time that the link is shown: the answer to the press of the button."""
    link = request.build_absolute_uri(invitations.path_for(user))
    return render(request, "accounts/link.html", {"person": user, "link": link})


@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = get_object_or_404(User.objects.prefetch_related("teams"), public_id=public_id)
    if request.method == "POST":
        return ACTIONS.get(request.POST.get("action", ""), save)(request, user)
    return _page(request, user, PersonForm(initial=_as_it_is(user)))


def save(request: HttpRequest, user: User) -> HttpResponse:
    form = PersonForm(request.POST)
    if form.is_valid():
        try:
            people.change(user, **form.cleaned_data)
        except people.LastAdministrator:
            form.add_error("role", _last_administrator())
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:person", user.public_id)
    return _page(request, user, form, status=422)


def deactivate(request: HttpRequest, user: User) -> HttpResponse:
    try:
        people.deactivate(user)
    except people.LastAdministrator:
        form = PersonForm(initial=_as_it_is(user))
        return _page(request, user, form, status=422, problem=_last_administrator())
    messages.success(request, _("%(name)s is deactivated.") % {"name": user.name})
    return redirect("accounts:person", user.public_id)


def reactivate(request: HttpRequest, user: User) -> HttpResponse:
    people.reactivate(user)
    messages.success(request, _("%(name)s is active again.") % {"name": user.name})
    return redirect("accounts:person", user.public_id)


def new_link(request: HttpRequest, user: User) -> HttpResponse:
    return _show_link(request, user) if user.is_active else save(request, user)


ACTIONS = {"deactivate": deactivate, "reactivate": reactivate, "link": new_link}


def _last_administrator() -> str:
    return _("This is the last active administrator. Make somebody else administrator first.")


def _as_it_is(user: User) -> dict[str, Any]:
    return {"name": user.name, "role": user.role, "teams": user.teams.all()}


def _page(
    request: HttpRequest, user: User, form: Form, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {"person": user, "form": form, "problem": problem, "now": clock.now()}
    return render(request, "accounts/person.html", context, status=status)
