"""Who is asking, for doors behind the login."""

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import ApiKey, User


def person(request: HttpRequest) -> User:
    """The person who is logged in; the policy lets nobody else through to a page of ours."""
    assert isinstance(request.user, User)
    return request.user


def principal(request: Request) -> User | ApiKey:
    """Who asks the API: a person or a key. The policy let nobody else in."""
    assert isinstance(request.user, User | ApiKey)
    return request.user
