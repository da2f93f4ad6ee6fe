"""The models in their order, what each is for, and models as files."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock, policy
from accounts.signed_in import person
from scoring.definition.reading import DefinitionError
from scoring.forms.models import GUIDED, ArrangeForm, GuidedForm, NewModelForm
from scoring.live import read
from scoring.models import ScoringModel
from scoring.publishing import line_up
from scoring.starters import STARTERS


def overview(request: HttpRequest) -> HttpResponse:
    """Every model with whom it scores and how many."""
    may_edit = policy.allows(request.user, "model.edit")
    return render(
        request, "scoring/models.html", {"placed": line_up.placed(), "may_edit": may_edit}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new model out of a starter, five answers or a file."""
    sent = request.method == "POST"
    form = NewModelForm(request.POST if sent else None, request.FILES if sent else None)
    answers = GuidedForm(request.POST if sent else None)
    asked = sent and request.POST.get("starter") == GUIDED
    if form.is_valid() and (not asked or answers.is_valid()):
        definition = answers.definition() if asked else form.definition()
        if draft := _begin(request, form, definition):
            messages.success(
                request, _("“%s” is a draft. Look it over and publish it.") % draft.name
            )
            return redirect("scoring:models")
    context = {"form": form, "answers": answers if asked else GuidedForm(), "starters": _starters()}
    return render(request, "scoring/model_new.html", context, status=422 if sent else 200)


def _begin(
    request: HttpRequest, form: NewModelForm, definition: dict[str, Any]
) -> ScoringModel | None:
    said = form.cleaned_data
    try:
        return line_up.begin(
            said["name"], definition, kind=said["kind"], by=person(request), at=clock.now()
        ).model
    except line_up.NameTaken:
        form.add_error("name", _("There is a model with this name already."))
    except DefinitionError as error:
        for place, texts in error.problems.items():
            form.add_error("file", [f"{place}: {text}" for text in texts])
    return None


def _starters() -> list[dict[str, Any]]:
    return [
        {
            "starter": starter,
            "criteria": [
                {
                    "label": item["label"],
                    "points": item["points"],
                    "sourced": item["key"] in starter.sourced,
                }
                for item in starter.definition()["criteria"]
            ],
        }
        for starter in STARTERS
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """What a model is called, whom it is for, and how much sales can take."""
    model = get_object_or_404(ScoringModel, pk=pk)
    sent = request.method == "POST"
    may_govern = policy.allows(request.user, "people.edit")
    form = ArrangeForm(request.POST if sent else None, instance=model, may_govern=may_govern)
    if form.is_valid():
        before = ScoringModel.objects.get(pk=pk)
        try:
            line_up.arrange(before, form.cleaned_data, at=clock.now())
        except line_up.NameTaken:
            form.add_error("name", _("There is a model with this name already."))
        else:
            messages.success(request, _("Saved."))
            return redirect("scoring:models")
    rows = [[form[f"{name}{n}"] for name in ("field", "op", "value")] for n in range(3)]
    context = {"form": form, "model": ScoringModel.objects.get(pk=pk), "rows": rows}
    return render(request, "scoring/model_arrange.html", context, status=422 if sent else 200)


def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of a model, or what is live, as a file that another installation can take in."""
    model = get_object_or_404(ScoringModel, pk=pk)
    version = model.versions.exclude(state="retired").order_by("-number").first()
    if version is None:
        version = get_object_or_404(model.versions.order_by("-number")[:1])
    shape = {"name": model.name, "version": version.number, "definition": version.definition}
    shape["digest"] = read(version).digest()
    response = HttpResponse(json.dumps(shape, indent=1, ensure_ascii=False), "application/json")
    name = f"{slugify(model.name) or 'model'}-v{version.number}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
