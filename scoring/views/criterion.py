"""Adding and changing one criterion, in a drawer or on a page of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.signed_in import person
from scoring import drafts
from scoring.definition import Criterion, Group
from scoring.definition.reading import DefinitionError
from scoring.drafts import Gone
from scoring.forms import FRESH, SILENCE, CriterionForm, initial
from scoring.live import read
from scoring.models import ScoringModel
from scoring.views import editor

BEGIN = {Group.FIT: "attribute", Group.ENGAGEMENT: "event", Group.NEGATIVE: "attribute"}


def add(request: HttpRequest) -> HttpResponse:
    """A new criterion of the group in `?group=`."""
    model = drafts.model_in_use()
    wanted = request.POST.get("group") or request.GET.get("group")
    group = Group(wanted) if wanted in set(Group) else Group.FIT
    if model is None:
        return redirect("scoring:model")
    if request.method != "POST":
        values = {**FRESH, "asks": BEGIN[group], **request.GET.dict()}
        return _page(request, CriterionForm(initial=values, group=group))
    form = CriterionForm(request.POST, group=group)
    shape = form.shape()
    return _saved(request, model, form, drafts.added(shape), key=_new_key(model, shape))


def _new_key(model: ScoringModel, shape: dict[str, Any]) -> str:
    draft, live = drafts.draft_and_live(model)
    version = draft or live
    taken = [item["key"] for item in version.definition["criteria"]] if version else []
    return drafts.free_key(shape["label"], taken)


def change(request: HttpRequest, key: str) -> HttpResponse:
    """A criterion that exists; a GET with values redraws the form for what they choose."""
    model = drafts.model_in_use()
    criterion = _find(model, key) if model else None
    if model is None or criterion is None:
        return editor.gone(request)
    if request.method != "POST":
        values = {**FRESH, **initial(criterion), **request.GET.dict()}
        return _page(request, CriterionForm(initial=values, group=criterion.group), criterion)
    form = CriterionForm(request.POST, group=criterion.group)
    return _saved(request, model, form, drafts.replaced(key, form.shape()), criterion, key=key)


def _find(model: ScoringModel, key: str) -> Criterion | None:
    draft, live = drafts.draft_and_live(model)
    version = draft or live
    definition = read(version) if version else None
    return next((c for c in definition.criteria if c.key == key), None) if definition else None


def _saved(
    request: HttpRequest, model: ScoringModel, form: CriterionForm, edit: drafts.Change,
    criterion: Criterion | None = None, *, key: str,
) -> HttpResponse:  # fmt: skip
    try:
        editor.save(model, edit, by=person(request))
    except DefinitionError as error:
        form.show(error, key)
        return _page(request, form, criterion, status=422)
    except Gone:
        return editor.gone(request)
    return editor.answer(request, model, whole=True)


def _page(
    request: HttpRequest,
    form: CriterionForm,
    criterion: Criterion | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "criterion": criterion, "silence": SILENCE}
    template = "scoring/criterion.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#drawer"
    return render(request, template, context, status=status)
