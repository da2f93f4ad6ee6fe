"""Tasks of a handoff: one by hand, and one done."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.signed_in import person
from handoff import to_do
from handoff.access import handoff_or_404
from handoff.models import Task
from handoff.queue_forms import TaskForm
from handoff.views.answers import tell


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "handoff.work")
    form = TaskForm(request.POST if request.method == "POST" else None, at=at)
    if form.is_valid():
        try:
            to_do.add(handoff, by=user, at=at, **form.cleaned_data)
        except to_do.TooLate:
            form.add_error(None, _("This handoff has ended meanwhile."))
        except to_do.TooMany:
            form.add_error(None, _("It has 20 open tasks: do one first."))
        else:
            return _done(request, handoff.lead.public_id, _("Task added."))
    part = "#sheet" if request.htmx else ""  # type: ignore[attr-defined]
    context = {"form": form, "handoff": handoff, "lead": handoff.lead, "now": at}
    status = 422 if form.is_bound else 200
    return render(request, f"handoff/task.html{part}", context, status=status)


@require_POST
def done(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    user = person(request)
    handoff = handoff_or_404(user, public_id, "handoff.work")
    task = Task.objects.filter(handoff=handoff, pk=number).first()
    if task is None:
        raise Http404
    first = to_do.finish(task, by=user, at=clock.now())
    text = _("Done: %(task)s.") if first else _("Done before: %(task)s.")
    return _done(request, handoff.lead.public_id, text % {"task": task.text})


def _done(request: HttpRequest, public_id: uuid.UUID, text: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return tell(HttpResponse(status=204), text, closeDialog={}, leadChanged={}, queueChanged={})
    messages.success(request, text)
    return redirect("leads:lead", public_id)
