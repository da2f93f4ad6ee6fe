"""How machines say who they are: a key as bearer token, or as the user name of basic authentication
(the form in which Segment-shaped clients send their write key)."""

import base64
import binascii
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import keys
from accounts.models import ApiKey


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        text = _key_in(request.headers.get("Authorization", ""))
        if not text:
            return None
        key = keys.find(text)
        if key is None:
            raise AuthenticationFailed("This key is unknown or was revoked.")
        return key, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="leadhub"'


def _key_in(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
