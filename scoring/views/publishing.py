"""What follows a publication, the versions there were, and the first model."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import clock, policy
from accounts.signed_in import person
from scoring import runs, starters
from scoring.definition import Definition, Group
from scoring.forms import StartForm
from scoring.live import read
from scoring.models import ModelVersion, RescoreRun
from scoring.publishing import changelog, difference, slices, versions
from scoring.views import in_use
from scoring.wording import Words, behaves

PAGE = 50
PEOPLE = ("model", "created_by", "published_by", "proposed_by", "approved_by", "reverts_to")


def progress(request: HttpRequest, run: int) -> HttpResponse:
    """How far a rescoring of the base is; asked again while it runs."""
    found = get_object_or_404(RescoreRun.objects.select_related("version__model"), pk=run)
    context = {"run": found, "progress": runs.progress(found), "now": clock.now()}
    template = "scoring/progress.html#bar" if request.htmx else "scoring/progress.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def start(request: HttpRequest) -> HttpResponse:
    """The first model, out of a starter."""
    if ModelVersion.objects.exists():
        return redirect("scoring:model")
    form = StartForm(
        request.POST or None, initial={"name": "Inbound", "starter": starters.STARTERS[0].key}
    )
    if request.method != "POST" or not form.is_valid():
        return render(
            request, "scoring/start.html", {"form": form}, status=422 if request.POST else 200
        )
    by, at = person(request), clock.now()
    draft = versions.start(
        form.cleaned_data["name"], form.starter_chosen.definition(), by=by, at=at
    )
    if "edit" in request.POST:
        return redirect("scoring:model")
    versions.publish(draft, reason=form.starter_chosen.reason, opens_handoffs=False, by=by, at=at)
    return redirect("scoring:progress", run=draft.runs.latest("id").pk)


def versions_page(request: HttpRequest) -> HttpResponse:
    """Who published what, when and why; latest first."""
    model = in_use.model(request)
    if model is None:
        return redirect("scoring:model")
    rows = model.versions.select_related(*PEOPLE).order_by("-number")
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(number__lt=int(before[:9]))
    shown = list(rows[: PAGE + 1])
    more = f"?before={shown[PAGE - 1].number}" if len(shown) > PAGE else ""
    at = clock.now()
    listed = [(version, changelog.headline(version)) for version in shown[:PAGE]]
    context = {
        "model": model, "versions": listed, "next_url": more, "now": at,
    }  # fmt: skip
    return render(request, "scoring/versions.html", context)


def version(request: HttpRequest, number: int) -> HttpResponse:
    """What a version said, and what it changed."""
    model = in_use.model(request)
    found = get_object_or_404(
        ModelVersion.objects.select_related(*PEOPLE),
        model=model,
        number=number,
    )
    before = _published_before(found)
    definition, words = read(found), Words.read()
    context: dict[str, Any] = {
        "model": model, "version": found, "before": before, "definition": definition,
        "groups": _groups(definition, words),
        "sentences": difference.sentences(read(before), definition, words) if before else [],
        "run": found.runs.filter(cause="publish").first(), "now": clock.now(),
        "account": changelog.account(found, at=clock.now()), "waiting": slices.waiting(found),
        "may_edit": policy.allows(request.user, "model.edit"),
    }  # fmt: skip
    return render(request, "scoring/version.html", context)


def _published_before(version: ModelVersion) -> ModelVersion | None:
    """The version whose place it took; of a draft, the live one."""
    earlier = ModelVersion.objects.filter(model=version.model_id).exclude(published_at=None)
    if version.published_at is not None:
        earlier = earlier.filter(published_at__lt=version.published_at)
    return earlier.order_by("-published_at").first()


def _groups(definition: Definition, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "cap": definition.floors.get(group)
            if group is Group.NEGATIVE
            else definition.caps.get(group),
            "rows": [
                {"criterion": c, "asks": words.asks(c), "behaves": behaves(c)}
                for c in definition.criteria
                if c.group is group
            ],
        }
        for group in Group
    ]
