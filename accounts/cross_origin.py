"""Browsers on other websites that send us something: which may, and what their browser is told about it."""

from typing import TypeVar

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from accounts.models import ApiKey

REMEMBERED_S = 24 * 3600
Answer = TypeVar("Answer", bound=HttpResponseBase)


def allowed(key: ApiKey, origin: str) -> bool:
    """Whether a request with this Origin header may use the key. Servers send none, and lists are for
    browsers."""
    return not key.origins or not origin or origin.lower() in key.origins


def preflight(origin: str) -> HttpResponse:
    """The answer to a browser that asks whether it may send; nothing is stored by asking."""
    answer = readable(HttpResponse(status=204), origin)
    answer["Access-Control-Allow-Methods"] = "POST"
    answer["Access-Control-Allow-Headers"] = "authorization, content-type, content-encoding"
    answer["Access-Control-Max-Age"] = str(REMEMBERED_S)
    return answer


def readable(answer: Answer, origin: str) -> Answer:
    """Lets the page that sent the request read the answer. Never with cookies: a key says who asks."""
    patch_vary_headers(answer, ["Origin"])
    if origin:
        answer["Access-Control-Allow-Origin"] = "*"
    return answer
