"""How an edit of the draft is saved and answered, for every part of the editor."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import clock
from accounts.signed_in import person
from scoring.definition.reading import DefinitionError
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import drafts, together
from scoring.publishing.drafts import Change, Gone
from scoring.publishing.together import Stale
from scoring.views import editor_page, in_use
from scoring.views.editor_page import Tab


def edited(
    request: HttpRequest, change: Change, *, tab: Tab = Tab.RULES, whole: bool = False
) -> HttpResponse:
    """Saves one edit and answers with what changed on the page: everything, or all but what is being edited."""
    found = in_use.model(request)
    if found is None:
        return redirect("scoring:model")
    try:
        save(request, found, change)
    except DefinitionError as error:
        return refused(request, error)
    except Gone:
        return gone(request)
    except Stale as error:
        return stale(request, found, error)
    return answer(request, found, tab=tab, whole=whole)


def save(request: HttpRequest, model: ScoringModel, change: Change) -> ModelVersion:
    """Raises DefinitionError, Gone and Stale."""
    return drafts.edit(model, change, by=person(request), at=clock.now(), seen=seen(request))


def seen(request: HttpRequest) -> int | None:
    """The last edit that the page which sends this had shown; None where it does not say."""
    said = request.POST.get("seen") or request.GET.get("seen") or ""
    return int(said[:9]) if said.isdigit() else None


def answer(
    request: HttpRequest, model: ScoringModel, *, tab: Tab = Tab.RULES, whole: bool = False
) -> HttpResponse:
    """What the page shows now. Where others saved meanwhile it is drawn anew, so that it shows that too."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(tab.url)
    shown = seen(request)
    news = [] if shown is None else together.since(model, shown, by=person(request))
    page = editor_page.build(model, may_edit=True, tab=tab)
    part = "editor" if whole or news else "beside"
    context = {"page": page, "now": clock.now(), "shown_on": _shown_on(request, tab)}
    response = render(request, f"scoring/model.html#{part}", context)
    events: dict[str, Any] = {"draft-changed": {}}
    if part == "editor":
        response["HX-Retarget"], response["HX-Reswap"] = "#editor", "outerHTML"
    if whole:
        events["closeDialog"] = {}
    response["HX-Trigger"] = json.dumps(events)
    return response


def _shown_on(request: HttpRequest, tab: Tab) -> Tab:
    """The tab that is open in the browser: what stands on no other is answered to it alone."""
    path = urlsplit(request.htmx.current_url_abs_path or "").path  # type: ignore[attr-defined]
    return next((one for one in Tab if one.url == path), tab)


def refused(request: HttpRequest, error: DefinitionError) -> HttpResponse:
    texts = [text for found in error.problems.values() for text in found]
    return render(request, "scoring/refused.html", {"texts": texts}, status=422)


def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "scoring/refused.html", {"gone": True}, status=409)


def stale(request: HttpRequest, model: ScoringModel, error: Stale) -> HttpResponse:
    """What changed meanwhile and by whom, with what was typed, to be saved all the same."""
    kept = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "edits": error.edits, "now": clock.now(), "seen": together.last_edit(model),
        "kept": [(name, value) for name, value in kept if name not in ("seen", "csrfmiddlewaretoken")],
    }  # fmt: skip
    return render(request, "scoring/stale.html", context, status=409)
