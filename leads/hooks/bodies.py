"""The body of a message as a payload: JSON, or a form as other systems send it. Pure."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from accounts.safe_json import BadJson, Limits, TooLarge, loads
from accounts.text import flaw_of

LIMIT = 256 * 1024
LIMITS = Limits(bytes=LIMIT, values=20_000, depth=30)
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 500


class Unreadable(ValueError):
    """A body that is neither JSON nor a form; the text says what is wrong with it."""


def payload(body: bytes, headers: Mapping[str, str]) -> Any:
    """What the body says. `headers` have names in lower case. Raises Unreadable."""
    try:
        if headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
            return _form(body)
        return loads(body, limits=LIMITS)
    except (BadJson, TooLarge, ValueError) as error:
        raise Unreadable(str(error)) from None


def _form(body: bytes) -> dict[str, Any]:
    given = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    for name, values in given.items():
        flaw = next((found for text in (name, *values) if (found := flaw_of(text))), None)
        if flaw:
            raise Unreadable(flaw)
    return {
        name: _unfolded(values[0]) if len(values) == 1 else values for name, values in given.items()
    }


def _unfolded(text: str) -> Any:
    """Some senders put their JSON into a field of a form."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return loads(text.encode(), limits=LIMITS)
    except (BadJson, TooLarge):
        return text


def pretty(body: bytes, headers: Mapping[str, str]) -> str:
    """The body for people to read; as it is where it cannot be understood."""
    try:
        return json.dumps(payload(body, headers), indent=2, ensure_ascii=False)
    except Unreadable:
        return body.decode("utf-8", "replace").replace("\0", "�")


def sample(text: str) -> Any:
    """A payload that a person pasted. Raises Unreadable."""
    if not text.strip():
        raise Unreadable(_("Paste a message, or wait for the first one to come."))
    return payload(text.encode("utf-8", "replace"), {})
