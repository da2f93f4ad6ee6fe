"""What a draft would do to the base, who it moves, and how many MQLs a day sales can take."""

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock, policy
from accounts.signed_in import person
from leads import bands
from scoring.definition import Band
from scoring.impact import crossing, preview
from scoring.impact.preview import Column, Impact, Question
from scoring.impact.vectors import store
from scoring.publishing import capacity
from scoring.views import editor_page, in_use
from scoring.views.editor_page import Page


def impact(request: HttpRequest) -> HttpResponse:
    """The panel: at once what can be said at once; with `whole` the whole base, however long it takes."""
    page = _page(request)
    if page is None:
        return redirect("scoring:model")
    question = asked(page)
    if "whole" not in request.GET:
        return _panel(request, page, preview.at_once(question, clock.now()))
    try:
        found = preview.impact(question, clock.now())
    except store.Busy:
        return render(request, "scoring/impact.html#later", {"delay": "1s"})
    response = _panel(request, page, found)
    response["HX-Retarget"], response["HX-Reswap"] = "#impact", "innerHTML"
    return response


def _page(request: HttpRequest) -> Page | None:
    found = in_use.model(request)
    if found is None or not found.versions.exists():
        return None
    return editor_page.build(found, may_edit=policy.allows(request.user, "model.edit"))


def asked(page: Page) -> Question:
    """What the editor shows, for the leads that its model takes."""
    return preview.asked_of(page.model, page.definition)


def _panel(request: HttpRequest, page: Page, found: Impact) -> HttpResponse:
    context = {"page": page, "impact": shown(page, found), "beside_rules": _beside_rules(request)}
    template = "scoring/impact.html#fresh" if request.htmx else "scoring/impact.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _beside_rules(request: HttpRequest) -> bool:
    """Whether the rules stand beside the panel, so that each can be told how many it matches."""
    here = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    return urlsplit(here).path == reverse("scoring:model")


def shown(page: Page, found: Impact) -> dict[str, Any]:
    """The impact with what charts and tables need."""
    return {
        "found": found,
        "columns": [
            {"label": _column_label(n, column, len(found.columns)), "value": column.draft,
             "before": column.live, "tone": str(column.band.effect)}
            for n, column in enumerate(found.columns)
        ],
        "matches": [
            {"key": key, "leads": leads, "percent": round(100 * leads / found.leads) if found.leads else 0}
            for key, leads in found.matches.items()
        ],
        "matrix": _matrix(page, found),
        "load": _load(page, found),
    }  # fmt: skip


def _column_label(n: int, column: Column, columns: int) -> str:
    if n == 0:
        return _("below 0")
    return f"{column.low}+" if n == columns - 1 else str(column.low)


def _matrix(page: Page, found: Impact) -> list[dict[str, Any]]:
    """A row for each band in which leads stand today, the highest first; a cell for each band of the draft."""
    known, columns = bands.bands(), list(reversed(page.definition.bands))
    ranks = {band.key: n for n, band in enumerate(page.definition.bands)}
    today = {key for key, _draft in found.moved}
    keys = [key for key in reversed(list(known)) if key in today]
    keys += sorted(today - set(keys), reverse=True)
    return [
        {
            "band": bands.called(key, known),
            "cells": [_cell(key, band, found, ranks) for band in columns],
        }
        for key in keys
    ]


def _cell(today: str, band: Band, found: Impact, ranks: dict[str, int]) -> dict[str, Any]:
    way = ranks[band.key] - ranks[today] if today in ranks else 0
    query = urlencode({"from": today, "to": band.key})
    return {
        "band": band, "leads": found.moved.get((today, band.key), 0), "way": (way > 0) - (way < 0),
        "url": f"{reverse('scoring:impact_leads')}?{query}",
    }  # fmt: skip


def _load(page: Page, found: Impact) -> dict[str, Any]:
    """MQLs a day beside what sales can take."""
    limit, (now, then) = page.model.capacity, found.daily
    tone = "" if not limit else "over" if then > limit else "warn" if then > 0.9 * limit else "ok"
    return {"now": now, "then": then, "limit": limit, "tone": tone, "days": preview.RECENT}


def leads(request: HttpRequest) -> HttpResponse:
    """The leads behind a number: those that would cross, or those of a cell."""
    page = _page(request)
    if page is None:
        return redirect("scoring:model")
    given = request.GET
    who = crossing.Who("crossing" in given, given.get("from"), given.get("to"))
    context: dict[str, Any] = {"page": page, "who": who, "now": clock.now(), **_named(page, who)}
    try:
        found = crossing.movers(
            asked(page), who, person(request), clock.now(), after=given.get("after", "")
        )
    except store.Busy:
        return render(request, "scoring/impact_leads.html", context)
    if found.after:
        query = {k: v for k, v in given.items() if k in ("crossing", "from", "to")}
        context["next_url"] = f"?{urlencode({**query, 'after': found.after})}"
    return render(request, "scoring/impact_leads.html", {**context, "found": found})


def _named(page: Page, who: crossing.Who) -> dict[str, Any]:
    return {
        "today": bands.called(who.today or "", bands.bands()),
        "draft": page.definition.band(who.draft) if who.draft else None,
    }


def set_capacity(request: HttpRequest) -> HttpResponse:
    """How many MQLs sales can take a day; empty for no number."""
    found = in_use.model(request)
    if found is None:
        return redirect("scoring:model")
    try:
        capacity.set_to(found, request.POST.get("capacity", ""))
    except ValueError as error:
        return render(request, "scoring/refused.html", {"texts": [str(error)]}, status=422)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("scoring:model")
    response = HttpResponse()
    response["HX-Trigger"] = json.dumps({"draft-changed": {}})
    return response
