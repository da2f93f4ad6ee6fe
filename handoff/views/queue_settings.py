"""How the queue works: leases, what counts as a first touch, and which handoffs get a task."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from handoff import queue_settings
from handoff.models import BandRate, TaskRule
from handoff.queue import band_of, worth
from handoff.queue_forms import RuleForm, SettingsForm
from leads.bands import bands


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Each form of the page says what it is for: settings, a new rule, or a rule to switch or remove."""
    what = request.POST.get("what", "")
    known = bands()
    handed = [(b.key, b.name) for b in known.values() if b.effect in ("mql", "sales_ready")]
    settings = SettingsForm(
        request.POST if what == "settings" else None, instance=queue_settings.current()
    )
    rule = RuleForm(request.POST if what == "rule" else None, bands=handed)
    if settings.is_valid():
        queue_settings.change(**settings.cleaned_data)
        worth.weigh_all()
        return _done(request, _("Saved. It holds for what happens from now on."))
    if rule.is_valid():
        rule.save()
        return _done(request, _("Handoffs that open from now on get this task."))
    if what in ("switch", "remove"):
        return _change(request, what)
    context = {
        "now": clock.now(), "settings": settings, "rule": rule, "known": known,
        "rules": [(one, band_of(one.band, known).name if one.band else "") for one in _rules()],
        "rates": [(rate, band_of(rate.band, known).name) for rate in BandRate.objects.order_by("band")],
        "fewest": worth.FEWEST_OUTCOMES,
    }  # fmt: skip
    return render(request, "handoff/queue_settings.html", context, status=422 if what else 200)


def _rules() -> list[TaskRule]:
    return list(TaskRule.objects.select_related("team"))


def _change(request: HttpRequest, what: str) -> HttpResponse:
    text = request.POST.get("rule", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    rule = TaskRule.objects.filter(pk=number).first()
    if rule is None:
        return _done(request, _("That rule is gone already."))
    if what == "remove":
        rule.delete()
        return _done(request, _("Removed. Tasks that it made stay."))
    TaskRule.objects.filter(pk=rule.pk).update(is_on=not rule.is_on)
    return _done(request, _("Off.") if rule.is_on else _("On."))


def _done(request: HttpRequest, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("handoff:queue_settings")
