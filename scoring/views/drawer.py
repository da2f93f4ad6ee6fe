"""Adding and changing what needs more than a line: in a drawer, or on a page of its own."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import clock
from leads.vocabulary.typed import Typed, Values, typed
from scoring.definition import Definition, Group
from scoring.definition.reading import DefinitionError
from scoring.live import read
from scoring.models import ScoringModel
from scoring.publishing import drafts, together
from scoring.publishing.drafts import Change, Gone
from scoring.publishing.together import Stale
from scoring.views import in_use, saving
from scoring.views.editor_page import Tab


@dataclass(frozen=True)
class Opened:
    """What the editor shows: the draft, or else what is live; `seen` is the last edit in it."""

    model: ScoringModel
    definition: Definition
    seen: int


@dataclass(frozen=True)
class Drawer:
    """`fields` is the template of the form's fields, `place` where the definition holds what it says."""

    opened: Opened
    title: str
    here: str
    fields: str
    place: str
    tab: Tab
    is_new: bool
    group: Group | None = None


def opened(request: HttpRequest) -> Opened | None:
    """The model in use; None where there is nothing to edit."""
    model = in_use.model(request)
    if model is None:
        return None
    seen = together.last_edit(model)
    draft, live = drafts.draft_and_live(model)
    version = draft or live
    return Opened(model, read(version), seen) if version else None


def no_model(request: HttpRequest) -> HttpResponse:
    return redirect("scoring:model")


def values(request: HttpRequest, stored: Values | None = None) -> Values:
    """What the form begins with: what was typed, or else what is `stored`."""
    if request.method == "POST":
        return typed(request.POST)
    return {**(stored or {}), **typed(request.GET)}


def redraws(request: HttpRequest) -> bool:
    """Whether the form is only to be drawn anew, for another choice or one row more or less."""
    return request.method != "POST" or "redraw" in request.POST


def saved(request: HttpRequest, drawer: Drawer, form: Typed, change: Change) -> HttpResponse:
    """Saves what the form says, or shows it again with every reason beside its field."""
    if redraws(request):
        return shown(request, drawer, form)
    try:
        saving.save(request, drawer.opened.model, change)
    except DefinitionError as error:
        form.show(error, drawer.place)
        return shown(request, drawer, form, status=422)
    except Gone:
        return saving.gone(request)
    except Stale as error:
        return shown(request, drawer, form, status=409, stale=error)
    return saving.answer(request, drawer.opened.model, tab=drawer.tab, whole=True)


def shown(
    request: HttpRequest,
    drawer: Drawer,
    form: Typed,
    *,
    status: int = 200,
    stale: Stale | None = None,
) -> HttpResponse:
    """The form. It says which edit it has seen: the last one when it was opened, or was told of others."""
    first = saving.seen(request) if request.method == "POST" and not stale else None
    context: dict[str, Any] = {
        "form": form, "drawer": drawer, "stale": stale.edits if stale else [], "now": clock.now(),
        "seen": drawer.opened.seen if first is None else first,
        "alone": "alone" in request.POST or not request.htmx,  # type: ignore[attr-defined]
    }  # fmt: skip
    template = "scoring/drawer.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#drawer"
    return render(request, template, context, status=status)
