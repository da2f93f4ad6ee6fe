"""Ways in and out: first run, login, logout, the link that sets a password."""

import uuid

from django.contrib import auth, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock, confirming, invitations, logins, organisation
from accounts.forms import FirstRunForm, LoginForm, PasswordForm
from accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    onward = _onward(request)
    if request.user.is_authenticated:
        return redirect(onward)
    if not organisation.is_founded():
        return redirect("accounts:first_run")
    form = LoginForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        user, status = _check(request, form)
        if user is not None:
            _enter(request, user)
            return redirect(onward)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "accounts/login.html", context, status=status)


def _enter(request: HttpRequest, user: User) -> None:
    auth.login(request, user, backend=BACKEND)
    confirming.note(request, at=clock.now())


def _check(request: HttpRequest, form: LoginForm) -> tuple[User | None, int]:
    """The person, or None with the reason on the form and the status of the answer."""
    if not form.is_valid():
        return None, 422
    try:
        user = logins.check(request, **form.cleaned_data)
    except logins.TooOften as refused:
        text = _("Too many attempts. Try again in %(seconds)d seconds.")
        form.add_error(None, text % {"seconds": refused.retry_after_s})
        return None, 429
    if user is None:
        # One sentence for a wrong password, an unknown address and a deactivated person.
        form.add_error(None, _("E-mail and password do not fit together."))
    return user, 422


def _onward(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url("home")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    messages.info(request, _("You are logged out."))
    return redirect("accounts:login")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """While nobody is here yet: the organisation and its first administrator."""
    if organisation.is_founded():
        raise Http404
    form = FirstRunForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = organisation.found(
                name=data["organisation"], time_zone=data["time_zone"], person=data["name"],
                email=data["email"], password=data["password"],
            )  # fmt: skip
        except organisation.AlreadyFounded:
            return redirect("accounts:login")
        _enter(request, user)
        return redirect("home")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/first_run.html", {"form": form}, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, public_id: uuid.UUID, token: str) -> HttpResponse:
    user = invitations.holder(public_id, token)
    if user is None:
        return _used_up(request)
    form = PasswordForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        accepted = invitations.accept(public_id, token, password=password)
        return _welcome(request, accepted) if accepted else _used_up(request)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "person": user}
    return render(request, "accounts/set_password.html", context, status=status)


def _used_up(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/link_used_up.html", status=410)


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    _enter(request, user)
    messages.success(request, _("Your password is set. Welcome."))
    return redirect("home")
