"""Who may come in: a password checked, but not as often as somebody would like who guesses."""

from typing import NamedTuple

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import rate_limit
from accounts.models import User


class Limit(NamedTuple):
    rate_per_minute: int
    burst: int


# For one address of ours from one place, and for everything from one place.
ONE_ACCOUNT = Limit(rate_per_minute=5, burst=10)
ONE_PLACE = Limit(rate_per_minute=20, burst=60)


class TooOften(Exception):
    """Too many attempts; in `retry_after_s` seconds there may be another."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


def check(request: HttpRequest, *, email: str, password: str) -> User | None:
    """The active person with this e-mail and password, or None. Raises TooOften.

    An unknown address is counted, and takes as long, as a known one: neither tells which it is."""
    email = email.strip().casefold()
    place = rate_limit.client_key(request)
    for key, limit in ((f"login:{place}", ONE_PLACE), (f"login:{place}:{email}", ONE_ACCOUNT)):
        verdict = rate_limit.take(key, rate_per_minute=limit.rate_per_minute, burst=limit.burst)
        if not verdict.allowed:
            raise TooOften(verdict.retry_after_s)
    user = authenticate(request, username=email, password=password)
    return user if isinstance(user, User) else None
