"""The hosted form: what a visitor sees."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.text import TextError, clean_text
from leads import capture, fields
from leads.forms import HostedForm
from leads.models import Form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    hosted = get_object_or_404(Form, slug=slug)
    if not hosted.is_live:
        return render(request, "leads/hosted_off.html", {"hosted": hosted}, status=404)
    sent = request.POST if request.method == "POST" else None
    asked = HostedForm(hosted.fields, fields.catalogue(), sent)
    if sent is None:
        return _page(request, hosted, asked)
    if not asked.is_valid():
        return _page(request, hosted, asked, status=422)
    # Whoever fell into the trap is thanked like everybody else.
    if not asked.is_trapped:
        _take(request, hosted, asked)
    return redirect("hosted_form_thanks", slug=slug)


def _page(request: HttpRequest, hosted: Form, asked: HostedForm, status: int = 200) -> HttpResponse:
    context = {"hosted": hosted, "form": asked}
    return render(request, "leads/hosted_form.html", context, status=status)


def _take(request: HttpRequest, hosted: Form, asked: HostedForm) -> None:
    capture.submit(
        hosted,
        asked.values,
        submission_id=asked.cleaned_data["submission"],
        at=clock.now(),
        anonymous_id=_of_query(request, "aid", limit=100),
        path=request.path,
        campaign=_of_query(request, "utm_campaign", limit=120),
    )


def _of_query(request: HttpRequest, name: str, *, limit: int) -> str:
    """A word out of the link that led here; one that cannot be kept is as good as none."""
    try:
        return clean_text(request.GET.get(name, ""), limit=limit).strip()
    except TextError:
        return ""


@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    hosted = get_object_or_404(Form, slug=slug)
    return render(request, "leads/hosted_thanks.html", {"hosted": hosted})
