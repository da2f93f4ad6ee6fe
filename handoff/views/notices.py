"""How one wants to be told; and the link in an e-mail that ends its kind."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.rate_limit import client_key, take
from accounts.signed_in import person
from handoff.notifications import choices, kinds
from handoff.notifications.forms import HoursForm, KindsForm

A_MINUTE, AT_ONCE = 30, 30


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Both forms are kept by one button; a mistake in one keeps nothing."""
    user = person(request)
    sent = request.POST if request.method == "POST" else None
    wishes = choices.wishes_of([user])[user.pk]
    of_kinds, of_hours = KindsForm(sent, wishes=wishes), HoursForm(sent, wishes=wishes)
    if of_hours.is_valid() and of_kinds.is_valid():
        choices.choose(user, of_kinds.chosen)
        choices.keep_hours(user, **of_hours.kept)
        messages.success(request, _("Saved."))
        return redirect("handoff:notice_settings")
    context = {"kinds": of_kinds, "hours": of_hours, "me": user}
    return render(
        request, "handoff/notice_settings.html", context, status=422 if sent is not None else 200
    )


# The signed link is the proof, and a mail program that follows it has no cookie.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, since some mail programs look at every link; a POST does it (RFC 8058)."""
    known = choices.read_token(token)
    if known is None:
        return render(request, "handoff/unsubscribe.html", {}, status=404)
    user, told = known
    context: dict[str, Any] = {
        "labels": [kinds.of(kind).label for kind in told],
        "email": user.email,
    }
    if request.method == "POST":
        if not take(
            f"unsub:{client_key(request)}", rate_per_minute=A_MINUTE, burst=AT_ONCE
        ).allowed:
            context["problem"] = _("Too many requests came. Please try again soon.")
            return render(request, "handoff/unsubscribe.html", context, status=429)
        choices.no_more_mail(user, told)
        context["done"] = True
    return render(request, "handoff/unsubscribe.html", context)
