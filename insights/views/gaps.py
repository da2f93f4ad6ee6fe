"""What cards leave open, and the leads behind each number."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.signed_in import person
from insights import gaps as found
from insights import lists
from insights.numbers import Show
from insights.views.reports import beyond, page_of, period_form
from qualification import catalogue
from qualification.definition import parse

HIGHEST = 2**62


class GapForm(forms.Form):
    """Which number was opened."""

    framework = forms.SlugField(max_length=40)
    element = forms.SlugField(max_length=40)
    team = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST)
    rep = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST)
    after = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST)
    before = forms.IntegerField(required=False, min_value=1, max_value=HIGHEST)


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    form = period_form(request)
    tables = found.tables(person(request), form.period)
    return page_of(request, "insights/gaps.html", form, {"tables": tables})


@require_safe
def leads(request: HttpRequest) -> HttpResponse:
    """An address that means nothing is a 404."""
    form, ask = period_form(request), GapForm(request.GET)
    if not (form.is_valid() and ask.is_valid()):
        raise Http404
    wanted = ask.cleaned_data
    framework, element = _named(wanted)
    rows = found.behind(
        person(request), form.period, framework=wanted["framework"], element=wanted["element"],
        cut=found.Cut(wanted["team"], wanted["rep"]),
    )  # fmt: skip
    page = lists.page(Show.HANDED, rows, after=wanted["after"], before=wanted["before"])
    who = User.objects.filter(pk=wanted["rep"]).first() if wanted["rep"] else None
    context: dict[str, Any] = {
        "title": _("%(element)s is unknown") % {"element": element}, "moment": _("Handed over"),
        "chips": [framework, *([who.name] if who else [])], "timeless": False, "promises": False,
        "report": ("insights:gaps", _("Gaps on cards")), "page": page, "total": rows.count(),
        "next_url": beyond(request, "after", page.after),
        "prev_url": beyond(request, "before", page.before),
    }  # fmt: skip
    return page_of(request, "insights/leads.html", form, context)


def _named(wanted: dict[str, Any]) -> tuple[str, str]:
    framework = catalogue.newest(wanted["framework"])
    if framework is None:
        raise Http404
    element = parse(framework.definition).element(wanted["element"])
    return framework.name, element.name if element else wanted["element"]
