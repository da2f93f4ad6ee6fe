"""The one shape in which the API says no.

{"error": {"code": "invalid", "message": "…", "fields": {"email": ["…"]}, "request_id": "…"}}

`code` is for programs and never changes, `message` and `fields` are for people.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_framework_handler

from accounts.safe_json import BadJson, TooLarge

# By status, for what has no code of its own.
CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "throttled",
    500: "error",
    503: "unavailable",
}
OF_THE_WHOLE = "non_field_errors"


class MalformedJson(APIException):
    """The body is not JSON that we read: answered with 400."""

    status_code = 400
    default_code = "bad_json"


class BodyTooLarge(APIException):
    """The body has more bytes than we read: answered with 413."""

    status_code = 413
    default_code = "too_large"


class Conflict(APIException):
    """It is not as whoever asks believes: answered with 409 and the reason."""

    status_code = 409
    default_code = "conflict"


def error_body(
    *, code: str, message: str, fields: Mapping[str, list[str]] | None = None, request_id: str = ""
) -> dict[str, Any]:
    """The documented body of every refusal."""
    return {
        "error": {
            "code": code,
            "message": message,
            "fields": dict(fields or {}),
            "request_id": request_id,
        }
    }


def error_response(
    request: HttpRequest,
    *,
    status: int,
    message: str,
    code: str = "",
    fields: Mapping[str, list[str]] | None = None,
) -> JsonResponse:
    """The refusal as a response, for middleware and views outside of the API framework."""
    body = error_body(
        code=code or _code_of(status),
        message=message,
        fields=fields,
        request_id=request_id_of(request),
    )
    return JsonResponse(body, status=status)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """What the API framework asks for every exception of a view; None lets it become a 500."""
    known = _as_api_exception(error)
    response = rest_framework_handler(known, dict(context))
    if response is None:
        return None
    fields = _fields(known.detail) if isinstance(known, ValidationError) else {}
    message = _message(response.data, fields)
    fields.pop(OF_THE_WHOLE, None)
    response.data = error_body(
        code=_code(known, response.status_code),
        message=message,
        fields=fields,
        request_id=request_id_of(context.get("request")),
    )
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether a program and not a page asks, so that an error must be JSON."""
    accepts = request.headers.get("Accept", "")
    return (
        request.path_info.startswith("/api/")
        or request.content_type == "application/json"
        or ("json" in accepts and "html" not in accepts)
    )


def request_id_of(request: object) -> str:
    """The id that RequestIdMiddleware gave the request; empty where it did not run."""
    return str(getattr(request, "request_id", ""))


def _as_api_exception(error: Exception) -> Exception:
    if isinstance(error, BadJson):
        return MalformedJson(str(error))
    if isinstance(error, TooLarge):
        return BodyTooLarge(str(error))
    return error


def _code(error: Exception, status: int) -> str:
    if isinstance(error, APIException) and not isinstance(error, ValidationError):
        codes = error.get_codes()
        if isinstance(codes, str):
            return codes
    return _code_of(status)


def _code_of(status: int) -> str:
    return CODES.get(status, "invalid" if status < 500 else "error")


def _message(data: Any, fields: Mapping[str, list[str]]) -> str:
    if fields.get(OF_THE_WHOLE):
        return fields[OF_THE_WHOLE][0]
    if fields:
        return _("Some values cannot be accepted.")
    return str(data.get("detail", "")) if isinstance(data, dict) else str(data)


def _fields(detail: Any) -> dict[str, list[str]]:
    """Nested errors as one level: {"items[0].email": ["…"]}."""
    found: dict[str, list[str]] = {}
    for path, text in _leaves(detail, ""):
        found.setdefault(path or OF_THE_WHOLE, []).append(text)
    return found


def _leaves(detail: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, dict):
        for name, below in detail.items():
            yield from _leaves(below, _joined(path, name))
    elif isinstance(detail, list):
        for number, below in enumerate(detail):
            deeper = isinstance(below, dict | list)
            yield from _leaves(below, _joined(path, number) if deeper else path)
    else:
        yield path, str(detail)


def _joined(path: str, name: str | int) -> str:
    if name == OF_THE_WHOLE:
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)
