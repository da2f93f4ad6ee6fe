"""What a draft would do to the base, who it moves, and how many MQLs a day sales can take."""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock, policy
from accounts.signed_in import person
from leads import bands
from scoring.definition import Band, Definition
from scoring.definition.reading import DefinitionError
from scoring.impact import crossing, preview
from scoring.impact.counting import Column, Impact
from scoring.impact.question import Question, asked_of
from scoring.impact.vectors import store
from scoring.impact.vectors.base import RECENT
from scoring.live import read
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import capacity, drafts
from scoring.publishing.drafts import Change, Gone
from scoring.views import in_use
from scoring.views.editor import LIMITS


@dataclass(frozen=True)
class Looked:
    """What an impact is of: the draft, or what is live where there is none; `moved` are the values of the
    editor's fields that nobody saved yet, as a query."""

    model: ScoringModel
    live: ModelVersion | None
    definition: Definition
    is_draft: bool
    moved: str = ""


def impact(request: HttpRequest) -> HttpResponse:
    """The panel: at once what can be said at once; with `whole` the whole base, however long it takes.
    Values that are being moved are looked at before they are saved; those that make no sense say nothing."""
    page = looked(request)
    if page is None:
        return redirect("scoring:model")
    try:
        page = _moved(page, request.GET)
    except (DefinitionError, Gone):
        return HttpResponse(status=204)
    question = asked(page)
    if "whole" not in request.GET:
        return _panel(request, page, preview.at_once(question, clock.now()))
    try:
        found = preview.impact(question, clock.now())
    except store.Busy:
        return render(request, "scoring/impact.html#later", {"delay": "1s", "page": page})
    response = _panel(request, page, found)
    response["HX-Retarget"], response["HX-Reswap"] = "#impact", "innerHTML"
    return response


def looked(request: HttpRequest) -> Looked | None:
    found = in_use.model(request)
    if found is None:
        return None
    draft, live = drafts.draft_and_live(found)
    shown = (draft if policy.allows(request.user, "model.edit") else None) or live
    return Looked(found, live, read(shown), shown is draft) if shown else None


def _moved(page: Looked, sent: QueryDict) -> Looked:
    """With the fields of the editor that are sent, under their names: points.<key>, start.<band> and limits.
    Raises DefinitionError and Gone."""
    said = {name: str(value).strip() for name, value in sent.items()}
    changes = {name: change for name, value in said.items() if (change := _change(name, value))}
    if not changes:
        return page
    moved = urlencode({name: said[name] for name in changes})
    definition = drafts.tried(page.definition, drafts.all_of(changes.values()))
    return replace(page, definition=definition, is_draft=True, moved=moved)


def _change(name: str, value: str) -> Change | None:
    place, _dot, key = name.partition(".")
    if place == "points" and key:
        return drafts.points(key, value)
    if place == "start" and key:
        return drafts.bands({key: {"start": value}})
    return drafts.limits({name: value}) if name in LIMITS else None


def asked(page: Looked) -> Question:
    """What the editor shows, for the leads that its model takes."""
    return asked_of(page.model, page.definition)


def _panel(request: HttpRequest, page: Looked, found: Impact) -> HttpResponse:
    context = {"page": page, "impact": shown(page, found), "beside_rules": _beside_rules(request)}
    template = "scoring/impact.html#fresh" if request.htmx else "scoring/impact.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _beside_rules(request: HttpRequest) -> bool:
    """Whether the rules stand beside the panel, so that each can be told how many it matches."""
    here = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    return urlsplit(here).path == reverse("scoring:model")


def shown(page: Looked, found: Impact) -> dict[str, Any]:
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


def _matrix(page: Looked, found: Impact) -> list[dict[str, Any]]:
    """A row for each band in which leads stand today, the highest first; a cell for each band of the draft."""
    known, columns = bands.bands(), list(reversed(page.definition.bands))
    ranks = {band.key: n for n, band in enumerate(page.definition.bands)}
    today = {key for key, _draft in found.moved}
    keys = [key for key in reversed(list(known)) if key in today]
    keys += sorted(today - set(keys), reverse=True)
    return [
        {
            "band": bands.called(key, known),
            "cells": [_cell(key, band, found, ranks, page.moved) for band in columns],
        }
        for key in keys
    ]


def _cell(
    today: str, band: Band, found: Impact, ranks: dict[str, int], moved: str
) -> dict[str, Any]:
    way = ranks[band.key] - ranks[today] if today in ranks else 0
    query = "&".join(filter(None, (urlencode({"from": today, "to": band.key}), moved)))
    return {
        "band": band, "leads": found.moved.get((today, band.key), 0), "way": (way > 0) - (way < 0),
        "url": f"{reverse('scoring:impact_leads')}?{query}",
    }  # fmt: skip


def _load(page: Looked, found: Impact) -> dict[str, Any]:
    """MQLs a day beside what sales can take."""
    limit, (now, then) = page.model.capacity, found.daily
    tone = "" if not limit else "over" if then > limit else "warn" if then > 0.9 * limit else "ok"
    return {"now": now, "then": then, "limit": limit, "tone": tone, "days": RECENT}


def leads(request: HttpRequest) -> HttpResponse:
    """The leads behind a number: those that would cross, or those of a cell."""
    given = request.GET
    page = looked(request)
    if page is None:
        return redirect("scoring:model")
    with suppress(DefinitionError, Gone):
        page = _moved(page, given)
    who = crossing.Who("crossing" in given, given.get("from"), given.get("to"))
    context: dict[str, Any] = {"page": page, "who": who, "now": clock.now(), **_named(page, who)}
    try:
        found = crossing.movers(
            asked(page), who, person(request), clock.now(), after=given.get("after", "")
        )
    except store.Busy:
        return render(request, "scoring/impact_leads.html", context)
    if found.after:
        context["next_url"] = f"?{urlencode({**given.dict(), 'after': found.after})}"
    return render(request, "scoring/impact_leads.html", {**context, "found": found})


def _named(page: Looked, who: crossing.Who) -> dict[str, Any]:
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
