"""Rules about who was behind events: looked at before they are kept, and taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.signed_in import person
from leads.activity import trust
from leads.models import EventKind, TrustRule
from scoring.forms.trust import TrustForm, said
from scoring.impact.trust_preview import Preview, preview

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rules there are, and a new one: first its preview, then the rule."""
    if request.method != "POST":
        return _page(request, TrustForm())
    form = TrustForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    rule = form.rule()
    if "keep" in request.POST and form.cleaned_data["seen"] == form.mark:
        trust.make(rule, by=person(request), at=clock.now())
        messages.success(request, _("Kept. Events of the past follow in the background."))
        return redirect("event_trust")
    found = preview(rule)
    looked = TrustForm({**request.POST.dict(), "seen": form.mark})
    looked.is_valid()
    return _page(request, looked, found=found, rule=rule)


def _page(
    request: HttpRequest, form: TrustForm, *, found: Preview | None = None,
    rule: TrustRule | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    rows = TrustRule.objects.select_related("created_by", "undone_by")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        rows = rows.filter(pk__lt=int(before[:18]))
    shown = list(rows[: PAGE + 1])
    kinds = dict(EventKind.objects.values_list("key", "label"))
    context = {
        "form": form, "found": found, "said": said(rule, kinds) if rule else "", "rule": rule,
        "rules": [(one, said(one, kinds)) for one in shown[:PAGE]], "now": clock.now(),
        "next_url": f"?before={shown[PAGE - 1].pk}" if len(shown) > PAGE else "",
    }  # fmt: skip
    return render(request, "scoring/trust.html", context, status=status)


@require_POST
def undo(request: HttpRequest, rule: int) -> HttpResponse:
    found = get_object_or_404(TrustRule, pk=rule)
    try:
        trust.undo(found, by=person(request), at=clock.now())
    except trust.AlreadyUndone:
        messages.error(request, _("Somebody took this rule back already."))
    else:
        messages.success(request, _("Taken back. Its events become what they were."))
    return redirect("event_trust")
