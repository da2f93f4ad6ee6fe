"""What left the house and what did not: looked through and sent again by administrators."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import clock
from handoff.channels import facts, slack
from handoff.delivering import listing
from handoff.models import Channel, Delivery


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """A page of messages; POST sends the chosen ones again, or all that failed of this view."""
    channel, state = _channel(request.GET.get("channel", "")), request.GET.get("state", "failed")
    if request.method == "POST":
        return _again(request, channel)
    found = listing.page(state=state, channel=channel, before=_whole(request.GET.get("before", "")))
    more = f"&channel={channel.public_id}" if channel else ""
    context = {
        "rows": [_line(row) for row in found.rows],
        "tabs": listing.tabs(state, reverse("handoff:deliveries"), more),
        "state": state,
        "channel": channel,
        "channels": Channel.objects.all(),
        "older": f"?state={state}{more}&before={found.older}" if found.older else "",
        "here": request.get_full_path(),
        "now": clock.now(),
    }
    return render(request, "handoff/deliveries.html", context)


def _line(row: Delivery) -> dict[str, Any]:
    return {
        "row": row,
        "to": listing.to_whom(row),
        "what": listing.says_what(row),
        "lead": _lead(row),
    }


def _lead(row: Delivery) -> Any:
    of = row.event or row.notification
    return of.lead if of else row.lead


def _again(request: HttpRequest, channel: Channel | None) -> HttpResponse:
    rows = listing.failed(channel)
    if "all" not in request.POST:
        ids = [number for text in request.POST.getlist("row") if (number := _whole(text))]
        rows = Delivery.objects.filter(pk__in=ids)
    _tell(request, listing.replay(rows, at=clock.now()))
    return redirect(request.get_full_path())


def _tell(request: HttpRequest, again: int) -> None:
    told = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", again)
    messages.success(request, told % {"n": again})


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, delivery: int) -> HttpResponse:
    """One message, what became of it, and what it would say if it left now; POST sends it again."""
    rows = Delivery.objects.select_related(
        "channel", "event__lead__score", "event__team", "notification__lead", "notification__user", "lead"
    )  # fmt: skip
    row = get_object_or_404(rows, pk=delivery)
    if request.method == "POST":
        _tell(request, listing.replay(Delivery.objects.filter(pk=row.pk), at=clock.now()))
        return redirect("handoff:delivery", delivery)
    context = {**_line(row), "says": _says(row), "now": clock.now()}
    context["message_id"] = facts.message_id(row.event) if row.event else ""
    return render(request, "handoff/delivery.html", context)


def _says(row: Delivery) -> str:
    if row.event is not None and row.channel is not None:
        is_slack = row.channel.kind == Channel.Kind.SLACK
        body = (
            slack.body_of([row.event], row.channel)
            if is_slack
            else facts.body_of(row.event, row.channel)
        )
        return json.dumps(body, indent=2, ensure_ascii=False)
    return row.notification.text if row.notification else row.body


def _channel(text: str) -> Channel | None:
    try:
        return Channel.objects.filter(public_id=uuid.UUID(text)).first() if text else None
    except ValueError:
        return None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
