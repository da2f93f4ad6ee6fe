"""The header Idempotency-Key at the doors of the API."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import clock, idempotency
from accounts.idempotency import Answer, Asked
from accounts.signed_in import principal

HEADER = "Idempotency-Key"
PARAMETER = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER,
    description="Sent again with the same key within 72 hours, the request happens once.",
)  # fmt: skip
Handler = Callable[..., Response]


class StillUnderWay(APIException):
    status_code = 409
    default_code = "under_way"
    default_detail = "The first request with this Idempotency-Key is still being answered."


class KeyOfAnother(APIException):
    status_code = 422
    default_code = "other_request"
    default_detail = "This Idempotency-Key was used for another request."


def idempotent(handler: Handler) -> Handler:
    """A handler of writes that heeds the header; without it, it does what it always does."""

    @wraps(handler)
    def heeding(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)

        def deed() -> Answer:
            response = handler(view, request, *args, **kwargs)
            body = None if response.data is None else JSONRenderer().render(response.data)
            return Answer(response.status_code, json.loads(body) if body else None)

        try:
            answer = idempotency.once(_asked(request, key), deed, at=clock.now())
        except idempotency.UnderWay:
            raise StillUnderWay from None
        except idempotency.OtherRequest:
            raise KeyOfAnother from None
        again = {"Idempotent-Replayed": "true"} if answer.again else None
        return Response(answer.body, status=answer.status, headers=again)

    documented: Handler = extend_schema(parameters=[PARAMETER])(heeding)
    return documented


def _asked(request: Request, key: str) -> Asked:
    if not 0 < len(key) <= idempotency.LONGEST_KEY or not key.isascii():
        raise ValidationError({HEADER: ["Give a key of 1 to 255 plain characters."]})
    asker = idempotency.asker_of(principal(request))
    return Asked(asker, str(request.method), request.path[:500], key, request.data)
