import base64
from datetime import timedelta

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import clock, keys
from accounts.authentication import KeyAuthentication
from accounts.models import ApiKey


def ask(header: str) -> tuple[object, ApiKey] | None:
    request = RequestFactory().get("/", headers={"Authorization": header})
    return KeyAuthentication().authenticate(Request(request))


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:".encode()).decode()


@pytest.mark.django_db
def test_a_key_is_known_as_bearer_and_as_user_name() -> None:
    key, text = keys.make(kind="secret", name="CRM", by=None)
    for header in (f"Bearer {text}", f"bearer  {text}", basic(text)):
        assert ask(header) == (key, key)


@pytest.mark.django_db
def test_a_revoked_key_is_refused_at_once() -> None:
    key, text = keys.make(kind="public", name="Site", by=None)
    keys.revoke(key=key, at=clock.now() - timedelta(seconds=1))
    with pytest.raises(AuthenticationFailed):
        ask(f"Bearer {text}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    ["Bearer x", "Bearer sk_", "Bearer " + "x" * 10_000, basic("a\x00b"), basic("sk_\x00_b")],
)
def test_a_text_that_is_no_key_is_refused(header: str) -> None:
    keys.make(kind="secret", name="CRM", by=None)
    with pytest.raises(AuthenticationFailed):
        ask(header)


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer", "Basic", "Basic !!!", "Basic /w==", "Digest x"])
def test_a_header_without_a_key_leaves_the_question_open(header: str) -> None:
    assert ask(header) is None
