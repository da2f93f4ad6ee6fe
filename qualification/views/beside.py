"""What stands around the questions of a card: what to ask first, who has a say, coaching, who else looks at it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.signed_in import person
from handoff.access import handoff_or_404
from handoff.handoffs import NotOpen
from handoff.models import Handoff
from handoff.views.answers import tell
from qualification import access, coaching, scorecards, seats, stakeholders
from qualification.card_forms import NoteForm, PersonForm
from qualification.views import card
from qualification.views.answers import gone_on


@require_safe
def beside(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """People, next step, notes and earlier cards, drawn anew."""
    return _drawn(request, handoff_or_404(person(request), public_id, "card.view"))


def _drawn(request: HttpRequest, handoff: Handoff, **more: Any) -> HttpResponse:
    context = {**card.context_of(request, handoff), **card.beside_of(request, handoff), **more}
    status = 422 if more else 200
    return render(request, "qualification/card_beside.html", context, status=status)


@require_safe
def worth(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The question worth asking now, drawn anew after an answer."""
    handoff = handoff_or_404(person(request), public_id, "card.view")
    context = card.context_of(request, handoff)
    context["worth"] = card.worth_of(context["sheet"])
    return render(request, "qualification/card_worth.html", context)


@require_safe
def presence(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Says that this person has the card open, and answers who else does."""
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "card.view")
    seats.touch(handoff, user, at=at)
    context = {"others": seats.others(handoff, user, at=at)}
    return render(request, "qualification/card_presence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "card.work")
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        colleagues=stakeholders.colleagues(handoff.lead),
    )
    if form.is_valid():
        try:
            stakeholders.add(handoff, by=user, at=at, **form.cleaned_data)
        except stakeholders.Refused as refused:
            form.add_error(refused.field, str(refused))
        except (NotOpen, access.NotYours) as error:
            return gone_on(request, handoff, error)
        else:
            return _done(request, handoff, _("Noted."))
    part = "#sheet" if request.htmx else ""  # type: ignore[attr-defined]
    context = {"form": form, "handoff": handoff, "lead": handoff.lead}
    status = 422 if form.is_bound else 200
    return render(request, f"qualification/person.html{part}", context, status=status)


@require_POST
def person_remove(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    user = person(request)
    handoff = handoff_or_404(user, public_id, "card.work")
    try:
        stakeholders.remove(handoff, number, by=user)
    except (NotOpen, access.NotYours) as error:
        return gone_on(request, handoff, error)
    return _done(request, handoff, _("Taken off."))


@require_POST
def coach(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A note of a manager to the card as it stands."""
    user, at = person(request), clock.now()
    handoff = handoff_or_404(user, public_id, "card.coach")
    found = scorecards.latest(handoff)
    if found is None:
        return card.show(request, handoff, status=422, problem=_("There is no scorecard yet."))
    if not coaching.may_coach(user, found):
        return HttpResponse(_("Managers of the team write here."), status=403)
    form = NoteForm(request.POST, framework=scorecards.framework_of(found))
    if not form.is_valid():
        if request.htmx:  # type: ignore[attr-defined]
            return _drawn(request, handoff, note_form=form)
        return card.show(request, handoff, status=422, problem=_("Write what you want to say."))
    coaching.write(found, by=user, at=at, **form.cleaned_data)
    if request.htmx:  # type: ignore[attr-defined]
        return _drawn(request, handoff)
    return redirect("qualification:card", public_id)


def _done(request: HttpRequest, handoff: Handoff, text: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return tell(HttpResponse(status=204), text, closeDialog={}, leadChanged={})
    messages.success(request, text)
    return redirect("qualification:card", handoff.public_id)
