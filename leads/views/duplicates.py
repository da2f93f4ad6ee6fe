"""Likely duplicates: the list of pairs, two leads side by side, merging them and taking it back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from leads import access
from leads.identity import comparing, merged, merging, pairs, reasons
from leads.models import DuplicatePair, Lead
from leads.views.lists import signed_in

ACTION = "lead.merge"
OF_A_LEAD = 5


@require_safe
def list_pairs(request: HttpRequest) -> HttpResponse:
    shown, after = pairs.page(signed_in(request), after=request.GET.get("after", ""))
    context = {
        "pairs": [_told(pair) for pair in shown],
        "next_url": f"?after={after}" if after else "",
        "now": clock.now(),
    }
    return render(request, "leads/duplicates/list.html", context)


def _told(pair: DuplicatePair) -> DuplicatePair:
    pair.told = reasons.in_words(pair.reasons)  # type: ignore[attr-defined]
    return pair


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, public_id: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Side by side; sent, the two become one."""
    user = signed_in(request)
    left, right = (access.lead_or_404(user, one, ACTION) for one in (public_id, other))
    if left.pk == right.pk:
        messages.info(request, _("These two are one lead already."))
        return redirect("leads:lead", left.public_id)
    compared = comparing.compare(left, right, request.POST)
    stays = request.POST.get("stays", comparing.LEFT)
    if request.method == "POST" and stays in (comparing.LEFT, comparing.RIGHT):
        kept, gone = (left, right) if stays == comparing.LEFT else (right, left)
        if _merged(request, kept, gone, comparing.taken(compared, stays=stays)):
            return redirect("leads:lead", kept.public_id)
    pair = pairs.between(left.pk, right.pk)
    context = {
        "left": left, "right": right, "compared": compared, "stays": stays, "now": clock.now(),
        "pair": _told(pair) if pair and pair.reasons else None,
    }  # fmt: skip
    status = 409 if request.method == "POST" else 200
    return render(request, "leads/duplicates/compare.html", context, status=status)


def _merged(request: HttpRequest, kept: Lead, gone: Lead, take: set[str]) -> bool:
    try:
        merging.merge(kept, gone, take=take, by=signed_in(request), at=clock.now())
    except merging.NotTwo:
        messages.error(request, _("One of the two was merged meanwhile. Look again."))
    except merging.Busy:
        messages.error(request, _("Somebody is working with these leads. Try again in a moment."))
    else:
        messages.success(request, _("Merged. You can take it back on this page."))
        return True
    return False


@require_POST
def dismiss(request: HttpRequest, public_id: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    left, right = (access.lead_or_404(user, one, ACTION) for one in (public_id, other))
    if left.pk != right.pk:
        pairs.dismiss(left.pk, right.pk, by=user, at=clock.now())
        messages.success(request, _("These two will not be proposed again."))
    return redirect("leads:duplicates")


@require_POST
def unmerge(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Takes the latest merge of this lead back."""
    found = access.lead_or_404(signed_in(request), public_id, ACTION)
    last = merged.latest(found)
    try:
        if last is None or str(last.public_id) != request.POST.get("merge"):
            raise merging.NotTheLast
        merging.undo(last, by=signed_in(request), at=clock.now())
    except merging.NotTheLast:
        messages.error(request, _("That was taken back already, or a later merge comes first."))
    except merging.Busy:
        messages.error(request, _("Somebody is working with this lead. Try again in a moment."))
    else:
        messages.success(request, _("These are two leads again."))
    return redirect("leads:lead", found.public_id)


@require_safe
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Part of a lead's page: who may be the same person, and who went up in this lead."""
    user = signed_in(request)
    found = access.lead_or_404(user, public_id)
    likely = pairs.of_lead(found.pk).filter(pk__in=pairs.waiting(user).values("pk"))[:OF_A_LEAD]
    context = {
        "lead": found,
        "likely": [(_told(pair), pair.second if pair.first_id == found.pk else pair.first) for pair in likely],
        "merges": merged.merges(found),
        "may_merge": policy.allows(user, ACTION),
        "now": clock.now(),
    }  # fmt: skip
    return render(request, "leads/duplicates/panel.html", context)
