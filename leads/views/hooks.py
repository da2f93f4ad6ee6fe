"""The pages of webhooks: the list, one with its messages, and what becomes of a message."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.signed_in import person
from leads.hooks import bodies, deliveries, editing, forgetting, replaying
from leads.hooks.forms import HookForm, SettingsForm
from leads.models import Hook


@require_safe
def list_hooks(request: HttpRequest) -> HttpResponse:
    context = {"hooks": editing.listed(), "now": clock.now()}
    return render(request, "leads/hooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    form = HookForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = {**form.cleaned_data, "scheme": editing.scheme_of(form.cleaned_data["sender"])}
        made = _save(request, form, None, values)
        if made:
            messages.success(request, _("Give this address to the sender."))
            return redirect("leads:hook", made.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "leads/hook_add.html", {"form": form}, status=status)


def _save(
    request: HttpRequest, form: HookForm, hook: Hook | None, values: dict[str, Any]
) -> Hook | None:
    try:
        return editing.save(hook, values, by=person(request), at=clock.now())
    except editing.NameTaken:
        form.add_error("name", _("Another webhook has this name."))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, hook_id: uuid.UUID) -> HttpResponse:
    hook = get_object_or_404(editing.listed(), public_id=hook_id)
    where = editing.sender(hook).where
    sent = request.POST if request.method == "POST" else None
    form = SettingsForm(sent, hook=hook, where=where)
    if form.is_valid() and _save(request, form, hook, form.cleaned_data):
        messages.success(request, _("Saved."))
        return redirect("leads:hook", hook_id)
    if form.is_bound:
        hook = editing.listed().get(public_id=hook_id)
    path = reverse("hook_receive", args=[hook_id])
    context = {
        "hook": hook,
        "form": form,
        "link": settings.SITE_URL.rstrip("/") + path,
        "token": editing.handshake_token(hook) if hook.sender == "facebook" else "",
        "sender": editing.sender(hook),
        "days": forgetting.KEPT.days,
        "unmapped": editing.plan(hook).is_empty,
        **_messages(request, hook),
    }
    return render(request, "leads/hook.html", context, status=422 if form.is_bound else 200)


def _messages(request: HttpRequest, hook: Hook) -> dict[str, Any]:
    state = request.GET.get("state", "")
    page = deliveries.page(hook, state=state, before=request.GET.get("before", ""))
    return {"page": page, "tabs": deliveries.tabs(hook, state), "state": state, "now": clock.now()}


@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, hook_id: uuid.UUID, number: int) -> HttpResponse:
    """One message as it came and what became of it; POST takes it again."""
    hook = get_object_or_404(Hook, public_id=hook_id)
    found = get_object_or_404(hook.deliveries, pk=number)
    if request.method == "POST":
        again = replaying.replay(hook.deliveries.filter(pk=number), at=clock.now())
        if again:
            messages.success(request, _("It is taken again. This page shows what becomes of it."))
        else:
            messages.error(request, _("Its signature is still not the one that the secret makes."))
        return redirect("leads:hook_delivery", hook_id, number)
    context = {
        "hook": hook,
        "delivery": found,
        "body": bodies.pretty(bytes(found.body), found.headers),
        "results": deliveries.results(found, viewer=person(request)),
        "now": clock.now(),
    }
    return render(request, "leads/hook_delivery.html", context)


@require_POST
def replay(request: HttpRequest, hook_id: uuid.UUID) -> HttpResponse:
    """Takes again whatever failed or was refused."""
    hook = get_object_or_404(Hook, public_id=hook_id)
    again = replaying.replay(replaying.unsettled(hook), at=clock.now())
    told = ngettext("%(n)d message is taken again.", "%(n)d messages are taken again.", again)
    messages.success(request, told % {"n": again} if again else _("There is none to take again."))
    return redirect("leads:hook", hook_id)
