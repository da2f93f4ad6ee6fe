"""One's own account."""

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import people
from accounts.forms import OwnPasswordForm, SelfForm
from accounts.models import User
from accounts.signed_in import person


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Two forms on one page; the button that was pressed says which one is sent."""
    user = person(request)
    sent = request.POST.get("form", "")
    about = SelfForm(
        request.POST if sent == "about" else None,
        initial={"name": user.name, "time_zone": user.time_zone},
    )
    password = OwnPasswordForm(request.POST if sent == "password" else None, user=user)
    if about.is_valid():
        people.change_self(user, **about.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:me")
    if password.is_valid():
        return _set_password(request, user, password.cleaned_data["password"])
    context = {"about": about, "password": password, "teams": user.teams.all()}
    return render(request, "accounts/me.html", context, status=422 if sent else 200)


def _set_password(request: HttpRequest, user: User, password: str) -> HttpResponse:
    people.set_password(user, password=password)
    auth.update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed. You were logged out everywhere else."))
    return redirect("accounts:me")
