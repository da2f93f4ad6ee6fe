"""Working hours and policies: what is promised, and changing it for what comes or for what runs."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import Role, Team, User
from accounts.signed_in import person
from handoff import (
    hours_text,
    policy_forms,
    promise_changes,
    promise_conditions,
    promise_versions,
    promises,
)
from handoff.hours_forms import WEEKDAYS
from handoff.models import (
    CalendarVersion,
    PromiseChange,
    SlaPolicy,
    SlaPolicyVersion,
    Tier,
)
from handoff.policy_forms import PolicyForm
from handoff.promise_conditions import WhenForm
from handoff.views.changed import saved
from handoff.views.hours import hours
from leads.bands import bands, called
from leads.vocabulary.typed import typed

WORKS = (Role.SDR, Role.MANAGER)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The overview; with ?team= or ?rep= the hours of a team or a rep, with ?policy= a policy or “new”."""
    asked = request.GET
    if "team" in asked:
        return hours(request, get_object_or_404(Team, pk=_number(asked["team"])))
    if "rep" in asked:
        reps = User.objects.filter(is_active=True, role__in=WORKS)
        return hours(request, get_object_or_404(reps, pk=_number(asked["rep"])))
    if asked.get("policy") == "new":
        return _policy(request, None)
    if "policy" in asked:
        found = SlaPolicy.objects.filter(retired_at=None)
        return _policy(request, get_object_or_404(found, pk=_number(asked["policy"])))
    return _overview(request)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _overview(request: HttpRequest) -> HttpResponse:
    at, teams = clock.now(), list(Team.objects.all())
    newest = CalendarVersion.objects.exclude(calendar__team=None, calendar__user=None)
    versions = newest.order_by("calendar_id", "-number").distinct("calendar_id")
    found = list(versions.select_related("calendar__user"))
    by_team = {v.calendar.team_id: v for v in found if v.calendar.team_id}
    standing = {hours.team.pk: hours for hours in promises.hours(teams, at=at)}
    reps = User.objects.filter(is_active=True, role__in=WORKS).order_by("name")
    context = {
        "now": at,
        "teams": [
            {"team": team, "version": by_team.get(team.pk), "hours": standing.get(team.pk),
             "week": _week(by_team.get(team.pk))}
            for team in teams
        ],
        "own_hours": [
            {"rep": v.calendar.user, "version": v, "week": _week(v)} for v in found if v.calendar.user
        ],
        "reps": reps,
        "policies": _policies(),
        "changes": PromiseChange.objects.filter(done_at=None).count(),
    }  # fmt: skip
    return render(request, "handoff/promises.html", context)


def _week(version: CalendarVersion | None) -> list[tuple[str, str]]:
    """The days that are open with their hours in words, and days alike in a row as one."""
    weekly = version.week["weekly"] if version else {}
    days = [(str(name), hours_text.written(weekly.get(key, []))) for key, name in WEEKDAYS.items()]
    alike = [(text, [day for day, _text in some]) for text, some in groupby(days, lambda d: d[1])]
    return [
        (names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}", text)
        for text, names in alike
        if text
    ]


def _policies() -> list[dict[str, Any]]:
    found = [policy for policy in promises.policies().select_related("team") if policy.newest]
    versions = SlaPolicyVersion.objects.in_bulk([policy.newest for policy in found])
    known, tiers = bands(), dict(Tier.objects.values_list("key", "name"))
    words = promise_conditions.labels() if any(policy.conditions for policy in found) else None
    return [
        {
            "policy": policy,
            "whom": _whom(policy, called(policy.band, known), tiers),
            "when": words.when(policy.conditions) if words and policy.conditions else "",
            "version": version,
            "targets": [
                (label, policy_forms.in_words(version.targets[key]))
                for key, (label, _note) in policy_forms.MILESTONES.items()
                if key in version.targets
            ],
        }
        for policy in found
        for version in [versions[policy.newest]]
    ]


def _whom(policy: SlaPolicy, band: Any, tiers: dict[str, str]) -> str:
    """“Europe, sales-ready, Enterprise”."""
    said = [policy.team.name if policy.team else _("Every team")]
    said += [band.name] if band else []
    said += [tiers.get(policy.tier, policy.tier)] if policy.tier else []
    return ", ".join(said)


def _policy(request: HttpRequest, policy: SlaPolicy | None) -> HttpResponse:
    if policy is not None and request.POST.get("deed"):
        return _deed(request, policy)
    at = clock.now()
    newest = policy.versions.order_by("-number").first() if policy else None
    drawn = "redraw" in request.POST
    form = PolicyForm(
        None if drawn else request.POST or None, at=at, policy=policy, version=newest,
        said=request.POST.dict() if drawn else None,
    )  # fmt: skip
    when = _when(request, policy)
    context: dict[str, Any] = {
        "now": at, "form": form, "when": when, "policy": policy, "version": newest,
    }  # fmt: skip
    if "words" in request.GET:
        form.is_valid()
        return render(request, "handoff/policy_form.html#targets", context)
    conditions = when.understood() if form.is_bound else None
    if not form.is_valid() or conditions is None:
        return _drawn(request, context, status=422 if form.is_bound else 200)
    apply = bool(policy and form.cleaned_data["apply"])
    if policy and apply and "confirmed" not in request.POST:
        draft = SlaPolicyVersion(
            policy=policy, targets=form.targets, warn_percent=form.cleaned_data["warn_percent"]
        )
        context["preview"] = promise_changes.preview(draft, at=at)
        return render(request, "handoff/policy_form.html", context)
    version = _save(request, form, conditions, policy)
    return saved(request, version, is_new=version != newest, apply=apply, at=at)


def _when(request: HttpRequest, policy: SlaPolicy | None) -> WhenForm:
    words = promise_conditions.vocabulary()
    if request.method == "POST":
        return WhenForm(typed(request.POST), words)
    return WhenForm(promise_conditions.of_stored(policy.conditions if policy else [], words), words)


def _drawn(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    part = "#when" if request.htmx and request.htmx.target == "when" else ""  # type: ignore[attr-defined]
    return render(request, f"handoff/policy_form.html{part}", context, status=status)


def _save(
    request: HttpRequest,
    form: PolicyForm,
    conditions: list[dict[str, Any]],
    policy: SlaPolicy | None,
) -> SlaPolicyVersion:
    said = form.cleaned_data
    whom = {key: said[key] for key in ("name", "team", "band", "tier")}
    whom["conditions"] = conditions
    more = {
        "warn_percent": said["warn_percent"], "pause_days": said["pause_days"], "at": form.at,
        "by": person(request),
    }  # fmt: skip
    if policy is None:
        return promise_versions.add_policy(whom, form.targets, **more)
    promise_versions.set_whom(policy, whom)
    return promise_versions.set_targets(policy, form.targets, **more)


def _deed(request: HttpRequest, policy: SlaPolicy) -> HttpResponse:
    """Earlier, later, or asked no more."""
    deed, at = request.POST["deed"], clock.now()
    if deed == "retire":
        promise_versions.retire(policy, at=at)
        messages.success(request, _("%s is asked no more. Clocks that it started run on.") % policy)
    elif deed in ("up", "down"):
        promise_versions.move(policy, up=deed == "up")
    return redirect("handoff:promises")
