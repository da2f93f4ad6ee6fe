"""Signatures of senders, against bytes signed by hand and the vectors that are published."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from leads.hooks.signatures import CHECKS, Message, NotVerified, Secrets, verify

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = b'{"email": "an\xc3\xa4@firm.example"}'
URL = "https://leads.example/hooks/1/?x=%3A%2f"
KEY = "a-secret"


def digest(text: bytes, key: bytes = KEY.encode()) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def stamp(at: datetime = AT) -> str:
    return str(int(at.timestamp()))


STANDARD_KEY = "whsec_" + b64(b"k" * 24)


def hubspot(at: datetime = AT, body: bytes = BODY) -> dict[str, str]:
    sent = str(int(at.timestamp() * 1000))
    source = b"POSThttps://leads.example/hooks/1/?x=:/" + body + sent.encode()
    return {"x-hubspot-signature-v3": b64(digest(source)), "x-hubspot-request-timestamp": sent}


def stamped(header: str, at: datetime = AT, body: bytes = BODY) -> dict[str, str]:
    made = digest(f"{stamp(at)}.".encode() + body).hex()
    return {header: f"t={stamp(at)},v1={'0' * 64},v1={made}"}


def standard(at: datetime = AT, body: bytes = BODY) -> dict[str, str]:
    made = b64(digest(f"msg_1.{stamp(at)}.".encode() + body, b"k" * 24))
    return {
        "webhook-id": "msg_1", "webhook-timestamp": stamp(at), "webhook-signature": f"v1,old v1,{made}",
    }  # fmt: skip


GOOD: dict[str, tuple[Mapping[str, str], Secrets]] = {
    "hubspot": (hubspot(), Secrets([KEY])),
    "typeform": ({"typeform-signature": "sha256=" + b64(digest(BODY))}, Secrets([KEY])),
    "calendly": (stamped("calendly-webhook-signature"), Secrets([KEY])),
    "stripe": (stamped("stripe-signature"), Secrets([KEY])),
    "facebook": ({"x-hub-signature-256": "sha256=" + digest(BODY).hex()}, Secrets([KEY])),
    "standard": (standard(), Secrets([STANDARD_KEY])),
    "hmac": ({"x-theirs": digest(BODY).hex().upper()}, Secrets([KEY], header="X-Theirs")),
    "basic": ({"authorization": "Basic " + b64(b"ana:a-secret")}, Secrets([KEY], user="ana")),
}


def message(headers: Mapping[str, str], body: bytes = BODY, url: str = URL) -> Message:
    return Message("POST", ["http://inside/hooks/1/", url], headers, body)


def test_every_scheme_is_tried() -> None:
    assert set(GOOD) == set(CHECKS)


@pytest.mark.parametrize("scheme", GOOD)
def test_a_good_signature_is_taken(scheme: str) -> None:
    headers, secrets = GOOD[scheme]
    verify(scheme, message(headers), secrets, at=AT)


@pytest.mark.parametrize("scheme", GOOD)
def test_the_former_secret_counts_while_two_are_kept(scheme: str) -> None:
    headers, secrets = GOOD[scheme]
    both = Secrets(["whsec_bmV3", *secrets.keys], secrets.header, secrets.user)
    verify(scheme, message(headers), both, at=AT)


@pytest.mark.parametrize("scheme", GOOD)
def test_another_secret_another_body_or_no_header_is_refused(scheme: str) -> None:
    headers, secrets = GOOD[scheme]
    wrong = Secrets(["whsec_d3Jvbmc="], secrets.header, secrets.user)
    with pytest.raises(NotVerified):
        verify(scheme, message(headers), wrong, at=AT)
    with pytest.raises(NotVerified, match="missing"):
        verify(scheme, message({}), secrets, at=AT)
    with pytest.raises(NotVerified, match="No secret"):
        verify(scheme, message(headers), Secrets([]), at=AT)
    if scheme != "basic":
        with pytest.raises(NotVerified):
            verify(scheme, message(headers, BODY + b" "), secrets, at=AT)


@pytest.mark.parametrize("scheme", ["hubspot", "calendly", "stripe", "standard"])
@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_recorded_message_is_refused_after_five_minutes(scheme: str, minutes: int) -> None:
    headers, secrets = GOOD[scheme]
    verify(scheme, message(headers), secrets, at=AT + timedelta(minutes=minutes * 2 / 3))
    with pytest.raises(NotVerified, match="five minutes"):
        verify(scheme, message(headers), secrets, at=AT + timedelta(minutes=minutes))


@pytest.mark.parametrize("scheme", GOOD)
@pytest.mark.parametrize(
    "text", ["", "=", "t=,v1=", "t=x,v1=y", "\x00", "v1,é", "sha256=", "9" * 99, "Basic é"]
)
def test_whatever_stands_in_the_headers_is_refused_in_words(scheme: str, text: str) -> None:
    headers, secrets = GOOD[scheme]
    for name in headers:
        with pytest.raises(NotVerified):
            verify(scheme, message({**headers, name: text}), secrets, at=AT)


def test_the_vector_of_standard_webhooks() -> None:
    """From the reference implementations of https://www.standardwebhooks.com."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secrets = Secrets(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    at = datetime.fromtimestamp(1614265330, UTC)
    verify("standard", message(headers, b'{"test": 2432232314}'), secrets, at=at)


def test_hubspot_signs_the_address_that_it_knows() -> None:
    with pytest.raises(NotVerified):
        verify("hubspot", message(hubspot(), url="https://evil.example/"), Secrets([KEY]), at=AT)
