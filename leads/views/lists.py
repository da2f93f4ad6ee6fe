"""The lead list and its export."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.models import User
from leads import bands, paging, queries
from leads.exporting import tables
from leads.filters import LeadFilter
from leads.models import Lead, PrivacyDeed
from leads.privacy import deeds
from leads.views import exports

FIRST_ORDER = "score"


def signed_in(request: HttpRequest) -> User:
    """The person; the policy table lets nobody else come here."""
    assert isinstance(request.user, User)
    return request.user


def _filter(request: HttpRequest, action: str = "lead.view") -> LeadFilter:
    user = signed_in(request)
    leads = queries.listed(user, action)
    return LeadFilter(request.GET, leads, user=user, known=bands.bands())


def _order(request: HttpRequest) -> str:
    name = request.GET.get("sort", "")
    return name if name in queries.ORDERS else FIRST_ORDER


@require_safe
def list_leads(request: HttpRequest) -> HttpResponse:
    filters = _filter(request)
    part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    context = {
        "filters": filters,
        "sort": _order(request),
        "orders": _orders(request, filters),
        "export_url": _link("leads:export", {**filters.asked, "sort": _order(request)}),
        "ask_url": _link("qualification:ask_listed", filters.asked),
        "may_ask": policy.allows(request.user, "lead.ask"),
        "may_export": policy.allows(request.user, "lead.export"),
        "now": clock.now(),
        "as_of": bands.as_of(),
        "part": part,
        **_results(request, filters),
    }
    template = "leads/list.html#results" if part else "leads/list.html"
    answer = render(request, template, context, status=422 if "too_broad" in context else 200)
    if part:
        answer["HX-Push-Url"] = _link("leads:list", _kept(request, filters))
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _results(request: HttpRequest, filters: LeadFilter) -> dict[str, Any]:
    """The page of leads; none where a filter cannot be meant, so that nobody takes them for the answer."""
    if not filters.is_valid():
        return {"leads": [], "wrong": True}
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    try:
        with queries.patiently():
            order = queries.ORDERS[_order(request)]
            page = paging.page(filters.qs, order, after=after, before=before)
            number, more = queries.count(filters.qs)
    except queries.TooBroad:
        return {"leads": [], "too_broad": filters.too_broad}
    kept = _kept(request, filters)
    return {
        "leads": rows(page.leads),
        "next_url": _link("leads:list", {**kept, "after": page.after}) if page.after else "",
        "prev_url": _link("leads:list", {**kept, "before": page.before}) if page.before else "",
        "total": f"{number:,}+" if more else number,
        "none_at_all": not page.leads and not filters.asked,
    }


def rows(leads: Any) -> list[Lead]:
    """The leads, each with the band its score stands in."""
    known = bands.bands()
    for lead in leads:
        lead.band = bands.called(lead.score.band, known)
    return list(leads)


def _kept(request: HttpRequest, filters: LeadFilter) -> dict[str, str]:
    sort = _order(request)
    return {**filters.asked, **({"sort": sort} if sort != FIRST_ORDER else {})}


def _orders(request: HttpRequest, filters: LeadFilter) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "label": label,
            "url": _link("leads:list", {**filters.asked, "sort": key}),
            "current": key == _order(request),
        }
        for key, label in queries.ORDER_LABELS.items()
    ]


def _link(name: str, query: dict[str, str]) -> str:
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


@require_safe
def export_leads(request: HttpRequest) -> HttpResponseBase:
    filters = _filter(request, "lead.export")
    if not filters.is_valid():
        return redirect(_link("leads:list", filters.asked))
    leads = paging.sorted_by(filters.qs, queries.ORDERS[_order(request)])
    try:
        with queries.patiently():
            number, _more = queries.count(filters.qs)
    except queries.TooBroad:
        messages.error(request, filters.too_broad)
        return redirect("leads:list")
    deeds.note(
        PrivacyDeed.Kind.LIST_EXPORTED, by=signed_in(request), at=clock.now(), count=number,
        note=", ".join(filters.asked),
    )  # fmt: skip
    table = tables.OF_LEADS.get(request.GET.get("of", ""), tables.leads)(leads)
    back = _link("leads:list", filters.asked)
    return exports.answer(request, table, back=back, at=clock.now())
