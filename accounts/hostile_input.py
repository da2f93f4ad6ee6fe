"""Refuses, before any view sees it, a request whose text the database could not hold.

A NUL or text that is not UTF-8 in the path, the query, a cookie, a header or a form is answered
with 400, a body that is larger than its kind may be with 413; both in words.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from accounts.api_errors import error_response, wants_json
from accounts.text import NUL, flaw_of

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
READ_AS_UTF8 = {"", "utf-8", "utf8", "us-ascii"}


class Hostile(Exception):
    """A request that no view shall see."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class HostileInputMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            refuse_large_body(request)
            refuse_hostile_head(request)
        except Hostile as hostile:
            return _refusal(request, hostile)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Forms are read here and not earlier: an address that does not exist receives no files."""
        try:
            refuse_hostile_form(request)
        except Hostile as hostile:
            return _refusal(request, hostile)
        return None


def body_limit(request: HttpRequest) -> int:
    """How many bytes the body may have, by its kind: form, form with files, or anything else."""
    if request.content_type == URLENCODED:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    return settings.UPLOAD_LIMIT if request.content_type == MULTIPART else settings.JSON_LIMIT_API


def refuse_large_body(request: HttpRequest) -> None:
    """Raise Hostile if the announced body is over its limit; nothing of it is read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    limit = body_limit(request)
    if announced.isdecimal() and int(announced[:20]) > limit:
        reason = _("This is too large: at most %(limit)d bytes are accepted here.")
        raise Hostile(413, reason % {"limit": limit})


def refuse_hostile_head(request: HttpRequest) -> None:
    """Raise Hostile for a NUL in path, header or cookie, and for a query not in clean UTF-8."""
    if any(NUL in text for text in _head_texts(request)):
        raise Hostile(400, _("The request contains a NUL character."))
    # The charset of the body's header would also be used to read the query.
    charset = (request.encoding or "").lower()
    if charset not in READ_AS_UTF8 and request.content_type in (URLENCODED, MULTIPART):
        raise Hostile(400, _("Forms are read as UTF-8 only."))
    _refuse_urlencoded(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    try:
        request.encoding = "utf-8"
        _refuse_texts(request.GET.lists())
    except SuspiciousOperation:
        raise Hostile(400, _("The address has too many parameters.")) from None


def refuse_hostile_form(request: HttpRequest) -> None:
    """Raise Hostile for a posted form that is too long, cannot be read, or is not clean UTF-8."""
    if request.method != "POST" or request.content_type not in (URLENCODED, MULTIPART):
        return
    try:
        if request.content_type == URLENCODED:
            _refuse_urlencoded(request.body)
        _refuse_texts(request.POST.lists())
        _refuse_texts((name, []) for name in request.FILES)
    except RequestDataTooBig:
        raise Hostile(413, _("The text of this form is too long.")) from None
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        raise Hostile(400, _("This form cannot be read.")) from None


def _head_texts(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    yield from (str(text) for name, text in request.META.items() if name.startswith("HTTP_"))
    # A quoted cookie may spell a NUL as \000.
    for pair in request.COOKIES.items():
        yield from pair


def _refuse_urlencoded(raw: bytes) -> None:
    try:
        _refuse_text(unquote_to_bytes(raw).decode())
    except UnicodeDecodeError:
        raise Hostile(400, _("The text of the request is not UTF-8.")) from None


def _refuse_texts(lists: Iterable[tuple[str, list[Any]]]) -> None:
    for name, values in lists:
        for text in (name, *values):
            _refuse_text(str(text))


def _refuse_text(text: str) -> None:
    flaw = flaw_of(text)
    if flaw:
        raise Hostile(400, flaw)


def _refusal(request: HttpRequest, hostile: Hostile) -> HttpResponse:
    if wants_json(request):
        return error_response(request, status=hostile.status, message=hostile.reason)
    content_type = "text/plain; charset=utf-8"
    return HttpResponse(hostile.reason, status=hostile.status, content_type=content_type)
