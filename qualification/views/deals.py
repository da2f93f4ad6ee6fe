"""Deals: the list and the board, and what looking back at them taught."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.signed_in import person
from qualification.closing import listing, reviews
from qualification.closing.listing import WAITING, Asked
from qualification.models import DealSign, DealStage, Opportunity

State = Opportunity.State
LABELS = {
    WAITING: _("SQLs that wait"), State.OPEN.value: _("Open"), State.WON.value: _("Won"),
    State.LOST.value: _("Lost"),
}  # fmt: skip


@require_safe
def deals(request: HttpRequest) -> HttpResponse:
    user, asked = person(request), Asked.of(request.GET.dict())
    place = {name: request.GET.get(name, "")[:300] for name in ("after", "before")}
    counts = listing.counts(user, asked)
    context: dict[str, Any] = {
        "asked": asked, "now": clock.now(), "me": user,
        "may_edit": policy.allows(user, "deal.edit"), "tabs": _tabs(asked, counts),
        "stages": DealStage.objects.all(), "sorts": [(k, v[0]) for k, v in listing.ORDERS.items()],
        "none_at_all": not any(counts.values()), "to_review": reviews.waiting(user).count(),
        "list_url": _url(asked, view=""), "board_url": _url(asked, view="board", stage="", state=""),
    }  # fmt: skip
    if asked.state == WAITING:
        page = listing.waiting_page(user, asked, **place)
        context |= {"passed": page.leads, "total": counts[WAITING]}
    elif asked.board and asked.state == State.OPEN:
        return render(
            request, "qualification/deals.html", context | {"columns": listing.board(user, asked)}
        )
    else:
        page = listing.page(user, asked, **place)
        found = listing.totals(listing.found(user, asked))
        context |= {"deals": page.leads, "totals": found, "total": sum(t.deals for t in found)}
    context |= {
        "next_url": _url(asked, after=page.after) if page.after else "",
        "prev_url": _url(asked, before=page.before) if page.before else "",
    }
    return render(request, "qualification/deals.html", context)


def _url(asked: Asked, **more: str) -> str:
    query = {key: value for key, value in {**asked.query, **more}.items() if value}
    return f"?{urlencode(query)}"


def _tabs(asked: Asked, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Waiting, open, won, lost; the other filters stay where they mean something."""
    return [
        {"label": LABELS[state], "url": _url(Asked(state=state, mine=asked.mine)), "count": count,
         "current": state == asked.state}
        for state, count in counts.items()
    ]  # fmt: skip


@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """How often each criterion was named in reviews; a number opens the deals behind it."""
    user = person(request)
    context: dict[str, Any] = {"now": clock.now(), "lines": reviews.lines(user)}
    asked = {name: request.GET.get(name, "")[:80] for name in ("source", "key", "kind", "state")}
    if asked["kind"] in DealSign.Kind.values and "\0" not in "".join(asked.values()):
        states = [asked["state"]] if asked["state"] in ("won", "lost") else ["won", "lost"]
        rows = reviews.behind(user, asked["source"], asked["key"], asked["kind"], states)
        known = {(line.source, line.key): line for line in context["lines"]}
        line = known.get((asked["source"], asked["key"]))
        kind = DealSign.Kind(asked["kind"]).label
        context |= {"rows": rows, "line": line, "kind": kind}
    return render(request, "qualification/lessons.html", context)
