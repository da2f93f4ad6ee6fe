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
from handoff import queue
from handoff.access import handoff_or_404
from handoff.handoffs import NotOpen
from handoff.models import Handoff
from leads import bands
from qualification import access, choosing, scorecards, sheets
from qualification.forms import AcceptForm, AnswerForm, DisqualifyForm, RecycleForm
from qualification.sheets import LEVELS
from qualification.views.answers import gone_on


@require_safe
def card(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    handoff = handoff_or_404(person(request), public_id, "card.view")
    return show(request, handoff)


def show(
    request: HttpRequest, handoff: Handoff, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    """The whole page, with what stands in the way of a decision."""
    context = {**context_of(request, handoff), "problem": problem}
    context["band"] = bands.called(handoff.lead.score.band, bands.bands())
    if context["may_work"]:
        # The sheets lie ready, so that a key pressed right after theirs cannot miss them.
        today = context["now"].date()
        context |= {
            "recycle_form": RecycleForm(today=today), "disqualify_form": DisqualifyForm(),
            "accept_form": AcceptForm(),
            "frameworks": choosing.offered(context["sheet"].framework),
        }  # fmt: skip
    return render(request, "qualification/card.html", context, status=status)


def context_of(request: HttpRequest, handoff: Handoff) -> dict[str, Any]:
    """What the page and its parts show. Who may work the card finds it started."""
    user, at = person(request), clock.now()
    may_work = access.may_work(user, handoff)
    found = scorecards.card_of(handoff, at=at) if may_work else scorecards.latest(handoff)
    sheet = sheets.sheet(found)
    if sheet is None:
        raise Http404
    return {
        "handoff": handoff,
        "lead": handoff.lead,
        "sheet": sheet,
        "levels": list(enumerate(LEVELS)),
        "may_work": may_work,
        "decision": None if handoff.is_open else sheets.decision(handoff),
        "timer": queue.first_of(list(handoff.timers.all())),
        "me": user,
        "now": at,
    }


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
    return _part(request, handoff, element, "saved")


def _part(
    request: HttpRequest, handoff: Handoff, element: str, part: str, **more: Any
) -> HttpResponse:
    context = context_of(request, handoff)
    context |= {"line": context["sheet"].line(element), "swapped": True, **more}
    return render(request, f"qualification/card.html#{part}", context)


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
    framework = scorecards.framework_of(card) if card else scorecards.usual()
    return framework.elements if framework else ()


def _first_error(form: AnswerForm) -> str:
    return str(next(iter(form.errors.values()))[0])
