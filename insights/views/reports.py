"""Pages of insights: they read and write nothing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.models import User
from insights import behind, figures, lists, numbers, periods, signals, words
from insights import compliance as promises
from insights import reasons as feedback
from insights import stages as moves
from insights.forms import AskForm, PeriodForm
from insights.numbers import Show
from insights.views.feedback_tabs import tabs

LATEST = 10
MOST_DAYS_OF_STAGES = 14
CHARTS = {
    "crossed": gettext_lazy("Crossed the MQL line"),
    "accepted": gettext_lazy("Accepted as SQL"),
    "recycled": gettext_lazy("Recycled"),
    "disqualified": gettext_lazy("Disqualified"),
}


def _person(request: HttpRequest) -> User:
    """The policy table lets nobody else come here."""
    assert isinstance(request.user, User)
    return request.user


def period_form(request: HttpRequest) -> PeriodForm:
    return PeriodForm(request.GET, at=clock.now(), here=periods.zone())


def page_of(
    request: HttpRequest, template: str, form: PeriodForm, context: dict[str, Any]
) -> HttpResponse:
    shown = {
        "form": form, "period": form.period, "lengths": periods.LENGTHS, "now": form.at, **context,
    }  # fmt: skip
    return render(request, template, shown, status=422 if form.errors else 200)


@require_safe
def reasons(request: HttpRequest) -> HttpResponse:
    """Feedback from sales."""
    person, form = _person(request), period_form(request)
    now, before = figures.now_and_before(person, form.period)
    asked = request.GET.get("by", "")
    by = asked if asked in feedback.WAYS else "source"
    context = {
        "figures": now,
        "before": before,
        "signals": signals.figures(person, now, before),
        "table": feedback.table(person, form.period, by),
        "ways": [(name, way.label, name == by) for name, way in feedback.WAYS.items()],
        "by": by,
        "tabs": tabs(request, form.period),
    }
    return page_of(request, "insights/reasons.html", form, context)


@require_safe
def stages(request: HttpRequest) -> HttpResponse:
    """Where leads stand and how many moved on."""
    person, form = _person(request), period_form(request)
    step = form.period.step(MOST_DAYS_OF_STAGES)
    steps = moves.steps(person, form.period, step)
    sources = moves.sources(person, form.period)
    context = {
        "standing": moves.standing(person),
        "steps": steps,
        "by_day": step == "day",
        "charts": [(label, moves.columns(steps, field)) for field, label in CHARTS.items()],
        "sources": sources,
        "total": moves.total(sources, form.period),
    }
    return page_of(request, "insights/stages.html", form, context)


@require_safe
def compliance(request: HttpRequest) -> HttpResponse:
    """Promises kept and missed."""
    person, form = _person(request), period_form(request)
    step = form.period.step()
    report = promises.report(person, form.period, step, at=form.at)
    late = lists.page(Show.PROMISED, behind.late(person, form.period, at=form.at), size=LATEST)
    context = {
        "everybody": report.everybody,
        "teams": report.teams,
        "people": report.people,
        "days": report.days,
        "by_day": step == "day",
        "claims": promises.columns(report.days, "claim"),
        "touches": promises.columns(report.days, "touch"),
        "late": late.rows,
        "late_url": numbers.behind(Show.PROMISED, form.period, kept="no"),
    }
    return page_of(request, "insights/compliance.html", form, context)


@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """The leads behind a number; an address that means nothing is a 404."""
    form, ask = period_form(request), AskForm(request.GET)
    if not (form.is_valid() and ask.is_valid()):
        raise Http404
    wanted = ask.cleaned_data
    found = behind.asked(_person(request), form.period, wanted, at=form.at)
    page = lists.page(wanted["show"], found, after=wanted["after"], before=wanted["before"])
    context = {
        "title": words.title(wanted),
        "moment": words.moment(wanted),
        "chips": words.chips(wanted),
        "timeless": wanted["show"] == Show.STANDING,
        "promises": wanted["show"] == Show.PROMISED,
        "report": words.report(wanted),
        "page": page,
        "total": found.count(),
        "next_url": beyond(request, "after", page.after),
        "prev_url": beyond(request, "before", page.before),
    }
    return page_of(request, "insights/leads.html", form, context)


def beyond(request: HttpRequest, side: str, fact: int | None) -> str:
    if fact is None:
        return ""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query[side] = str(fact)
    return f"{reverse('insights:leads')}?{query.urlencode()}"
