"""The working hours of a team, or of a rep who works others: seen in words and as a picture while they are written."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import clock
from accounts.models import Team, User
from accounts.signed_in import person
from handoff import promise_changes, promise_versions
from handoff.hours_forms import HolidaysForm, HoursForm, together
from handoff.models import Calendar, CalendarVersion
from handoff.views.changed import saved


def hours(request: HttpRequest, owner: Team | User) -> HttpResponse:
    at, whose = clock.now(), "team" if isinstance(owner, Team) else "user"
    newest = (
        CalendarVersion.objects.filter(**{f"calendar__{whose}": owner}).order_by("-number").first()
    )
    if "forget" in request.POST and isinstance(owner, User):
        promise_versions.forget_hours(owner, at=at)
        messages.success(request, _("%s works the hours of the team.") % owner.name)
        return redirect("handoff:promises")
    seeds = HolidaysForm(request.POST or None, at=at)
    form = HoursForm(
        _seeded(request, seeds) or request.POST or None, week=_week(newest, owner), at=at
    )
    context: dict[str, Any] = {
        "now": at, "form": form, "seeds": seeds, "owner": owner, "version": newest,
        "is_team": isinstance(owner, Team), "asked": "team" if isinstance(owner, Team) else "rep",
    }  # fmt: skip
    if "words" in request.GET:
        form.is_valid()
        return render(request, "handoff/hours_form.html#words", context)
    if "seed" in request.POST:
        status = 200 if seeds.is_valid() else 422
        form.is_valid()
        return render(request, "handoff/hours_form.html", context, status=status)
    if form.is_valid():
        draft = _draft(newest, form, owner)
        if form.cleaned_data["apply"] and draft and "confirmed" not in request.POST:
            context["preview"] = promise_changes.preview(draft, at=at)
            return render(request, "handoff/hours_form.html", context)
        version = promise_versions.set_hours(owner, form.week, at=at, by=person(request))
        return saved(request, version, is_new=version != newest, apply=bool(draft), at=at)
    if not form.is_bound:
        _show(form)
    return render(request, "handoff/hours_form.html", context, status=422 if form.is_bound else 200)


def _week(newest: CalendarVersion | None, owner: Team | User) -> dict[str, Any] | None:
    """What the form begins with: the hours as they stand; for a rep without own ones those of a team."""
    if newest is not None or isinstance(owner, Team):
        return newest.week if newest else None
    of_team = (
        CalendarVersion.objects.filter(calendar__team__members=owner).order_by("-number").first()
    )
    return {**of_team.week, "zone": owner.time_zone} if of_team else None


def _draft(
    newest: CalendarVersion | None, form: HoursForm, owner: Team | User
) -> CalendarVersion | None:
    """The version as it would be, to reckon with; None where no clock can run by it."""
    if newest is None or not isinstance(owner, Team) or not form.cleaned_data["apply"]:
        return None
    calendar = Calendar.objects.get(pk=newest.calendar_id)
    return CalendarVersion(calendar=calendar, number=newest.number + 1, week=form.week.to_json())


def _seeded(request: HttpRequest, seeds: HolidaysForm) -> dict[str, Any] | None:
    """What was typed with the public holidays written into it."""
    if "seed" not in request.POST or not seeds.is_valid():
        return None
    typed = request.POST.copy()
    typed["holidays"] = together(typed.get("holidays", ""), seeds.lines())
    return typed


def _show(form: HoursForm) -> None:
    """Reads the hours as they stand, for the words and the picture of the form that nobody changed yet."""
    shown = HoursForm({**form.initial}, week=None, at=form.at)
    if shown.is_valid():
        form.week = shown.week
