"""The hosted form: what a visitor sees, on a page of its own or in a frame on another site."""

import json
from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.rate_limit import client_address, client_key, take
from accounts.strangers import framed, word_of_link
from leads import fields
from leads.capturing import asking, capture, look, places, spam
from leads.capturing.capture import Visit
from leads.capturing.hosted_form import HostedForm
from leads.models import Form
from leads.privacy import consents

# Submissions of one address; an office may share it.
A_MINUTE, AT_ONCE = 30, 30
# Which fields a browser has told: their names and nothing that recognises anybody. What a form asks depends on
# this alone, never on the lead: whoever enters an address learns nothing of what we know about it.
TOLD, TOLD_FOR_S = "leadhub_told", 180 * 24 * 3600


# Nobody is logged in here, and in a frame on another site there is no cookie: the signed page stands in.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    hosted = get_object_or_404(Form, slug=slug)
    if not hosted.is_live:
        closed = render(request, "leads/hosted_off.html", _context(request, hosted), status=404)
        return _framed(closed, hosted)
    asked = _asked(request, hosted)
    if not asked.is_bound:
        return _page(request, hosted, asked)
    if not asked.is_valid():
        return _page(request, hosted, asked, status=422)
    verdict = take(f"form:{client_key(request)}", rate_per_minute=A_MINUTE, burst=AT_ONCE)
    if not verdict.allowed:
        return _too_many(request, hosted, asked, verdict.retry_after_s)
    _take(request, hosted, asked)
    return _remember(_thanked(request, hosted), asked.told | _told(request), if_any=asked.told)


def _asked(request: HttpRequest, hosted: Form) -> HostedForm:
    sent = request.POST if request.method == "POST" else None
    query = {name: word_of_link(request, name, limit=200) for name in request.GET}
    return asked_of(hosted, sent, told=_told(request), given=query)


def asked_of(
    hosted: Form, sent: QueryDict | None, *, told: Iterable[str] = (), given: dict[str, str]
) -> HostedForm:
    """What a form asks now, of a browser that `told` so much and came by a link with these parameters."""
    known = fields.catalogue()
    items = asking.items(hosted.fields, known)
    texts = consents.current_texts() if any(item.purpose for item in items) else {}
    return HostedForm(
        items, known, sent,
        at=clock.now(), texts=texts, told=set(told), most=hosted.most_asked, given=given,
    )  # fmt: skip


def _context(request: HttpRequest, hosted: Form) -> dict[str, object]:
    return {
        "hosted": hosted,
        "look": look.query(hosted.look),
        "embedded": "embed" in request.GET,
    }


def _page(request: HttpRequest, hosted: Form, asked: HostedForm, status: int = 200) -> HttpResponse:
    context = {**_context(request, hosted), "form": asked}
    return _framed(render(request, "leads/hosted_form.html", context, status=status), hosted)


def _framed(answer: HttpResponse, hosted: Form) -> HttpResponse:
    target = places.target(hosted)
    return framed(answer, hosted.embed_hosts, goes_on_to=[places.origin(target)] if target else [])


def _too_many(request: HttpRequest, hosted: Form, asked: HostedForm, wait_s: int) -> HttpResponse:
    asked.add_error(None, _("Too many answers came from your network. Please send it again soon."))
    answer = _page(request, hosted, asked, status=429)
    answer["Retry-After"] = str(wait_s)
    return answer


def _take(request: HttpRequest, hosted: Form, asked: HostedForm) -> None:
    agent = request.headers.get("User-Agent", "")
    visit = Visit(
        anonymous_id=word_of_link(request, "aid", limit=100),
        path=word_of_link(request, "page", limit=400) or request.path,
        campaign=word_of_link(request, "utm_campaign", limit=120),
        consents=asked.consents,
        proof=consents.proof(address=client_address(request), agent=agent, form=hosted.slug),
    )
    marks = spam.marks(
        trapped=asked.is_trapped,
        took=asked.at - asked.page.at,
        least_seconds=hosted.least_seconds,
        email=str(asked.values.get("email", "")),
    )
    capture.submit(
        hosted, asked.values, submission_id=asked.page.id, at=asked.at, visit=visit, marks=marks
    )


def _thanked(request: HttpRequest, hosted: Form) -> HttpResponse:
    """A frame goes on with our thanks, which leads the page around it further."""
    target, embedded = places.target(hosted), "embed" in request.GET
    if target and not embedded:
        return _framed(redirect(target), hosted)
    url = reverse("hosted_form_thanks", args=[hosted.slug])
    return _framed(redirect(url + ("?" + urlencode({"embed": 1}) if embedded else "")), hosted)


def _told(request: HttpRequest) -> set[str]:
    try:
        told = json.loads(request.get_signed_cookie(TOLD, default="", salt=TOLD) or "[]")
    except ValueError:
        return set()
    return {name for name in told if isinstance(name, str)}


def _remember(answer: HttpResponse, told: set[str], *, if_any: set[str]) -> HttpResponse:
    if if_any:
        answer.set_signed_cookie(
            TOLD, json.dumps(sorted(told)), salt=TOLD, path="/f/", max_age=TOLD_FOR_S, httponly=True,
            # In a frame on another site only such a cookie comes back, and only over TLS.
            secure=settings.BEHIND_TLS, samesite="None" if settings.BEHIND_TLS else "Lax",
        )  # fmt: skip
    return answer


@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    hosted = get_object_or_404(Form, slug=slug)
    context = _context(request, hosted)
    context["target"] = places.target(hosted) if context["embedded"] else ""
    return _framed(render(request, "leads/hosted_thanks.html", context), hosted)


@require_safe
@cache_control(public=True, immutable=True, max_age=31_536_000)
def colours(request: HttpRequest) -> HttpResponse:
    """The stylesheet of the colours in its address."""
    return HttpResponse(look.css(request.GET.dict()), content_type="text/css")
