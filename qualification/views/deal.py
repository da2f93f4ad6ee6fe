"""One deal: what it is worth and where it stands, how it ended, and looking back at it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.models import User
from accounts.signed_in import person
from leads import timeline
from qualification.closing import access, deals, reviews
from qualification.closing.forms import ChangeForm, EndForm, StageForm
from qualification.models import DealReview, DealStage, Opportunity

State = Opportunity.State
STORY = (
    "sql.passed",
    "deal.opened",
    "deal.changed",
    "deal.ended",
    "deal.reopened",
    "deal.reviewed",
)


@require_http_methods(["GET", "HEAD", "POST"])
def deal(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    post = request.method == "POST"
    found = access.deal_or_404(user, public_id, "deal.work" if post else "deal.view")
    form = ChangeForm(request.POST if post else None, deal=found)
    if post and form.is_valid():
        try:
            deals.change(found, form.cleaned_data, by=user, at=at)
        except deals.IdTaken as taken:
            form.add_error("deal", str(taken))
        except deals.NotOpen:
            return _over(request, found)
        else:
            messages.success(request, _("Saved."))
            return redirect("qualification:deal", public_id)
    return show(request, found, form=form, status=422 if post else 200)


def show(
    request: HttpRequest, found: Opportunity, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a deal, with a form that was refused among `more`."""
    user, at = person(request), clock.now()
    review = DealReview.objects.filter(opportunity=found).select_related("by").first()
    context: dict[str, Any] = {
        "deal": found, "lead": found.lead, "now": at, "me": user, "review": review,
        "may_work": access.visible(user, "deal.work").filter(pk=found.pk).exists(),
        "stages": _stages(found), "form": ChangeForm(deal=found),
        "won_form": EndForm(state=State.WON, today=at.date()),
        "lost_form": EndForm(state=State.LOST, today=at.date()),
        "story": _story(user, found), "signs": reviews.signs(found) if not found.is_open else [],
        "named": reviews.named(found) if review else {},
        **more,
    }  # fmt: skip
    return render(request, "qualification/deal.html", context, status=status)


def _stages(found: Opportunity) -> list[DealStage]:
    return [s for s in DealStage.objects.all() if s.is_active or s.pk == found.stage_id]


def _story(user: User, found: Opportunity) -> list[timeline.Line]:
    until = found.closed_at or clock.now()
    lines = timeline.deeds(
        found.lead, viewer_id=user.pk, kinds=STORY, since=found.opened_at, until=max(until, clock.now())
    )  # fmt: skip
    return list(reversed(lines))


@require_POST
def stage(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    found = access.deal_or_404(user, public_id, "deal.work")
    form = StageForm(request.POST)
    if not form.is_valid():
        return show(request, found, status=422, problem=_("Choose one of the stages."))
    try:
        deals.change(found, form.cleaned_data, by=user, at=clock.now())
    except deals.NotOpen:
        return _over(request, found)
    told = {"deal": found.name, "stage": form.cleaned_data["stage"]}
    messages.success(request, _("%(deal)s: %(stage)s.") % told)
    return redirect("qualification:deal", public_id)


@require_POST
def end(request: HttpRequest, public_id: uuid.UUID, state: str) -> HttpResponse:
    """Won or lost. What is missing is said on the page, with what was typed."""
    user, at = person(request), clock.now()
    found = access.deal_or_404(user, public_id, "deal.work")
    if state not in (State.WON, State.LOST):
        raise Http404
    form = EndForm(request.POST, state=state, today=at.date())
    if form.is_valid():
        try:
            deals.end(found, state, by=user, at=at, **form.cleaned_data)
        except deals.Refused as refused:
            for field, problem in refused.problems.items():
                form.add_error(field or None, problem)
        except deals.NotOpen:
            return _over(request, found)
        else:
            said = _("Won. The lead is a customer now.") if state == State.WON else _("Lost.")
            messages.success(request, said)
            return redirect("qualification:deal", public_id)
    return show(request, found, status=422, ending=state, **{f"{state}_form": form})


@require_POST
def reopen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    found = access.deal_or_404(user, public_id, "deal.work")
    try:
        deals.reopen(found, by=user, at=clock.now())
    except (deals.AlreadyOpen, deals.Refused) as refused:
        return show(request, found, status=409, problem=str(refused))
    messages.success(request, _("The opportunity is open again."))
    return redirect("qualification:deal", public_id)


@require_POST
def review(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = person(request)
    found = access.deal_or_404(user, public_id, "deal.work")
    told = {kind: request.POST.getlist(kind)[:40] for kind in ("spoke", "earlier")}
    note = request.POST.get("note", "").replace("\0", "")[:1000]
    try:
        reviews.write(found, **told, note=note, by=user, at=clock.now())
    except reviews.NotOver:
        return show(request, found, status=409, problem=_("The deal is open again meanwhile."))
    messages.success(request, _("Thank you. Marketing sees it."))
    following = reviews.waiting(user).order_by("-closed_at").first()
    return redirect("qualification:deal", following.public_id if following else public_id)


def _over(request: HttpRequest, found: Opportunity) -> HttpResponse:
    now = access.deal_or_404(person(request), found.public_id)
    return show(request, now, status=409, problem=_("The deal was closed meanwhile."))
