"""The page on which marketing and sales rate twenty leads blind, before they meet. A manager names SDRs who rate for
sales, too."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock, policy
from accounts.models import User
from accounts.signed_in import person
from insights import agreeing, facts, periods
from leads import access
from leads.models import Lead
from qualification.agreement import rounds
from qualification.agreement.signing import NoSide
from qualification.models import BlindRound
from scoring.live import live_models


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The newest round; `form` begins one, names who rates, or a lead is rated."""
    user = person(request)
    if request.method != "POST":
        return render(request, "agreement/round.html", _page(user))
    if request.POST.get("form") == "begin":
        return _begin(request, user)
    if request.POST.get("form") == "name":
        return _name(request, user)
    return _rate(request, user)


def _leads(user: User) -> QuerySet[Lead]:
    """Who reads no reports rates the leads of the own teams."""
    return facts.visible(user) if policy.allows(user, facts.ACTION) else access.visible(user)


def _page(user: User) -> dict[str, Any]:
    made = rounds.newest()
    side = rounds.side_of(made, user)
    may_begin = policy.allows(user, "agreement.edit")
    rows = rounds.said(made, user, _leads(user)) if made and (side or may_begin) else []
    live = next(iter(live_models()), None)
    spoken = sum(row.mine is not None for row in rows)
    return {
        "round": made, "rows": rows, "side": side, "spoken": spoken, "now": clock.now(),
        "is_open": made is not None and made.review.held_at is None,
        "agreeing": agreeing.agreeing(rows, live.definition if live else None),
        "may_change": policy.allows(user, "model.edit"), "live": live, "may_begin": may_begin,
        "nameable": _nameable(made, user),
    }  # fmt: skip


def _nameable(made: BlindRound | None, user: User) -> list[tuple[User, bool]]:
    """Whom this person may ask to rate, and whether they were asked."""
    asked = set(made.raters.values_list("user", flat=True)) if made else set()
    return [(one, one.pk in asked) for one in rounds.nameable(user)] if made else []


def _name(request: HttpRequest, user: User) -> HttpResponse:
    made = rounds.newest()
    if made is None or made.review.held_at is not None or not rounds.nameable(user).exists():
        messages.error(request, _("Nobody can be named for this round."))
        return redirect("agreement_round")
    chosen = [int(pk[:18]) for pk in request.POST.getlist("rater") if pk.isdigit()]
    rounds.name(made, chosen, by=user, at=clock.now())
    messages.success(request, _("Saved. Who rates for sales finds the round under Agreement."))
    return redirect("agreement_round")


def _begin(request: HttpRequest, user: User) -> HttpResponse:
    at = clock.now()
    if not policy.allows(user, "agreement.edit"):
        raise PermissionDenied
    try:
        rounds.begin(by=user, at=at, today=periods.today(at, periods.zone()))
    except rounds.TooFew:
        messages.error(
            request, _("Sales decided nothing in the last 90 days, so there is nothing to rate.")
        )
    return redirect("agreement_round")


def _rate(request: HttpRequest, user: User) -> HttpResponse:
    made, asked = rounds.newest(), request.POST.get("rated", "")
    rated = _rated(made, user, asked)
    worth = {"yes": True, "no": False}.get(request.POST.get("worth", ""))
    if rated is None or worth is None or made is None or made.review.held_at is not None:
        messages.error(request, _("This lead cannot be rated any more."))
        return redirect("agreement_round")
    try:
        rounds.rate(rated, worth, by=user, at=clock.now())
    except NoSide:
        messages.error(
            request, _("Marketers rate for marketing; managers, and whom they name, for sales.")
        )
    except rounds.Settled:
        messages.error(request, _("Both sides have spoken on this lead; what you said stays."))
    return redirect(f"{reverse('agreement_round')}#lead-{rated.place}")


def _rated(made: BlindRound | None, user: User, asked: str) -> Any:
    """The lead of the round, if this person may see it."""
    if made is None or not asked.isdigit():
        return None
    return made.leads.filter(pk=int(asked[:18]), lead__in=_leads(user)).first()
