"""How the doors for events read a request: bodies of any dress, and keys wherever a library puts them."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from accounts import keys
from accounts.api_parsers import API_VALUES
from accounts.authentication import KeyAuthentication
from accounts.models import ApiKey
from accounts.safe_json import Batch, Limits
from leads.activity import bodies, posthog

# In the address, for beacons; in the body, for everybody else.
IN_ADDRESS = ("writeKey", "api_key", "token")
IN_BODY = ("writeKey", "api_key", "token")


class EventParser(BaseParser):
    """Whatever the header claims: beacons call JSON text/plain, and compressed bodies call themselves forms."""

    media_type = "*/*"

    def parse(  # type: ignore[override]
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Batch:
        limits = _limits()
        return bodies.read(stream.read(limits.bytes + 1), limits)


def _limits() -> Limits:
    return Limits(bytes=settings.JSON_LIMIT_API, values=API_VALUES)


def told(request: Request) -> Any:
    """What was sent: the body, or for pictures in pages and mails the text `data` of the address. Raises BadJson."""
    if request.method != "GET":
        return request.data
    query = request.query_params
    bodies.refuse_lz64(query.get("compression", ""))
    return bodies.read(query["data"].encode(), _limits()) if "data" in query else None


class EventKeyAuthentication(KeyAuthentication):
    """A key in the header as everywhere, else in the address, else in the body."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        found = super().authenticate(request)
        if found is not None:
            return found
        text = _in_address(request) or _in_body(told(request))
        if not text:
            return None
        key = keys.find(text)
        if key is None:
            raise AuthenticationFailed("This key is unknown or was revoked.")
        return key, key


def _in_address(request: Request) -> str:
    found = (request.query_params.get(name, "") for name in IN_ADDRESS)
    return next((text for text in found if text), "")


def _in_body(batch: Any) -> str:
    if not isinstance(batch, Batch):
        return ""
    first = batch.items[0].value if batch.items else None
    places = [batch.rest, *([first] if isinstance(first, dict) else [])]
    found = (place.get(name) for place in places for name in IN_BODY)
    text = next((one for one in found if isinstance(one, str) and one), "")
    return text or posthog.key_of(first)
