"""Publishing a draft, what follows it, and the versions there were."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import clock
from accounts.signed_in import person
from scoring import difference, drafts, runs, starters, versions
from scoring.definition import Definition, Group
from scoring.forms import PublishForm, StartForm
from scoring.live import read
from scoring.models import ModelVersion, RescoreRun
from scoring.versions import DraftChanged
from scoring.wording import Words, behaves

PAGE = 50


def publish(request: HttpRequest) -> HttpResponse:
    """What the draft changes, why, and whether those who cross by it are handed to sales."""
    model = drafts.model_in_use()
    draft, live = drafts.draft_and_live(model) if model else (None, None)
    if draft is None:
        return redirect("scoring:model")
    if request.method != "POST":
        return _publish_page(request, draft, live, PublishForm(initial={"digest": draft.digest}))
    form = PublishForm(request.POST)
    understood = form.is_valid()
    if form.cleaned_data.get("digest") != draft.digest:
        return _publish_page(request, draft, live, form.looked_again(draft.digest), status=409)
    if not understood:
        return _publish_page(request, draft, live, form, status=422)
    return _publish(request, draft, form)


def _publish(request: HttpRequest, draft: ModelVersion, form: PublishForm) -> HttpResponse:
    try:
        versions.publish(
            draft,
            reason=form.cleaned_data["reason"],
            opens_handoffs=form.cleaned_data["opens_handoffs"],
            by=person(request),
            at=clock.now(),
        )
    except DraftChanged:
        return redirect("scoring:publish")
    return redirect("scoring:progress", run=draft.runs.latest("id").pk)


def _publish_page(
    request: HttpRequest,
    draft: ModelVersion,
    live: ModelVersion | None,
    form: PublishForm,
    *,
    status: int = 200,
) -> HttpResponse:
    definition = read(draft)
    before = read(live) if live else None
    context = {
        "draft": draft, "live": live, "form": form, "changed": status == 409,
        "sentences": difference.sentences(before, definition, Words.read()),
        "crossing": versions.would_cross(definition),
    }  # fmt: skip
    return render(request, "scoring/publish.html", context, status=status)


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
    model = drafts.model_in_use()
    if model is None:
        return redirect("scoring:model")
    rows = model.versions.select_related("created_by", "published_by").order_by("-number")
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(number__lt=int(before[:9]))
    shown = list(rows[: PAGE + 1])
    more = f"?before={shown[PAGE - 1].number}" if len(shown) > PAGE else ""
    context = {"model": model, "versions": shown[:PAGE], "next_url": more, "now": clock.now()}
    return render(request, "scoring/versions.html", context)


def version(request: HttpRequest, number: int) -> HttpResponse:
    """What a version said, and what it changed."""
    model = drafts.model_in_use()
    found = get_object_or_404(
        ModelVersion.objects.select_related("created_by", "published_by"),
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
    }  # fmt: skip
    return render(request, "scoring/version.html", context)


def _published_before(version: ModelVersion) -> ModelVersion | None:
    earlier = ModelVersion.objects.filter(model=version.model_id, number__lt=version.number)
    return earlier.exclude(published_at=None).order_by("-number").first()


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
