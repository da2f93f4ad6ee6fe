"""Accept, recycle, disqualify: each says what is missing (422) or who was faster (409), or goes on."""

import uuid
from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.signed_in import person
from handoff.access import handoff_or_404
from handoff.handoffs import NotOpen
from handoff.models import Handoff
from qualification import access, dispositions, scorecards, sheets
from qualification.forms import AcceptForm, DisqualifyForm, RecycleForm
from qualification.onward import next_of
from qualification.views import card
from qualification.views.answers import gone_on, onward


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A card below its gate asks why, on a sheet; one that passes is accepted at once."""
    user = person(request)
    handoff = handoff_or_404(user, public_id, "card.work")
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _why(request, handoff, form)
    try:
        dispositions.accept(handoff, by=user, at=clock.now(), note=form.cleaned_data["note"])
    except dispositions.NotReady as refused:
        if "note" in refused.problems and "note" in request.POST:
            form.add_error("note", refused.problems["note"])
            return _why(request, handoff, form)
        return _not_yet(request, handoff, " ".join(refused.problems.values()))
    except (NotOpen, access.NotYours) as error:
        return gone_on(request, handoff, error)
    text = _("%(lead)s is an SQL now.") % {"lead": handoff.lead.name}
    return onward(request, text, next_of(user))


def _why(request: HttpRequest, handoff: Handoff, form: AcceptForm) -> HttpResponse:
    htmx = request.htmx  # type: ignore[attr-defined]
    template = "qualification/accept_sheet.html" if htmx else "qualification/accept.html"
    context = {
        "handoff": handoff, "lead": handoff.lead, "form": form, "as_sheet": htmx,
        "sheet": sheets.sheet(scorecards.latest(handoff)),
    }  # fmt: skip
    return render(request, template, context, status=422 if form.errors else 200)


def _not_yet(request: HttpRequest, handoff: Handoff, problem: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return card.show(request, handoff, status=422, problem=problem)
    context = {**card.context_of(request, handoff), "problem": problem}
    return render(request, "qualification/card.html#foot", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def recycle(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "card.work")
    form = RecycleForm(request.POST if request.method == "POST" else None, today=at.date())

    def deed() -> str:
        day = form.day
        dispositions.recycle(handoff, until=day, by=user, at=at, note=form.cleaned_data["note"])
        return _("%(lead)s rests for now.") % {"lead": handoff.lead.name}

    return _decide(request, handoff, form, deed, "recycle")


@require_http_methods(["GET", "HEAD", "POST"])
def disqualify(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "card.work")
    form = DisqualifyForm(request.POST if request.method == "POST" else None)

    def deed() -> str:
        dispositions.disqualify(handoff, by=user, at=at, **form.cleaned_data)
        return _("%(lead)s is disqualified.") % {"lead": handoff.lead.name}

    return _decide(request, handoff, form, deed, "disqualify")


def _decide(
    request: HttpRequest,
    handoff: Handoff,
    form: Form,
    deed: Callable[[], str],
    name: str,
) -> HttpResponse:
    """The sheet of a verdict: shown, shown again with what is wrong, or done."""
    if request.method == "POST" and form.is_valid():
        try:
            text = deed()
        except dispositions.NotReady as refused:
            for field, problem in refused.problems.items():
                form.add_error(field, problem)
        except (NotOpen, access.NotYours) as error:
            return gone_on(request, handoff, error)
        else:
            return onward(request, text, next_of(person(request)))
    htmx = request.htmx  # type: ignore[attr-defined]
    template = f"qualification/{name}_sheet.html" if htmx else f"qualification/{name}.html"
    context = {"handoff": handoff, "lead": handoff.lead, "form": form, "as_sheet": htmx}
    return render(request, template, context, status=422 if request.method == "POST" else 200)
