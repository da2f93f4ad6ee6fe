"""The pages of channels: the list, one with its last messages, and what is done with it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.signed_in import person
from handoff.channels import editing, switching
from handoff.channels.forms import ChannelForm
from handoff.delivering import listing
from handoff.models import Channel

LAST = 20


@require_safe
def list_channels(request: HttpRequest) -> HttpResponse:
    context = {"channels": editing.listed(person(request)), "now": clock.now()}
    return render(request, "handoff/channels.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = ChannelForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid() and (made := _save(request, form, None)):
        messages.success(request, _("The channel is made. Send a test to see whether it arrives."))
        return redirect("handoff:channel", made.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "handoff/channel_add.html", {"form": form}, status=status)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, channel_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    channel = editing.channel_or_404(user, channel_id)
    sent = request.POST if request.method == "POST" else None
    form = ChannelForm(sent, request=request, channel=channel)
    if form.is_valid() and _save(request, form, channel):
        messages.success(request, _("Saved."))
        return redirect("handoff:channel", channel_id)
    if form.is_bound:
        channel = editing.channel_or_404(user, channel_id)
    at = clock.now()
    context = {
        "channel": channel,
        "form": form,
        "secret": editing.secret_of(channel),
        "changes": channel.old_secret_until and at < channel.old_secret_until,
        **_last(channel),
        "now": at,
    }
    return render(request, "handoff/channel.html", context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, form: ChannelForm, channel: Channel | None) -> Channel | None:
    try:
        return editing.save(channel, form.cleaned_data, by=person(request), at=clock.now())
    except editing.NameTaken:
        form.add_error("name", _("Another channel has this name."))
        return None


def _last(channel: Channel) -> dict[str, object]:
    rows = listing.page(channel=channel, size=LAST).rows
    waits = any(row.state == "pending" and not row.attempts for row in rows)
    return {"rows": [(row, listing.says_what(row)) for row in rows], "waits": waits}


@require_safe
def last(request: HttpRequest, channel_id: uuid.UUID) -> HttpResponse:
    """The last messages, asked for again while one is about to leave."""
    channel = editing.channel_or_404(person(request), channel_id)
    context = {"channel": channel, **_last(channel), "now": clock.now()}
    return render(request, "handoff/channel.html#last", context)


@require_POST
def do(request: HttpRequest, channel_id: uuid.UUID) -> HttpResponse:
    """A deed of the page's buttons."""
    channel, at = editing.channel_or_404(person(request), channel_id), clock.now()
    deed = request.POST.get("do", "")
    if deed == "test" and channel.is_on:
        editing.test(channel, at=at)
        messages.success(request, _("A test is on its way. Below you see whether it arrived."))
    elif deed == "rotate" and channel.secret:
        editing.rotate(channel, at=at)
        messages.success(request, _("There is a new secret. For a day the old one signs as well."))
    elif deed == "off":
        switching.switch_off(channel, at=at)
        messages.success(request, _("Switched off."))
    elif deed == "on":
        switching.switch_on(channel)
        messages.success(request, _("Switched on. What failed can be sent again."))
    elif deed == "replay":
        again = listing.replay(listing.failed(channel), at=at)
        messages.success(request, _("%d messages are sent again.") % again)
    elif deed == "remove":
        editing.remove(channel)
        messages.success(request, _("The channel is removed."))
        return redirect("handoff:channels")
    return redirect("handoff:channel", channel_id)
