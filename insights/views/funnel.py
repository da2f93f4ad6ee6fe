"""The funnel, as a page and as a file."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.signed_in import person
from insights import periods, segments
from insights.forms import ANY, FunnelForm
from insights.funnel import cohorts, tables
from insights.funnel.ages import Ages, ages
from insights.report_card.asking import Ask
from insights.views.feedback_tabs import tabs
from leads.views import exports


def _asked(request: HttpRequest) -> tuple[FunnelForm, Ask, Ages]:
    form = FunnelForm(request.GET, at=clock.now(), here=periods.zone(), models=[])
    ask = Ask(person(request), form.period, None, form.source, form.segment)
    return form, ask, ages(ask.user, at=form.at, period=form.period)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """A row for each month, or each source."""
    form, ask, old = _asked(request)
    context = {
        "form": form, "period": form.period, "lengths": periods.LENGTHS, "ask": ask, "ages": old,
        "funnel": cohorts.funnel(ask, old, form.by), "choices": segments.choices(ask.of_period()),
        "any": ANY, "tabs": tabs(request, form.period),
    }  # fmt: skip
    return render(request, "insights/funnel/page.html", context, status=422 if form.errors else 200)


@require_safe
def file(request: HttpRequest) -> HttpResponseBase:
    """The same rows as CSV."""
    form, ask, old = _asked(request)
    table = tables.of_funnel(cohorts.funnel(ask, old, form.by))
    return exports.answer(request, table, back=reverse("insights:funnel") + ask.query, at=form.at)
