"""Working hours and policies: what is promised, and changing it for what comes."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import Team
from handoff import promise_versions, promises
from handoff.models import CalendarVersion, SlaPolicy, SlaPolicyVersion, SlaTimer
from handoff.promise_forms import WEEKDAYS, HoursForm, NewPolicyForm, PolicyForm, window_text
from leads.bands import bands, called


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The overview; with ?team= the hours of a team, with ?policy= its targets or “new”."""
    if "team" in request.GET:
        return _hours(request, get_object_or_404(Team, pk=_number(request.GET["team"])))
    if request.GET.get("policy") == "new":
        return _new_policy(request)
    if "policy" in request.GET:
        policy = get_object_or_404(SlaPolicy, pk=_number(request.GET["policy"]))
        return _policy(request, policy)
    return _overview(request)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _overview(request: HttpRequest) -> HttpResponse:
    at, teams = clock.now(), list(Team.objects.all())
    newest = CalendarVersion.objects.filter(calendar__team__in=teams)
    versions = newest.order_by("calendar_id", "-number").distinct("calendar_id")
    by_team = {v.calendar.team_id: v for v in versions.select_related("calendar")}
    standing = {hours.team.pk: hours for hours in promises.hours(teams, at=at)}
    context = {
        "now": at,
        "teams": [
            {"team": team, "version": by_team.get(team.pk), "hours": standing.get(team.pk),
             "week": _week(by_team.get(team.pk))}
            for team in teams
        ],
        "policies": _policies(),
    }  # fmt: skip
    return render(request, "handoff/promises.html", context)


def _week(version: CalendarVersion | None) -> list[tuple[str, str]]:
    """The days that are open with their hours in words, and days alike in a row as one."""
    weekly = version.week["weekly"] if version else {}
    days = [(str(name), window_text(weekly.get(key, []))) for key, name in WEEKDAYS.items()]
    alike = [(text, [day for day, _text in some]) for text, some in groupby(days, lambda d: d[1])]
    return [
        (names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}", text)
        for text, names in alike
        if text
    ]


def _policies() -> list[dict[str, Any]]:
    found = [policy for policy in promises.policies().select_related("team") if policy.newest]
    versions = SlaPolicyVersion.objects.in_bulk([policy.newest for policy in found])
    known, names = bands(), dict(SlaTimer.Milestone.choices)
    return [
        {
            "policy": policy,
            "band": called(policy.band, known),
            "version": version,
            "targets": [
                (names.get(key, key), target["minutes"] * 60, target.get("clock") == "calendar")
                for key, target in sorted(version.targets.items())
            ],
        }
        for policy in found
        for version in [versions[policy.newest]]
    ]


def _hours(request: HttpRequest, team: Team) -> HttpResponse:
    at = clock.now()
    newest = CalendarVersion.objects.filter(calendar__team=team).order_by("-number").first()
    form = HoursForm(request.POST or None, week=newest.week if newest else None)
    if form.is_valid():
        version = promise_versions.set_hours(team, form.week, at=at)
        return _saved(request, version.number)
    context = {"now": at, "form": form, "team": team, "version": newest}
    return render(request, "handoff/hours_form.html", context, status=_status(request))


def _policy(request: HttpRequest, policy: SlaPolicy) -> HttpResponse:
    at, newest = clock.now(), policy.versions.order_by("-number").first()
    form = PolicyForm(request.POST or None, version=newest)
    if form.is_valid():
        warn_percent = form.cleaned_data["warn_percent"]
        version = promise_versions.set_targets(
            policy, form.targets, warn_percent=warn_percent, at=at
        )
        return _saved(request, version.number)
    context = {"now": at, "form": form, "policy": policy, "version": newest}
    return render(request, "handoff/policy_form.html", context, status=_status(request))


def _new_policy(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    form = NewPolicyForm(request.POST or None)
    if form.is_valid():
        named = {key: form.cleaned_data[key] for key in ("name", "team", "band", "warn_percent")}
        version = promise_versions.add_policy(targets=form.targets, at=at, **named)
        return _saved(request, version.number)
    context = {"now": at, "form": form}
    return render(request, "handoff/policy_form.html", context, status=_status(request))


def _saved(request: HttpRequest, number: int) -> HttpResponse:
    text = _("Version %(number)d applies to clocks that start from now on.") % {"number": number}
    messages.success(request, text)
    return redirect("handoff:promises")


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
