"""Who sent it: the signatures of senders, each as the sender documents it. Pure.

hubspot     https://developers.hubspot.com/docs/api/webhooks/validating-requests (version 3)
typeform    https://www.typeform.com/developers/webhooks/secure-your-webhooks/
calendly    https://developer.calendly.com/api-docs/ZG9jOjM2MzE2MDM4-webhook-signatures; the same as Stripe's
facebook    https://developers.facebook.com/docs/graph-api/webhooks/getting-started
standard    https://www.standardwebhooks.com (webhook-id, webhook-timestamp, webhook-signature)
basic       name and password, as Pipedrive sends them"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

# A request older than this may be one that somebody recorded.
OLDEST_S = 300
# Percent codes that HubSpot decodes in the address before it signs.
HUBSPOT_DECODES = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(",
    "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


class NotVerified(Exception):
    """Nobody can say that the sender sent it; the text says why, for the person who set up the hook."""


@dataclass(frozen=True)
class Message:
    """A request as it came. `headers` have names in lower case; `urls` are the addresses it may have been sent to."""

    method: str
    urls: Sequence[str]
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        value = self.headers.get(name.lower(), "").strip()
        if not value:
            raise NotVerified(_("The header %s is missing.") % name)
        return value


@dataclass(frozen=True)
class Secrets:
    """`keys` are tried in turn, so that an old and a new one count while they change. `header` names the header of
    a plain HMAC, `user` the name before a password."""

    keys: Sequence[str]
    header: str = ""
    user: str = ""


def verify(scheme: str, message: Message, secrets: Secrets, *, at: datetime) -> None:
    """Raises NotVerified unless the message carries the sender's signature. `at` is the moment of receipt."""
    check = CHECKS.get(scheme)
    if check is None:
        return
    if not secrets.keys:
        raise NotVerified(_("No secret is kept for this webhook yet."))
    if not any(check(message, secrets, key, at) for key in secrets.keys):
        raise NotVerified(_("The signature is not the one that the secret makes."))


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _fresh(text: str, at: datetime, *, unit: int = 1) -> None:
    """Raises NotVerified for a time that is not about now; `unit` is how many of it make a second."""
    if not text.isdecimal() or len(text) > 16:
        raise NotVerified(_("The time of the signature cannot be read."))
    if abs(at.timestamp() - int(text) / unit) > OLDEST_S:
        raise NotVerified(_("The signature is more than five minutes old."))


def _hubspot(message: Message, secrets: Secrets, key: str, at: datetime) -> bool:
    given = message.header("X-HubSpot-Signature-v3")
    sent = message.header("X-HubSpot-Request-Timestamp")
    _fresh(sent, at, unit=1000)
    return any(
        _same(given, _base64(_hmac(key.encode(), _hubspot_source(message, url, sent))))
        for url in message.urls
    )


def _hubspot_source(message: Message, url: str, sent: str) -> bytes:
    for code, char in HUBSPOT_DECODES.items():
        url = url.replace(code, char).replace(code.lower(), char)
    return f"{message.method}{url}".encode() + message.body + sent.encode()


def _typeform(message: Message, secrets: Secrets, key: str, at: datetime) -> bool:
    given = message.header("Typeform-Signature")
    return _same(given, f"sha256={_base64(_hmac(key.encode(), message.body))}")


def _facebook(message: Message, secrets: Secrets, key: str, at: datetime) -> bool:
    given = message.header("X-Hub-Signature-256")
    return _same(given, f"sha256={_hmac(key.encode(), message.body).hex()}")


def _stamped(header: str) -> "Check":
    """t=<seconds>,v1=<hex of "t.body">; several v1 while the sender changes its key."""

    def check(message: Message, secrets: Secrets, key: str, at: datetime) -> bool:
        pairs = [part.strip().partition("=") for part in message.header(header).split(",")]
        sent = next((value for name, _is, value in pairs if name == "t"), "")
        _fresh(sent, at)
        made = _hmac(key.encode(), f"{sent}.".encode() + message.body).hex()
        return any(_same(value, made) for name, _is, value in pairs if name == "v1")

    return check


def _plain(message: Message, secrets: Secrets, key: str, at: datetime) -> bool:
    """A header of any name with the HMAC of the body, as hex or base64, with or without “sha256=”."""
    given = message.header(secrets.header or "X-Signature").removeprefix("sha256=")
    made = _hmac(key.encode(), message.body)
    return _same(given.lower(), made.hex()) or _same(given, _base64(made))


def _standard(message: Message, secrets: Secrets, key: str, at: datetime) -> bool:
    sent = message.header("webhook-timestamp")
    _fresh(sent, at)
    text = f"{message.header('webhook-id')}.{sent}.".encode() + message.body
    made = f"v1,{_base64(_hmac(_standard_key(key), text))}"
    return any(_same(given, made) for given in message.header("webhook-signature").split())


def _standard_key(key: str) -> bytes:
    try:
        return base64.b64decode(key.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raise NotVerified(_("The secret is not one of this kind: it begins with whsec_.")) from None


def _basic(message: Message, secrets: Secrets, key: str, at: datetime) -> bool:
    scheme, _blank, given = message.header("Authorization").partition(" ")
    wanted = _base64(f"{secrets.user}:{key}".encode())
    return scheme.lower() == "basic" and _same(given.strip(), wanted)


Check = Callable[[Message, Secrets, str, datetime], bool]
CHECKS: dict[str, Check] = {
    "hubspot": _hubspot,
    "typeform": _typeform,
    "calendly": _stamped("Calendly-Webhook-Signature"),
    "facebook": _facebook,
    "stripe": _stamped("Stripe-Signature"),
    "hmac": _plain,
    "standard": _standard,
    "basic": _basic,
}
