"""The hosted form: what a visitor sees."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.rate_limit import client_key, take
from accounts.text import TextError, clean_text
from leads import fields
from leads.capturing import asking, capture, spam
from leads.capturing.capture import Visit
from leads.capturing.hosted_form import HostedForm
from leads.models import Form

# Submissions of one address; an office may share it.
A_MINUTE, AT_ONCE = 30, 30


# Nobody is logged in here, and in a frame on another site there is no cookie: the signed page stands in.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    hosted = get_object_or_404(Form, slug=slug)
    if not hosted.is_live:
        return render(request, "leads/hosted_off.html", {"hosted": hosted}, status=404)
    asked = _asked(request, hosted)
    if not asked.is_bound:
        return _page(request, hosted, asked)
    if not asked.is_valid():
        return _page(request, hosted, asked, status=422)
    verdict = take(f"form:{client_key(request)}", rate_per_minute=A_MINUTE, burst=AT_ONCE)
    if not verdict.allowed:
        return _too_many(request, hosted, asked, verdict.retry_after_s)
    _take(request, hosted, asked)
    return redirect("hosted_form_thanks", slug=slug)


def _asked(request: HttpRequest, hosted: Form) -> HostedForm:
    known = fields.catalogue()
    items = asking.items(hosted.fields, known)
    sent = request.POST if request.method == "POST" else None
    given = {item.param: _of_query(request, item.param, limit=200) for item in items if item.param}
    return HostedForm(items, known, sent, at=clock.now(), most=hosted.most_asked, given=given)


def _page(request: HttpRequest, hosted: Form, asked: HostedForm, status: int = 200) -> HttpResponse:
    context = {"hosted": hosted, "form": asked}
    return render(request, "leads/hosted_form.html", context, status=status)


def _too_many(request: HttpRequest, hosted: Form, asked: HostedForm, wait_s: int) -> HttpResponse:
    asked.add_error(None, _("Too many answers came from your network. Please send it again soon."))
    answer = _page(request, hosted, asked, status=429)
    answer["Retry-After"] = str(wait_s)
    return answer


def _take(request: HttpRequest, hosted: Form, asked: HostedForm) -> None:
    page = asked.cleaned_data["submission"]
    visit = Visit(
        anonymous_id=_of_query(request, "aid", limit=100),
        path=request.path,
        campaign=_of_query(request, "utm_campaign", limit=120),
    )
    marks = spam.marks(
        trapped=asked.is_trapped, took=asked.at - page.at, least_seconds=hosted.least_seconds
    )
    capture.submit(
        hosted, asked.values, submission_id=page.id, at=asked.at, visit=visit, marks=marks
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
