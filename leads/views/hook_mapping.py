"""What becomes of a message: the editor of a mapping, and its preview."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from leads import fields
from leads.hooks import bodies, editing, preview, senders
from leads.hooks.forms import MappingForm, Shape, shape_of
from leads.hooks.mapping import Plan
from leads.models import Hook


@dataclass
class Desk:
    """What lies before a person who maps: the text of a message, and, if it can be read, its shape and the form."""

    text: str
    problem: str = ""
    shape: Shape | None = None
    form: MappingForm | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, hook_id: uuid.UUID) -> HttpResponse:
    hook = get_object_or_404(Hook, public_id=hook_id)
    if request.method != "POST":
        text = editing.last_message(hook) if "last" in request.GET else editing.sample_of(hook)
        return _page(request, hook, _laid_out(hook, text, editing.plan(hook)))
    text = request.POST.get("sample", "")
    # "read" looks at another message with the same plan, "guess" begins anew.
    if "guess" in request.POST:
        return _page(request, hook, _laid_out(hook, text, Plan()))
    desk = _answered(request, hook, text)
    if "read" in request.POST and not desk.problem:
        return _page(request, hook, _laid_out(hook, text, _so_far(desk) or editing.plan(hook)))
    if desk.problem or desk.form is None or not desk.form.is_valid():
        return _page(request, hook, desk, status=422)
    editing.map_by(hook, desk.form.plan(), sample=text)
    messages.success(request, _("Saved. Messages that come from now on are taken like this."))
    return redirect("leads:hook", hook_id)


def _laid_out(hook: Hook, text: str, plan: Plan) -> Desk:
    """A form for this message; where nothing was decided yet it begins with a guess."""
    if not text:
        return Desk(text)
    known = fields.catalogue()
    try:
        if plan.is_empty:
            payload = bodies.sample(text)
            told = editing.sender(hook)
            sender = told if told.recognises(payload) else senders.recognised(payload)
            plan = senders.guess(payload, sender=sender, fields=known)
        shape = shape_of(text, plan.each)
    except bodies.Unreadable as error:
        return Desk(text, problem=str(error))
    form = MappingForm(shape=shape, plan=plan, known=known, sender=editing.sender(hook))
    return Desk(text, shape=shape, form=form)


def _so_far(desk: Desk) -> Plan | None:
    """What was chosen on the page, saved or not; None where nothing could be chosen yet."""
    if desk.form is None or not desk.form.places:
        return None
    desk.form.is_valid()
    return desk.form.draft()


def _answered(request: HttpRequest, hook: Hook, text: str) -> Desk:
    plan = editing.plan(hook)
    problem = ""
    try:
        shape = shape_of(text, tuple(filter(None, request.POST.get("each", "").split("."))))
    except bodies.Unreadable as error:
        problem = str(error)
        if "path" not in request.POST:
            return Desk(text, problem=problem)
        # What was chosen stays, whatever became of the message.
        shape = Shape(text, {}, [])
    sender = editing.sender(hook)
    form = MappingForm(
        request.POST, shape=shape, plan=plan, known=fields.catalogue(), sender=sender
    )
    return Desk(text, problem=problem, shape=shape, form=form)


def _page(request: HttpRequest, hook: Hook, desk: Desk, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"hook": hook, "desk": desk}
    if desk.form is not None and desk.shape is not None:
        context["rows"] = list(desk.form.rows(desk.shape))
        context |= _preview(hook, desk.shape, desk.form)
    return render(request, "leads/hook_mapping.html", context, status=status)


def _preview(hook: Hook, shape: Shape, form: MappingForm) -> dict[str, Any]:
    """What the form as it stands would make of the message."""
    plan = form.draft()
    known = form.known
    return {
        "outcomes": preview.outcomes(hook, plan, shape.items, known=known, at=clock.now()),
        "items": len(shape.items),
        "kind": dict(form.fields["kind"].choices).get(plan.kind) if plan.kind else "",  # type: ignore[attr-defined]
    }


@require_POST
def show(request: HttpRequest, hook_id: uuid.UUID) -> HttpResponse:
    """The preview alone, for htmx."""
    hook = get_object_or_404(Hook, public_id=hook_id)
    desk = _answered(request, hook, request.POST.get("sample", ""))
    context: dict[str, Any] = {"hook": hook, "desk": desk}
    if desk.form is not None and desk.shape is not None:
        desk.form.is_valid()
        context |= _preview(hook, desk.shape, desk.form)
    return render(request, "leads/hook_mapping.html#preview", context)
