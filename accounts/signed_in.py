"""Who is asking, for doors behind the login."""

from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """The person who is logged in; the policy lets nobody else through to a page of ours."""
    assert isinstance(request.user, User)
    return request.user
