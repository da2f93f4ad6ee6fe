"""The hosted form: what a visitor sees."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.rate_limit import client_key, take
from accounts.text import TextError, clean_text
from leads import fields
from leads.capturing import capture
from leads.forms import HostedForm
from leads.models import Form

# Submissions of one address; an office may share it.
A_MINUTE, AT_ONCE = 30, 30


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
    verdict = take(f"form:{client_key(request)}", rate_per_minute=A_MINUTE, burst=AT_ONCE)
    if not verdict.allowed:
        return _too_many(request, hosted, asked, verdict.retry_after_s)
    # Whoever fell into the trap is thanked like everybody else.
    if not asked.is_trapped:
        _take(request, hosted, asked)
    return redirect("hosted_form_thanks", slug=slug)


def _page(request: HttpRequest, hosted: Form, asked: HostedForm, status: int = 200) -> HttpResponse:
    context = {"hosted": hosted, "form": asked}
    return render(request, "leads/hosted_form.html", context, status=status)


def _too_many(request: HttpRequest, hosted: Form, asked: HostedForm, wait_s: int) -> HttpResponse:
    asked.add_error(None, _("Too many answers came from your network. Please send it again soon."))
    answer = _page(request, hosted, asked, status=429)
    answer["Retry-After"] = str(wait_s)
    return answer


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
