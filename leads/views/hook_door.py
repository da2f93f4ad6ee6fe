"""The address that other systems send to."""

import re
import uuid

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.api_errors import error_response
from accounts.rate_limit import client_key, take
from leads.hooks import editing, receiving
from leads.hooks.bodies import LIMIT
from leads.hooks.signatures import Message
from leads.models import Hook

A_MINUTE, AT_ONCE = 1_200, 600
CHALLENGE = re.compile(r"[\w.~-]{1,200}", re.ASCII)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, hook_id: uuid.UUID) -> HttpResponse:
    hook = get_object_or_404(Hook, public_id=hook_id)
    if request.method == "GET":
        return _handshake(request, hook)
    who = f"{hook.pk}:{client_key(request)}"
    verdict = take(f"hook:{who}", rate_per_minute=A_MINUTE, burst=AT_ONCE)
    if not verdict.allowed:
        return _slow_down(request, verdict.retry_after_s)
    body = _body(request)
    if body is None:
        return error_response(
            request, status=413, message=_("A message has at most %d bytes.") % LIMIT
        )
    answer = receiving.receive(hook, _message(request, body), who=who, at=clock.now())
    if answer.status == 202:
        return JsonResponse({"accepted": True}, status=202)
    return error_response(request, status=answer.status, message=answer.reason)


def _slow_down(request: HttpRequest, wait_s: int) -> HttpResponse:
    answer = error_response(
        request, status=429, message=_("Too many messages. Send them again soon.")
    )
    answer["Retry-After"] = str(wait_s)
    return answer


def _body(request: HttpRequest) -> bytes | None:
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    return body if len(body) <= LIMIT else None


def _message(request: HttpRequest, body: bytes) -> Message:
    urls = receiving.addresses(request.build_absolute_uri())
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Message(request.method or "POST", urls, headers, body)


def _handshake(request: HttpRequest, hook: Hook) -> HttpResponse:
    """Facebook asks once whether the address is ours, and wants its own word back."""
    challenge = request.GET.get("hub.challenge", "")
    asks = request.GET.get("hub.mode") == "subscribe" and CHALLENGE.fullmatch(challenge)
    if not asks:
        return error_response(request, status=405, message=_("Send messages here with POST."))
    if not editing.is_handshake(hook, request.GET.get("hub.verify_token", "")):
        return error_response(request, status=403, message=_("The verify token is another one."))
    return HttpResponse(challenge, content_type="text/plain; charset=utf-8")
