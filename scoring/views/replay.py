"""The score of a lead at any moment of its past, beside what was stored then."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.signed_in import person
from leads.access import lead_or_404
from leads.models import CompanyChange, Crossing, Lead, LeadChange
from leads.timeline import deed
from scoring import catalogue, wording
from scoring.definition import Definition
from scoring.explaining import replay, standing
from scoring.impact import compared
from scoring.views.panel import history, lines, replay_url

TODAY = "today"
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class MomentForm(forms.Form):
    """A moment, exact as a link gives it, or to the second as a person types it: its whole second counts."""

    at = forms.DateTimeField(
        label=_("Moment"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
        error_messages={"invalid": _("Write the time as day and hour, such as 2026-11-24 09:30.")},
    )

    def __init__(self, *args: Any, now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.now = now

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if not at.microsecond:
            at = min(at.replace(microsecond=999_999), max(self.now, at))
        if at > self.now:
            raise forms.ValidationError(_("That is still to come."))
        if at < EARLIEST:
            raise forms.ValidationError(_("That is too long ago."))
        return at


@require_safe
def show(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every line of the score at a moment; 422 for a moment that cannot be read."""
    lead, now = lead_or_404(person(request), public_id), clock.now()
    form = MomentForm({"at": request.GET.get("at") or now.isoformat()}, now=now)
    context: dict[str, Any] = {"lead": lead, "form": form, "now": now}
    if not form.is_valid():
        return render(request, "scoring/replay.html", context, status=422)
    at, today = form.cleaned_data["at"], request.GET.get("known") == TODAY
    # As the browser's own control wants it.
    form.data = {"at": timezone.localtime(at).strftime("%Y-%m-%dT%H:%M:%S")}
    context |= _moment(lead, at, now if today else at, now) | {"at": at, "today": today}
    context["exact"] = at.isoformat()
    return render(request, "scoring/replay.html", context)


def _moment(lead: Lead, at: datetime, known: datetime, now: datetime) -> dict[str, Any]:
    made = replay.replay(lead, at, known=known)
    verdict = compared.verdict(lead, made)
    changes = standing.changes(lead)
    context: dict[str, Any] = {
        "replay": made, "verdict": verdict, "news": _news(lead, at),
        "cause": dict(Crossing.Cause.choices).get(verdict.kept.cause) if verdict.kept else "",
        "history": history(lead, changes, changes[-1].total, now) if changes else [],
        "earlier": _neighbour(lead, [c.at for c in changes if c.at < at][-1:]),
        "later": _neighbour(lead, [c.at for c in changes if c.at > at][:1]),
        "moved": compared.moved(lead, made),
    }  # fmt: skip
    if made.found:
        words = wording.Words.read()
        d: Definition = made.found.model.definition
        reasons = standing.reasons(lead, made.found, words, made.parameters)
        context |= {
            "found": made.found, "reasons": reasons, "lines": lines(d),
            "band": d.band(made.found.band) or d.bands[0],
            "who": standing.who(made.found, words), "variant": standing.variant(made.found, words),
            "widest": max((abs(reason.points) for reason in reasons), default=0),
        }  # fmt: skip
    return context


def _news(lead: Lead, at: datetime) -> dict[str, Any]:
    """What was known only later, in words; empty for nothing."""
    found = replay.news(lead, at)
    if not found:
        return {}
    labels = catalogue.field_labels()
    changes: list[LeadChange | CompanyChange] = [*found.changes, *found.companies]
    return {
        "events": [
            {"text": deed(e), "occurred_at": e.occurred_at, "received_at": e.received_at}
            for e in found.events
        ],
        "changes": [
            {"fields": _fields(change, labels), "known_at": change.known_at, "source": change.source}
            for change in changes
        ],
        "relabels": [{"n": len(r.event_ids), "at": r.at} for r in found.relabels],
    }  # fmt: skip


def _fields(change: LeadChange | CompanyChange, labels: dict[str, str]) -> str:
    if isinstance(change, LeadChange):
        return ", ".join(labels.get(key, key) for key in sorted(change.old))
    names = labels | {"company.name": _("Company"), "company.parent_id": _("Parent company")}
    keys = [key.removeprefix("attributes.") for key in sorted(change.old)]
    return ", ".join(str(names.get(f"company.{key}", key)) for key in keys)


def _neighbour(lead: Lead, moments: list[datetime]) -> str:
    return replay_url(lead, moments[0]) if moments else ""
