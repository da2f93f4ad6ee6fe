"""What opens a way out of the house, such as a key or an address that data goes to, asks for the password again
where it was not typed a moment ago: a page left open at a desk is no key."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from accounts import logins
from accounts.signed_in import person

GOOD_FOR = timedelta(minutes=10)
KEPT = "password_typed_at"


class WrongPassword(Exception):
    """It is not the password of who is logged in."""


def note(request: HttpRequest, *, at: datetime) -> None:
    """The password was typed just now, by whoever this session belongs to."""
    request.session[KEPT] = at.isoformat()


def is_fresh(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the password was typed within the last ten minutes."""
    kept = request.session.get(KEPT)
    return kept is not None and timedelta(0) <= at - datetime.fromisoformat(kept) < GOOD_FOR


def check(request: HttpRequest, *, password: str, at: datetime) -> None:
    """Good for ten minutes from now on. Raises WrongPassword, and TooOften as a login does."""
    if logins.check(request, email=person(request).email, password=password) is None:
        raise WrongPassword
    note(request, at=at)
