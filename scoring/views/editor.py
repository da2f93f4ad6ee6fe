"""The scoring model and its one draft: what the editor shows, and each edit."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import clock, policy
from accounts.models import User
from accounts.signed_in import person
from scoring import drafts, versions
from scoring.definition import Group
from scoring.definition.reading import DefinitionError
from scoring.drafts import Change, Gone
from scoring.models import ModelVersion, ScoringModel
from scoring.views import editor_page


def model(request: HttpRequest) -> HttpResponse:
    """The editor; for those who may not edit, what is live."""
    found = drafts.model_in_use()
    if found is None or not found.versions.exists():
        return _no_model(request)
    page = editor_page.build(found, may_edit=policy.allows(request.user, "model.edit"))
    if page is None:
        return _no_model(request)
    return render(request, "scoring/model.html", {"page": page, "now": clock.now()})


def _no_model(request: HttpRequest) -> HttpResponse:
    if policy.allows(request.user, "model.edit"):
        return redirect("scoring:start")
    return render(request, "scoring/no_model.html")


def points(request: HttpRequest, key: str) -> HttpResponse:
    """Points of one criterion, by the slider or the number beside it."""
    return _edited(request, drafts.points(key, request.POST.get("points")))


def limits(request: HttpRequest) -> HttpResponse:
    """Caps of groups and the limits of the total: those that were sent."""
    names = [f"{kind}.{group}" for kind in ("caps", "floors") for group in Group]
    names += ["total_cap", "total_floor"]
    return _edited(
        request, drafts.limits({n: request.POST[n].strip() for n in names if n in request.POST})
    )


def bands(request: HttpRequest) -> HttpResponse:
    """Names and starts of bands: `name.<key>` and `start.<key>`."""
    values: dict[str, dict[str, Any]] = {}
    for field, value in request.POST.items():
        name, _dot, key = field.partition(".")
        if name in ("name", "start") and key:
            values.setdefault(key, {})[name] = value
    return _edited(request, drafts.bands(values))


def remove(request: HttpRequest, key: str) -> HttpResponse:
    return _edited(request, drafts.removed(key), whole=True)


def discard(request: HttpRequest) -> HttpResponse:
    """Forgets the draft."""
    found = drafts.model_in_use()
    if found is not None:
        versions.discard(found)
    return redirect("scoring:model")


def _edited(request: HttpRequest, change: Change, *, whole: bool = False) -> HttpResponse:
    """Saves one edit and answers with what changed on the page: everything, or all but what is being edited."""
    found = drafts.model_in_use()
    if found is None:
        return redirect("scoring:model")
    try:
        save(found, change, by=person(request))
    except DefinitionError as error:
        return refused(request, error)
    except Gone:
        return gone(request)
    return answer(request, found, whole=whole)


def save(model: ScoringModel, change: Change, *, by: User) -> ModelVersion:
    return drafts.edit(model, change, by=by, at=clock.now())


def answer(request: HttpRequest, model: ScoringModel, *, whole: bool) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("scoring:model")
    page = editor_page.build(model, may_edit=True)
    part = "editor" if whole else "beside"
    response = render(request, f"scoring/model.html#{part}", {"page": page, "now": clock.now()})
    events: dict[str, Any] = {"draft-changed": {}}
    if whole:
        response["HX-Retarget"], response["HX-Reswap"] = "#editor", "outerHTML"
        events["closeDialog"] = {}
    response["HX-Trigger"] = json.dumps(events)
    return response


def refused(request: HttpRequest, error: DefinitionError) -> HttpResponse:
    texts = [text for found in error.problems.values() for text in found]
    return render(request, "scoring/refused.html", {"texts": texts}, status=422)


def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "scoring/refused.html", {"gone": True}, status=409)
