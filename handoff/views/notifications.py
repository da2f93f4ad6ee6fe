"""What a person was told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.signed_in import person
from handoff import notifications
from handoff.models import Notification
from handoff.notifications import bell, kinds

LATEST = 8


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Newest first; a POST marks everything up to the newest note that was shown as read."""
    user, at = person(request), clock.now()
    if request.method == "POST":
        notifications.mark_read(user, at=at, upto=_whole(request.POST.get("upto", "")))
        return redirect("handoff:notifications")
    notes, more = notifications.page(user, before=_whole(request.GET.get("before", "")))
    context = _shown(notes, at) | {"next_url": f"?before={notes[-1].pk}" if more else ""}
    return render(request, "handoff/notifications.html", context)


def _shown(notes: Sequence[Notification], at: datetime) -> dict[str, Any]:
    return {
        "now": at,
        "notes": [(note, kinds.of(note.kind).icon, _link(note)) for note in notes],
        "newest": notes[0].pk if notes else "",
        "unread": any(note.read_at is None for note in notes),
    }


@require_safe
def poll(request: HttpRequest) -> HttpResponse:
    """204 while the bell looks as it did; every open page asks, so it costs one look into an index."""
    found = bell.look(person(request))
    if request.GET.get("tag") == found.tag:
        return HttpResponse(status=204)
    return render(request, "ui/bell_count.html", {"bell": found})


@require_http_methods(["GET", "HEAD", "POST"])
def latest(request: HttpRequest) -> HttpResponse:
    """What opens under the bell; a POST marks what it showed as read."""
    user, at = person(request), clock.now()
    if request.method == "POST":
        notifications.mark_read(user, at=at, upto=_whole(request.POST.get("upto", "")))
    notes, _more = notifications.page(user, size=LATEST)
    context = _shown(notes, at) | {"bell": bell.look(user), "swap": request.method == "POST"}
    return render(request, "ui/bell_notes.html", context)


def _link(note: Notification) -> str:
    """Where what it tells of can be seen; empty for nowhere."""
    if note.lead is not None:
        return reverse("leads:lead", args=[note.lead.public_id])
    what, *place = note.about.split(":")
    if what == "round":
        return reverse("agreement_round")
    if what != "proposal":
        return ""
    return f"{reverse('scoring:proposal', args=[place[1]])}?model={place[0]}"


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
