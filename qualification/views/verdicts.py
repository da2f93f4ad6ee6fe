"""Accept, recycle, disqualify: each says what is missing (422) or who was faster (409), or goes on; and what takes
them back."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.signed_in import person
from handoff.access import handoff_or_404
from handoff.handoffs import NotOpen
from handoff.models import Handoff
from handoff.views.answers import go
from qualification import access, dispositions, reopening, scorecards, sheets, undoing
from qualification.closing import deals, passing
from qualification.closing.forms import DealForm, opening
from qualification.forms import AcceptForm
from qualification.no_forms import DisqualifyForm, NoForm, RecycleForm, ReopenForm
from qualification.onward import next_of
from qualification.saying_no.beside import beside
from qualification.saying_no.facts import facts_of
from qualification.views import card
from qualification.views.answers import gone_on, onward


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A card below its gate asks why, on a sheet; one that passes is accepted at once."""
    user = person(request)
    handoff = handoff_or_404(user, public_id, "card.work")
    form = AcceptForm(request.POST if request.method == "POST" else None)
    closes = passing.is_closer(user, handoff.team)
    at_once = request.POST if closes and "open" in request.POST else None
    deal = opening(handoff.lead, None, by=user, data=at_once) if closes else None
    if (
        request.method != "POST"
        or not form.is_valid()
        or (deal and at_once and not deal.is_valid())
    ):
        return _why(request, handoff, form, deal)
    try:
        with transaction.atomic():
            dispositions.accept(handoff, by=user, at=clock.now(), note=form.cleaned_data["note"])
            if deal and at_once:
                deals.open_with(handoff.lead, by=user, at=clock.now(), **deal.cleaned_data)
    except dispositions.NotReady as refused:
        if "note" in refused.problems and "note" in request.POST:
            form.add_error("note", refused.problems["note"])
            return _why(request, handoff, form, deal)
        return _not_yet(request, handoff, " ".join(refused.problems.values()))
    except (NotOpen, access.NotYours) as error:
        return gone_on(request, handoff, error)
    except (deals.AlreadyOpen, deals.Refused) as error:
        form.add_error(None, str(error))
        return _why(request, handoff, form, deal)
    text = _("%(lead)s is an SQL now.") % {"lead": handoff.lead.name}
    if closes and not at_once:
        # Who closes it too goes on with the opportunity.
        messages.success(request, text)
        return go(request, reverse("qualification:deal_open", args=[handoff.lead.public_id]))
    return onward(request, text, next_of(user), undoes=None if at_once else handoff)


def _why(
    request: HttpRequest, handoff: Handoff, form: AcceptForm, deal: DealForm | None = None
) -> HttpResponse:
    htmx = request.htmx  # type: ignore[attr-defined]
    template = "qualification/accept_sheet.html" if htmx else "qualification/accept.html"
    context = {
        "handoff": handoff, "lead": handoff.lead, "form": form, "as_sheet": htmx,
        "sheet": sheets.sheet(scorecards.latest(handoff)), "deal_form": deal,
    }  # fmt: skip
    wrong = form.errors or (deal is not None and deal.errors)
    return render(request, template, context, status=422 if wrong else 200)


def _not_yet(request: HttpRequest, handoff: Handoff, problem: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return card.show(request, handoff, status=422, problem=problem)
    context = {**card.context_of(request, handoff), "problem": problem}
    return render(request, "qualification/card.html#foot", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def recycle(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "card.work")
    form = RecycleForm(_sent(request), today=at.date(), facts=facts_of(handoff))

    def deed() -> str:
        given = form.cleaned_data
        decided = dispositions.recycle(
            handoff, until=form.chosen_day, reason=given["reason"], by=user, at=at, note=given["note"],
            signal=given["signal"], told=form.told,
        )  # fmt: skip
        assert decided.recycle_on is not None
        until = dispositions.rests_until(handoff.lead_id, decided.recycle_on, at=at)
        said = {"lead": handoff.lead.name, "day": date_format(until, "j M Y")}
        return _("%(lead)s rests until %(day)s.") % said

    return _decide(request, handoff, form, deed, "recycle")


@require_http_methods(["GET", "HEAD", "POST"])
def disqualify(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "card.work")
    form = DisqualifyForm(_sent(request), today=at.date(), facts=facts_of(handoff))

    def deed() -> str:
        given = form.cleaned_data
        dispositions.disqualify(
            handoff, reason=given["reason"], by=user, at=at, note=given["note"], told=form.told
        )
        return _("%(lead)s is disqualified.") % {"lead": handoff.lead.name}

    return _decide(request, handoff, form, deed, "disqualify")


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _decide(
    request: HttpRequest,
    handoff: Handoff,
    form: NoForm,
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
            return onward(request, text, next_of(person(request)), undoes=handoff)
    htmx = request.htmx  # type: ignore[attr-defined]
    template = f"qualification/{name}_sheet.html" if htmx else f"qualification/{name}.html"
    context = {"handoff": handoff, "lead": handoff.lead, "form": form, "as_sheet": htmx}
    context |= beside(handoff, at=clock.now())
    return render(request, template, context, status=422 if request.method == "POST" else 200)


@require_POST
def undo(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Within seconds: everything is as it was. Afterwards it says why not."""
    user = person(request)
    handoff = handoff_or_404(user, public_id, "card.work")
    back = reverse("leads:lead", args=[handoff.lead.public_id])
    htmx = request.htmx  # type: ignore[attr-defined]
    try:
        undoing.undo(handoff, by=user, at=clock.now())
    except undoing.CannotUndo as error:
        if htmx:
            return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
        messages.error(request, str(error))
        return redirect(back)
    messages.success(request, _("Undone. %(lead)s is open again.") % {"lead": handoff.lead.name})
    return HttpResponse(headers={"HX-Redirect": back}) if htmx else redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A closed or resting lead may be handed over again, for a reason."""
    user = person(request)
    handoff = handoff_or_404(user, public_id, "card.work")
    form = ReopenForm(_sent(request))
    if form.is_valid():
        try:
            reopening.reopen(handoff, reason=form.cleaned_data["reason"], by=user, at=clock.now())
        except reopening.CannotReopen as error:
            form.add_error(None, str(error))
        else:
            text = _("Reopened. It is handed over again when its score stands above the line.")
            messages.success(request, text)
            back = reverse("leads:lead", args=[handoff.lead.public_id])
            htmx = request.htmx  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": back}) if htmx else redirect(back)
    htmx = request.htmx  # type: ignore[attr-defined]
    template = "qualification/reopen_sheet.html" if htmx else "qualification/reopen.html"
    context = {"handoff": handoff, "lead": handoff.lead, "form": form, "as_sheet": htmx}
    return render(request, template, context, status=422 if form.errors else 200)
