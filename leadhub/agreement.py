"""The page of the agreement: its words, who signed them, and how both sides keep them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock, policy
from accounts.models import Team, User
from accounts.signed_in import person
from insights import agreeing, facts, periods, two_sides
from qualification.agreement import content, reviews, rounds, signing, terms
from qualification.agreement.forms import MinutesForm, PlanForm, TermsForm
from qualification.models import BlindRound, Review, Terms
from scoring.live import live_models

LATEST_MINUTES = 12


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if request.method == "POST":
        _sign(request, user)
        return redirect("agreement")
    return render(request, "agreement/page.html", _page(user))


def _sign(request: HttpRequest, user: User) -> None:
    try:
        signed = signing.sign(request.POST.get("digest", ""), by=user, at=clock.now())
    except signing.Moved:
        messages.error(request, _("It changed while you read it. Read what is new, then sign."))
    except signing.NoSide:
        messages.error(request, _("A marketer signs for marketing, a manager for sales."))
    else:
        messages.success(request, _("You signed version %(n)d.") % {"n": signed.number})


def _page(user: User) -> dict[str, Any]:
    at, here = clock.now(), periods.zone()
    today = periods.today(at, here)
    now, signed = content.in_force(), signing.newest()
    is_current = signed is not None and signed.digest == now.digest
    promised = terms.of_teams(two_sides.teams_of(user))
    months = [two_sides.month_of(today, here), two_sides.month_before(today, here)]
    mine, sides = signing.SIDES.get(user.role), _signatures(signed if is_current else None)
    may_read = policy.allows(user, "report.view")
    return {
        "content": now, "signed": signed, "is_current": is_current, "now": at, "today": today,
        "changes": content.changes(signing.words(signed), now) if signed else [],
        "sides": sides, "my_side": mine,
        "has_signed": any(side == mine and signature for side, signature in sides),
        "months": [(month, two_sides.report(user, promised, month, at=at)) for month in months]
        if may_read else [],
        "kinds": _kinds(), "held": reviews.held()[:LATEST_MINUTES],
        "may_edit": policy.allows(user, "agreement.edit"),
        "may_rate": policy.allows(user, "agreement.edit") or bool(rounds.side_of(rounds.newest(), user)),
        "may_sign": policy.allows(user, "agreement.sign"),
    }  # fmt: skip


def _signatures(signed: Any) -> list[tuple[Any, Any]]:
    """Each side with its signature under what is in force, or None."""
    made = {one.side: one for one in signed.signatures.all()} if signed else {}
    return [(side, made.get(side.value)) for side in signing.Side]


def _kinds() -> list[tuple[str, Any, Review | None]]:
    ahead = {review.kind: review for review in reviews.ahead()}
    return [(kind.value, kind.label, ahead.get(kind.value)) for kind in Review.Kind]


@require_http_methods(["GET", "HEAD", "POST"])
def edit_terms(request: HttpRequest, team_id: int) -> HttpResponse:
    """What both sides promise a team."""
    team = get_object_or_404(Team, pk=team_id)
    given = Terms.objects.filter(team=team).first() or Terms(team=team)
    form = TermsForm(request.POST or None, terms=given)
    if request.method == "POST" and form.is_valid():
        terms.put(team, form.cleaned_data)
        messages.success(request, _("Saved. Both sides sign the new version."))
        return redirect("agreement")
    context = {"form": form, "team": team}
    return render(request, "agreement/terms.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, review: str) -> HttpResponse:
    """The next review of a kind: planned, or held by writing its minutes."""
    kind = review
    if kind not in Review.Kind.values:
        raise Http404
    user, at = person(request), clock.now()
    today, planned = periods.today(at, periods.zone()), reviews.ahead().filter(kind=kind).first()
    sent = request.POST.get("form", "")
    plan = PlanForm(request.POST if sent == "plan" else None, today=today, review=planned)
    minutes = MinutesForm(
        request.POST if sent == "minutes" else None, initial={"minutes": _found(planned, user)}
    )
    if sent == "plan" and plan.is_valid():
        reviews.plan(kind, **plan.cleaned_data)
        messages.success(request, _("Planned."))
        return redirect("agreement")
    if sent == "minutes" and planned is not None and minutes.is_valid():
        return _hold(request, planned, minutes.cleaned_data["minutes"], user)
    context = {
        "plan": plan, "minutes": minutes, "review": planned, "kind": Review.Kind(kind).label,
        "today": today,
    }  # fmt: skip
    refused = request.method == "POST"
    return render(request, "agreement/review.html", context, status=422 if refused else 200)


def _found(planned: Review | None, user: User) -> str:
    """What the blind round of a review came to, so that its minutes begin with it."""
    made = BlindRound.objects.filter(review=planned).first() if planned else None
    if made is None:
        return ""
    live = next(iter(live_models()), None)
    rows = rounds.said(made, None, facts.visible(user))
    return agreeing.in_words(agreeing.agreeing(rows, live.definition if live else None))


def _hold(request: HttpRequest, planned: Review, minutes: str, user: User) -> HttpResponse:
    at = clock.now()
    today = periods.today(at, periods.zone())
    try:
        following = reviews.hold(planned, minutes=minutes, by=user, at=at, today=today)
    except reviews.AlreadyHeld:
        messages.error(request, _("Somebody else wrote the minutes of this one meanwhile."))
    else:
        text = _("The minutes are kept. The next is due on %(day)s.")
        messages.success(request, text % {"day": following.due_on.strftime("%-d %b %Y")})
    return redirect("agreement")
