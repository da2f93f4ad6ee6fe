"""The list of reasons, edited as a whole, and a form for one more."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qualification import reasons as rooms
from qualification.forms import ReasonForm, ReasonLineForm
from qualification.models import DispositionReason


@require_http_methods(["GET", "HEAD", "POST"])
def reasons(request: HttpRequest) -> HttpResponse:
    """The button that was pressed says which of the two forms is sent."""
    sent = request.POST.get("form", "")
    lines, new = (
        _lines(request, sent == "list"),
        ReasonForm(request.POST if sent == "new" else None),
    )
    problem = ""
    try:
        # Each is asked, so that each shows what is wrong with it.
        if sent == "list" and all({line: line.is_valid() for line in lines}.values()):
            rooms.save([line.change() for line in lines])
            return _done(request, _("Saved."))
        if new.is_valid():
            added = rooms.add(**new.cleaned_data)
            return _done(request, _said(added))
    except rooms.Refused as refused:
        problem = str(refused)
        if sent == "new":
            new.add_error("label", problem)
    context = {
        "lines": lines,
        "new": new,
        "problem": problem if sent == "list" else "",
        "most": rooms.MOST_IN_USE,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "qualification/reasons.html", context, status=status)


def _lines(request: HttpRequest, bound: bool) -> list[ReasonLineForm]:
    """A form a reason, in the order in which a browser sent them, else in that of the table."""
    there = {reason.pk: reason for reason in DispositionReason.objects.all()}
    sent = [int(key) for key in request.POST.getlist("order") if re.fullmatch("[0-9]{1,9}", key)]
    order = dict.fromkeys([*(key for key in sent if key in there), *there] if bound else there)
    data = request.POST if bound else None
    return [ReasonLineForm(data, reason=there[key]) for key in order]


def _done(request: HttpRequest, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("qualification:reasons")


def _said(added: DispositionReason) -> str:
    if added.is_active:
        return _("“%(label)s” is added.") % {"label": added.label}
    text = _("“%(label)s” is added, but not in use: there are %(most)d already.")
    return text % {"label": added.label, "most": rooms.MOST_IN_USE}
