"""Default deny: every URL has a row in leadhub/routes.py, and the row names the action of the policy table."""

import logging
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from psycopg.errors import QueryCanceled

from accounts import policy
from leadhub import refusals
from leadhub.routes import OPEN, row_of

log = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id that error answers repeat, so that a person can name it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class DatabaseAwayMiddleware:
    """A lost database answers 503 and when to come back, a question that takes it too long 503 and what to do; never
    500."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        if isinstance(error.__cause__, QueryCanceled) and request.method in ("GET", "HEAD"):
            log.warning("%s asked too much: %s", request.path, error)
            return refusals.asked_too_much(request)
        log.warning("The database is away: %s", error)
        return refusals.database_away(request)


class TimeZoneMiddleware:
    """Pages show times in the zone of the person who looks."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(request.user, "time_zone", None)
        with timezone.override(ZoneInfo(zone) if zone else None):
            return self.get_response(request)


class PolicyMiddleware:
    """Pages: a stranger goes to the login page, a person without the right sees 403."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if name.startswith(("api:", "ingest:")):
            return None
        row = row_of(name)
        action = row.action(request.method or "GET") if row else None
        if action == OPEN:
            return None
        if not policy.role_of(request.user):
            return _to_login(request)
        if action is None or not policy.allows(request.user, action):
            raise PermissionDenied
        return None


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path())
