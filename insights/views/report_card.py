"""The criterion report card, as a page and as a file."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.signed_in import person
from insights import periods, segments
from insights.forms import ANY, ReportCardForm
from insights.report_card import tables
from insights.report_card.asking import Ask
from insights.report_card.card import card
from insights.views.feedback_tabs import tabs
from leads.views import exports
from scoring.live import LiveModel, live_models


def _form(request: HttpRequest, live: list[LiveModel]) -> ReportCardForm:
    models = [one.model for one in live]
    return ReportCardForm(request.GET, at=clock.now(), here=periods.zone(), models=models)


def _ask(request: HttpRequest, form: ReportCardForm) -> Ask:
    return Ask(person(request), form.period, form.model, form.source, form.segment)


def _shown(form: ReportCardForm, live: list[LiveModel]) -> LiveModel | None:
    """Whose criteria are listed."""
    return next((one for one in live if form.model in (None, one.model)), None)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """A row for each criterion, the worst first."""
    live = live_models()
    form = _form(request, live)
    ask, shown = _ask(request, form), _shown(form, live)
    context = {
        "form": form, "period": form.period, "lengths": periods.LENGTHS, "ask": ask,
        "card": card(ask, shown.definition if shown else None),
        "choices": segments.choices(ask.of_period()), "any": ANY,
        "models": [one.model for one in live], "shown": shown,
        "may_edit": policy.allows(request.user, "model.edit"), "tabs": tabs(request, form.period),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "insights/report_card/page.html", context, status=status)


@require_safe
def file(request: HttpRequest) -> HttpResponseBase:
    """The same rows as CSV."""
    live = live_models()
    form = _form(request, live)
    ask, shown = _ask(request, form), _shown(form, live)
    table = tables.of_card(card(ask, shown.definition if shown else None))
    back = reverse("insights:criteria") + ask.query
    return exports.answer(request, table, back=back, at=form.at)
