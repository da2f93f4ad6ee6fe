"""What a lead sees who opens the link to its questions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.rate_limit import client_key, take
from qualification.asking import answering, links
from qualification.asking.forms import AskedForm
from qualification.models import Ask

# Pages sent from one address; an office may share it.
A_MINUTE, AT_ONCE = 30, 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    ask, at = links.ask_of(token), clock.now()
    if ask is None or not links.is_open(ask, at=at):
        return render(request, "qualification/asked_closed.html", status=404)
    sent = request.POST if request.method == "POST" else None
    form = AskedForm(answering.questions(ask), sent, given=answering.given(ask))
    if sent is None:
        return _page(request, ask, form)
    if not form.is_valid():
        return _page(request, ask, form, status=422)
    verdict = take(f"asked:{client_key(request)}", rate_per_minute=A_MINUTE, burst=AT_ONCE)
    if not verdict.allowed:
        form.add_error(
            None, _("Too many answers came from your network. Please send it again soon.")
        )
        answer = _page(request, ask, form, status=429)
        answer["Retry-After"] = str(verdict.retry_after_s)
        return answer
    answering.answer(ask, form.answers, sending=form.cleaned_data["sending"], at=at)
    return redirect("asked_thanks", token=token)


def _page(request: HttpRequest, ask: Ask, form: AskedForm, status: int = 200) -> HttpResponse:
    context = {"ask": ask, "form": form}
    return render(request, "qualification/asked.html", context, status=status)


@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "qualification/asked_thanks.html", {"token": token})
