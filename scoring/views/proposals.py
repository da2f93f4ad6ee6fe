"""Review and publish: a draft as a proposal, its approval, and the way back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from accounts.signed_in import person
from scoring.definition.reading import DefinitionError
from scoring.forms.proposals import CommentForm, ProposalForm, RevertForm
from scoring.live import read
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import difference, drafts, forecast, proposals, slices, versions
from scoring.publishing.proposals import AnotherDraft, AnotherProposal, OwnProposal
from scoring.publishing.versions import DraftChanged
from scoring.views import in_use
from scoring.wording import Words

State = ModelVersion.State


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """What the draft changes, what it does, why, from when, and what becomes of who crosses by it."""
    model = in_use.model(request)
    draft = drafts.draft_and_live(model)[0] if model else None
    if draft is None:
        return redirect("scoring:model")
    if request.method != "POST":
        return _page(request, draft, ProposalForm(initial={"digest": forecast.asked(draft)}))
    form = ProposalForm(request.POST)
    understood = form.is_valid()
    if form.cleaned_data.get("digest") != forecast.asked(draft):
        return _changed(request, draft)
    if not understood:
        return _page(request, draft, form, status=422)
    try:
        made = proposals.propose(draft, form.plan(), by=person(request), at=clock.now())
    except DraftChanged:
        return _changed(request, draft)
    except AnotherProposal as error:
        form.add_error(None, _under_way(error))
    except DefinitionError as error:
        form.tell(error.problems)
    else:
        return _onward(made)
    return _page(request, draft, form, status=422)


def _under_way(error: AnotherProposal) -> str:
    return _("Version %d is under way already.") % error.version.number


def _onward(made: ModelVersion) -> HttpResponse:
    if made.state == State.LIVE:
        return redirect("scoring:progress", run=made.runs.latest("id").pk)
    return redirect("scoring:proposal", number=made.number)


def _changed(request: HttpRequest, draft: ModelVersion) -> HttpResponse:
    """The same answers to what the draft, and the live version, say now."""
    draft.refresh_from_db()
    if draft.state != State.DRAFT:
        return redirect("scoring:model")
    answers = request.POST.copy()
    answers["digest"] = forecast.asked(draft)
    return _page(request, draft, ProposalForm(answers), status=409)


def _page(
    request: HttpRequest, draft: ModelVersion, form: ProposalForm, *, status: int = 200
) -> HttpResponse:
    context = {
        **_said(draft), "form": form, "changed": status == 409, "other": proposals.under_way(draft.model),
        "numbers": _numbers(draft, forecast.kept(draft, at=clock.now())),
    }  # fmt: skip
    return render(request, "scoring/publish.html", context, status=status)


def _said(version: ModelVersion) -> dict[str, Any]:
    """The version, the live one, and the difference between the two in sentences."""
    live = drafts.draft_and_live(version.model)[1]
    before = read(live) if live and live.pk != version.pk else None
    sentences = difference.sentences(before, read(version), Words.read())
    return {"version": version, "live": live, "sentences": sentences}


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """What the draft would do to the base, worked out now."""
    model = in_use.model(request)
    draft = drafts.draft_and_live(model)[0] if model else None
    if draft is None:
        return redirect("scoring:model")
    found = forecast.work_out(draft, at=clock.now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("scoring:publish")
    context = {"numbers": _numbers(draft, found)}
    return render(request, "scoring/publish_numbers.html", context)


def _numbers(version: ModelVersion, found: dict[str, Any] | None) -> dict[str, Any] | None:
    """A forecast as the page shows it; bands highest first."""
    if not found:
        return None
    bands = [
        (band, found["now"].get(band.key, 0), found["bands"].get(band.key, 0))
        for band in reversed(read(version).bands)
    ]
    return {**found, "rows": [(*row, row[2] - row[1]) for row in bands]}


@require_safe
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    return _proposal(request, _version(request, number), CommentForm())


def _version(request: HttpRequest, number: int) -> ModelVersion:
    people = ("model", "proposed_by", "approved_by", "created_by", "published_by")
    found = ModelVersion.objects.select_related(*people)
    return get_object_or_404(found, model=in_use.model(request), number=number)


def _proposal(
    request: HttpRequest, version: ModelVersion, form: CommentForm, *, status: int = 200
) -> HttpResponse:
    """A proposal as it waits; what is no proposal any more is shown as the version it became."""
    if version.state == State.DRAFT:
        return redirect("scoring:model")
    if version.state not in proposals.OPEN:
        return redirect("scoring:version", number=version.number)
    mine = version.proposed_by_id == person(request).pk
    may_answer = policy.allows(request.user, "model.approve")
    context = {
        **_said(version), "form": form, "mine": mine, "now": clock.now(), "changed": status == 409,
        "digest": forecast.asked(version),
        "may_approve": may_answer and not mine and version.state == State.PROPOSED,
        "may_send_back": may_answer, "numbers": _numbers(version, version.expected),
    }  # fmt: skip
    return render(request, "scoring/proposal.html", context, status=status)


@require_POST
def approve(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody else's yes to what they saw; what changed since is shown again."""
    version = _version(request, number)
    if version.state == State.PROPOSED and request.POST.get("digest") != forecast.asked(version):
        return _proposal(request, version, CommentForm(), status=409)
    try:
        made = proposals.approve(version, by=person(request), at=clock.now())
    except OwnProposal:
        messages.error(request, _("Somebody else has to approve what you propose."))
        return redirect("scoring:proposal", number=number)
    except DraftChanged:
        messages.error(request, _("This proposal was answered already."))
        return redirect("scoring:proposal", number=number)
    return _onward(made)


@require_POST
def send_back(request: HttpRequest, number: int) -> HttpResponse:
    version, form = _version(request, number), CommentForm(request.POST)
    if form.is_valid():
        comment = form.cleaned_data["comment"]
        try:
            proposals.send_back(version, comment=comment, by=person(request), at=clock.now())
        except AnotherDraft:
            form.add_error(None, _("There is a newer draft. Publish or discard it first."))
        except DraftChanged:
            messages.error(request, _("This proposal was answered already."))
            return redirect("scoring:proposal", number=number)
        else:
            messages.success(request, _("Version %d is a draft again.") % number)
            return redirect("scoring:versions")
    return _proposal(request, version, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def revert(request: HttpRequest, number: int) -> HttpResponse:
    """Back to an earlier version: what that changes, and why."""
    version = _version(request, number)
    if version.state != State.RETIRED:
        return redirect("scoring:version", number=number)
    form = RevertForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            made = proposals.revert(version, reason=reason, by=person(request), at=clock.now())
        except DraftChanged:
            return redirect("scoring:version", number=number)
        except AnotherProposal as error:
            form.add_error(None, _under_way(error))
        else:
            return _onward(made)
    context = {**_said(version), "form": form, "waiting": _waiting(version.model)}
    return render(request, "scoring/revert.html", context, status=422 if form.is_bound else 200)


def _waiting(model: ScoringModel) -> int:
    """Leads that wait for a slice of the version that is live now."""
    live = drafts.draft_and_live(model)[1]
    return slices.waiting(live) if live else 0


@require_POST
def redraft(request: HttpRequest, number: int) -> HttpResponse:
    """The draft says what an earlier version said, to be changed before it is published."""
    version = _version(request, number)
    versions.copy_to_draft(version, by=person(request), at=clock.now())
    return redirect("scoring:model")
