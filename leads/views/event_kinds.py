"""Pages of the catalogue of kinds of events."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads.activity import kinds
from leads.activity.tracking_forms import KindForm
from leads.models import EventKind
from leads.views.tracking import tabs


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Every kind, a new one, and names that no kind takes yet."""
    form = KindForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (made := _keep(form, None)):
        messages.success(request, _("Rules can ask for “%s” now.") % made.label)
        return redirect("leads:event_kinds")
    context = {
        "tabs": tabs("leads:event_kinds"), "form": form, "kinds": kinds.counted(),
        "unnamed": kinds.unnamed(),
    }  # fmt: skip
    return render(request, "leads/event_kinds.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    kind = get_object_or_404(EventKind, key=key)
    form = KindForm(request.POST if request.method == "POST" else None, kind=kind)
    if form.is_valid() and _keep(form, kind):
        messages.success(request, _("Saved. Events that come in from now on follow it."))
        return redirect("leads:event_kinds")
    return render(
        request, "leads/event_kind.html", {"form": form, "kind": kind},
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def _keep(form: KindForm, kind: EventKind | None) -> EventKind | None:
    try:
        return kinds.keep(kind, **form.cleaned_data)
    except kinds.NameTaken as taken:
        said = _("“%(name)s” is told as “%(kind)s” already.")
        form.add_error("names", said % {"name": taken.name, "kind": taken.kind.label})
        return None
