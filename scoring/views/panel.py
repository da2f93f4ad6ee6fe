"""The score on a lead's page."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format

from accounts import clock
from accounts.signed_in import person
from leads.access import lead_or_404
from leads.models import Crossing
from scoring import standing
from scoring.standing import Standing

SHOWN_CHANGES = 6


def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A fragment for the slot of the lead page; a page of its own for whoever follows the link."""
    lead = lead_or_404(person(request), public_id)
    found, now = standing.of(lead), clock.now()
    context: dict[str, Any] = {"lead": lead, "standing": found, "now": now}
    if found is not None:
        context |= {
            "history": _history(found, now),
            "lines": _lines(found),
            "changes": _changes(found),
        }
    template = "scoring/panel.html#panel" if request.htmx else "scoring/panel.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _history(found: Standing, now: datetime) -> list[dict[str, Any]]:
    """Points of the step line; the last is this moment."""
    steps = [(change.at, change.total) for change in found.changes]
    points = [*steps, (max(now, steps[-1][0]), found.total)] if steps else []
    return [{"at": at.timestamp(), "value": total, "label": _day(at)} for at, total in points]


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j M")


def _lines(found: Standing) -> list[dict[str, Any]]:
    return [
        {"value": band.start, "label": band.name}
        for band in found.model.definition.bands
        if band.start is not None and band.effect not in ("none", "nurture")
    ]


def _changes(found: Standing) -> list[dict[str, Any]]:
    """The latest few, latest first."""
    causes = dict(Crossing.Cause.choices)
    latest = found.changes[: -SHOWN_CHANGES - 1 : -1]
    return [
        {
            "at": change.at,
            "by": change.by,
            "total": change.total,
            "cause": causes.get(change.cause, change.cause),
        }
        for change in latest
    ]
