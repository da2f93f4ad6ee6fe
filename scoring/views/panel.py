"""The score on a lead's page, and its short form in the queue."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.signed_in import person
from leads.access import lead_or_404
from leads.models import Lead
from scoring import wording
from scoring.definition import Definition
from scoring.explaining import explain, standing
from scoring.explaining.standing import SHOWN, Change, Standing
from scoring.views.override import ACTION

TOP = 5


@require_safe
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A fragment for the slot of the lead page; a page of its own for whoever follows the link."""
    user = person(request)
    lead = lead_or_404(user, public_id)
    found, now = standing.of(lead), clock.now()
    context: dict[str, Any] = {"lead": lead, "standing": found, "now": now}
    if found is not None:
        context |= {
            "history": history(lead, found.changes, found.total, now),
            "lines": lines(found.model.definition),
            "changes": _latest(lead, found),
            "may_override": policy.allows(user, ACTION),
            "top": max(found.range.high, 100) if found.range else 100,
        }
    template = "scoring/panel.html#panel" if request.htmx else "scoring/panel.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_safe
def why(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What makes the score now: the lines that give or take most, with the events behind them."""
    lead = lead_or_404(person(request), public_id)
    found = explain.explain(lead.pk)
    made = standing.reasons(lead, found, wording.Words.read()) if found else []
    shown = made[:TOP]
    most = max((abs(reason.points) for reason in shown), default=1)
    context = {
        "lead": lead, "found": found, "reasons": shown, "most": most,
        "more": len(made) - len(shown), "now": clock.now(),
    }  # fmt: skip
    template = "scoring/why.html#why" if request.htmx else "scoring/why.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def history(lead: Lead, changes: list[Change], total: int, now: datetime) -> list[dict[str, Any]]:
    """Points of the step line, each with the way to its replay; the last is this moment."""
    points = [
        {
            "at": change.at.timestamp(), "value": change.total, "label": _day(change.at),
            "url": replay_url(lead, change.at),
        }
        for change in changes
    ]  # fmt: skip
    if points:
        last = max(now, changes[-1].at)
        points.append({"at": last.timestamp(), "value": total, "label": _day(last)})
    return points


def replay_url(lead: Lead, at: datetime) -> str:
    asked = urlencode({"at": at.isoformat()})
    return f"{reverse('scoring:replay', args=[lead.public_id])}?{asked}"


def lines(definition: Definition) -> list[dict[str, Any]]:
    """Where the bands begin that matter, for a chart."""
    return [
        {"value": band.start, "label": band.name}
        for band in definition.bands
        if band.start is not None and band.effect not in ("none", "nurture")
    ]


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j M")


def _latest(lead: Lead, found: Standing) -> list[dict[str, Any]]:
    """The latest few, latest first."""
    return [
        {"change": change, "url": replay_url(lead, change.at)}
        for change in found.changes[: -SHOWN - 1 : -1]
    ]
