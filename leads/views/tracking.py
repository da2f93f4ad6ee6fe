"""Pages about what comes in from websites and servers, and the script that websites load."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.models import ApiKey
from accounts.signed_in import person
from leads.activity import bursts as rooms
from leads.activity import own_visits, senders
from leads.activity.tracking_forms import OriginsForm, OwnVisitsForm, WebsiteForm
from leads.models import MachineBurst

TABS = [
    ("leads:tracking", _("Websites and servers")),
    ("leads:arrivals", _("Arriving now")),
    ("leads:event_kinds", _("Kinds of events")),
    ("leads:bursts", _("Machines found")),
    ("leads:own_visits", _("Our own visits")),
]
SCRIPT = "tracker/leadhub.js"
REMEMBERED_S = 3600
LONGEST_CURSOR = 19


def tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": reverse(name), "current": name == current} for name, label in TABS
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def websites(request: HttpRequest) -> HttpResponse:
    """All senders with what they sent this week, and a new website."""
    form = WebsiteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        key = senders.add_website(by=person(request), **form.cleaned_data)
        messages.success(request, _("Put the script on its pages, and visits come in."))
        return redirect("leads:website", key.pk)
    now = clock.now()
    context = {
        "tabs": tabs("leads:tracking"), "form": form, "senders": senders.counted(now), "now": now,
        "days": senders.SHOWN_DAYS,
    }  # fmt: skip
    return render(request, "leads/tracking.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def website(request: HttpRequest, pk: int) -> HttpResponse:
    """One public key: the snippet for its pages, and which websites may use it."""
    key = _website(pk)
    form = OriginsForm(
        request.POST if request.method == "POST" else None, initial={"origins": "\n".join(key.origins)}
    )  # fmt: skip
    if form.is_valid():
        senders.set_origins(key, form.cleaned_data["origins"])
        messages.success(request, _("Saved."))
        return redirect("leads:website", key.pk)
    context = {"key": key, "form": form, "site_url": settings.SITE_URL.rstrip("/")}
    return render(request, "leads/website.html", context, status=422 if form.is_bound else 200)


@require_safe
def demo(request: HttpRequest, pk: int) -> HttpResponse:
    """A pretended website with the script on it, beside what arrives from it."""
    return render(request, "leads/tracker_demo.html", {"key": _website(pk), **_arrivals()})


def _website(pk: int) -> ApiKey:
    return get_object_or_404(ApiKey, pk=pk, kind=ApiKey.Kind.PUBLIC, revoked_at=None)


@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """The newest events and refusals; asked again every few seconds."""
    part = request.htmx  # type: ignore[attr-defined]
    context = {"tabs": tabs("leads:arrivals"), **_arrivals(), "refused": senders.refusals()}
    return render(request, "leads/arrivals.html#live" if part else "leads/arrivals.html", context)


def _arrivals() -> dict[str, Any]:
    return {"arrived": senders.arrivals(), "now": clock.now()}


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    stored = own_visits.stored()
    form = OwnVisitsForm(request.POST if request.method == "POST" else None, stored=stored)
    if form.is_valid():
        own_visits.keep(**form.cleaned_data, by=person(request), at=clock.now())
        messages.success(request, _("Saved. It holds for what comes in from now on."))
        return redirect("leads:own_visits")
    context = {"tabs": tabs("leads:own_visits"), "form": form, "stored": stored, "now": clock.now()}
    return render(request, "leads/own_visits.html", context, status=422 if form.is_bound else 200)


@require_safe
def bursts(request: HttpRequest) -> HttpResponse:
    """Events that were found to be no person's doing, newest first."""
    before = request.GET.get("before", "")
    known = before.isascii() and before.isdecimal() and len(before) < LONGEST_CURSOR
    rows = rooms.page(int(before) if known else None)
    shown = rows[: rooms.PAGE]
    context = {
        "tabs": tabs("leads:bursts"), "bursts": shown, "now": clock.now(),
        "next_url": f"?before={shown[-1].pk}" if len(rows) > len(shown) else "",
    }  # fmt: skip
    return render(request, "leads/bursts.html", context)


@require_POST
def overrule(request: HttpRequest, pk: int) -> HttpResponse:
    burst = get_object_or_404(MachineBurst.objects.select_related("visitor"), pk=pk)
    try:
        rooms.overrule(burst, by=person(request), at=clock.now())
    except rooms.NobodyToAsk:
        messages.error(request, _("These events name no browser. Make a rule under Event trust."))
    else:
        messages.success(request, _("Taken for a person's. Scores follow in the background."))
    return redirect("leads:bursts")


def _script() -> Path:
    """The script lies with the other static files; its address is short and stays."""
    return Path(finders.find(SCRIPT) or Path(settings.STATIC_ROOT) / SCRIPT)


def _mark(request: HttpRequest) -> str:
    told = _script().stat()
    return f'"{told.st_mtime_ns:x}-{told.st_size:x}"'


@require_safe
@gzip_page
@condition(etag_func=_mark)
def script(request: HttpRequest) -> HttpResponseBase:
    """The tracker, for any website."""
    answer = HttpResponse(_script().read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={REMEMBERED_S}"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
