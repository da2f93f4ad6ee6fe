"""The card of a handoff, made for the time of a call: what to ask, what was heard, what to decide."""

import json
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.signed_in import person
from handoff import queue, to_do
from handoff.access import handoff_or_404
from handoff.handoffs import NotOpen
from handoff.models import Handoff
from leads import bands
from qualification import (
    access,
    catalogue,
    choosing,
    coaching,
    recycling,
    scorecards,
    sheets,
    stakeholders,
    worth_asking,
)
from qualification.card_forms import NoteForm
from qualification.forms import AcceptForm, AnswerForm
from qualification.models import Scorecard
from qualification.no_forms import DisqualifyForm, RecycleForm
from qualification.saying_no.beside import beside
from qualification.saying_no.facts import facts_of
from qualification.sheets import LEVELS, Sheet
from qualification.views.answers import gone_on
from scoring.explaining import standing


@require_safe
def card(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    handoff = handoff_or_404(person(request), public_id, "card.view")
    return show(request, handoff)


def show(
    request: HttpRequest, handoff: Handoff, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    """The whole page, with what stands in the way of a decision."""
    context = {**context_of(request, handoff), **beside_of(request, handoff), "problem": problem}
    # Who looks at the card of a rep sees first what is missing; who is on the call keeps the order of the script.
    context["gaps_first"] = context["may_coach"] and handoff.owner != context["me"]
    context["worth"] = worth_of(context["sheet"]) if context["may_work"] else []
    context["band"] = bands.called(handoff.lead.score.band, bands.bands())
    if context["may_work"]:
        # The sheets lie ready, so that a key pressed right after theirs cannot miss them.
        today, facts = context["now"].date(), facts_of(handoff)
        context |= beside(handoff, at=context["now"])
        context |= {
            "recycle_form": RecycleForm(today=today, facts=facts),
            "disqualify_form": DisqualifyForm(today=today, facts=facts),
            "accept_form": AcceptForm(),
            "frameworks": choosing.offered(context["sheet"].framework),
        }  # fmt: skip
    return render(request, "qualification/card.html", context, status=status)


def context_of(
    request: HttpRequest, handoff: Handoff, *, saved: Scorecard | None = None
) -> dict[str, Any]:
    """What the page and its parts show. Who may work the card finds it started.

    `saved` is a card that was just answered: what stands on it is enough."""
    user, at = person(request), clock.now()
    may_work = access.may_work(user, handoff)
    found = saved or (
        scorecards.card_of(handoff, at=at) if may_work else scorecards.latest(handoff)
    )
    sheet = sheets.sheet(found, with_sources=saved is None)
    if sheet is None:
        raise Http404
    return {
        "handoff": handoff,
        "lead": handoff.lead,
        "sheet": sheet,
        "levels": list(enumerate(LEVELS)),
        "may_work": may_work,
        "decision": None if handoff.is_open else sheets.decision(handoff),
        "timer": None if saved else queue.first_of(list(handoff.timers.all())),
        "rests_until": recycling.usual(at.date()),
        "me": user,
        "now": at,
    }


def beside_of(request: HttpRequest, handoff: Handoff) -> dict[str, Any]:
    """What stands around the questions."""
    found, user = scorecards.latest(handoff), person(request)
    framework = scorecards.framework_of(found) if found else None
    notes = coaching.of(found) if found else []
    names = {one.key: one.name for one in framework.elements} if framework else {}
    may_coach = coaching.may_coach(user, found)
    return {
        "people": stakeholders.of(handoff.lead),
        "tasks": to_do.open_of(handoff),
        "notes": [
            {"by": n.by.name, "at": n.at, "text": n.text, "label": names.get(n.element, "")}
            for n in notes
        ],
        "may_coach": may_coach,
        "note_form": NoteForm(framework=framework) if framework and may_coach else None,
        "earlier": [
            one
            for one in sheets.of_lead(handoff.lead)
            if one.card and one.card != found and one.asked
        ],
    }


def worth_of(sheet: Sheet) -> list[worth_asking.Worth]:
    """What is worth asking on this card now, the score's unknown fields among it."""
    if sheet.card is None:
        return []
    asked = [line for line in sheet.lines if line.answer]
    return worth_asking.worth(
        sheet.framework,
        {line.element.key: line.answer.level for line in asked if line.answer},
        in_vain=[line.element.key for line in asked if line.answer and line.answer.asked_in_vain],
        reach=standing.range_of(sheet.card.lead),
    )


@require_POST
def framework(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Goes on with another framework; what is known by then comes along."""
    user = person(request)
    handoff = handoff_or_404(user, public_id, "card.work")
    try:
        choosing.choose(handoff, request.POST.get("framework", "")[:40], by=user, at=clock.now())
    except choosing.NoSuchFramework:
        return show(request, handoff, status=422, problem=_("Choose one of the frameworks."))
    except (NotOpen, access.NotYours) as error:
        return gone_on(request, handoff, error)
    return redirect("qualification:card", public_id)


@require_POST
def answer(request: HttpRequest, public_id: uuid.UUID, element: str) -> HttpResponse:
    """Saves one element. The answer to htmx is its small line of state, with the sum and the verdicts."""
    user = person(request)
    handoff = handoff_or_404(user, public_id, "card.work")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _refuse(request, handoff, element, _first_error(form))
    try:
        at = clock.now()
        found = scorecards.card_of(handoff, at=at)
        if found is None:
            raise Http404
        scorecards.answer(found, element, by=user, at=at, **form.cleaned_data)
    except scorecards.NoSuchElement as error:
        raise Http404 from error
    except scorecards.BadAnswer as error:
        return _refuse(request, handoff, element, str(error))
    except scorecards.Changed as changed:
        text = _("%(name)s answered this meanwhile. Look at it, then choose again.")
        by = changed.answer.by
        return _refuse(request, handoff, element, text % {"name": by.name if by else "—"}, 409)
    except (NotOpen, access.NotYours) as error:
        return gone_on(request, handoff, error)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(reverse("qualification:card", args=[public_id]) + f"#question-{element}")
    return _part(request, handoff, element, "saved", saved=found)


def _part(
    request: HttpRequest,
    handoff: Handoff,
    element: str,
    part: str,
    *,
    saved: Scorecard | None = None,
    **more: Any,
) -> HttpResponse:
    context = context_of(request, handoff, saved=saved)
    context |= {"line": context["sheet"].line(element), "swapped": True, **more}
    response = render(request, f"qualification/card.html#{part}", context)
    response["HX-Trigger"] = "answered"
    return response


def _refuse(
    request: HttpRequest, handoff: Handoff, element: str, text: str, status: int = 422
) -> HttpResponse:
    """Says why beside the element, which is drawn anew with the answer that stands."""
    if not request.htmx:  # type: ignore[attr-defined]
        return show(request, handoff, status=status, problem=text)
    known = [line.key for line in _elements(handoff)]
    if element not in known:
        raise Http404
    response = _part(
        request, handoff, element, "question",
        problem=text, typed=request.POST.get("evidence", "")[:1000],
    )  # fmt: skip
    response.status_code = status
    response["HX-Retarget"] = f"#question-{element}"
    response["HX-Reswap"] = "outerHTML"
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": "bad"}})
    return response


def _elements(handoff: Handoff) -> Any:
    card = scorecards.latest(handoff)
    framework = scorecards.framework_of(card) if card else catalogue.usual()
    return framework.elements if framework else ()


def _first_error(form: AnswerForm) -> str:
    return str(next(iter(form.errors.values()))[0])
