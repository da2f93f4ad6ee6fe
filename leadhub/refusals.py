"""What a refused request gets: a page for people, the documented shape of an error for programs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.api_errors import error_response, wants_json


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _refuse(request, 400, _("This request cannot be read."))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _refuse(request, 403, _("You may not do this."))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _refuse(request, 404, _("There is nothing here."))


def server_error(request: HttpRequest) -> HttpResponse:
    return _refuse(request, 500, _("Something went wrong on our side."))


def database_away(request: HttpRequest) -> HttpResponse:
    """Come back in a moment: nothing was written."""
    response = _refuse(request, 503, _("The database is away for a moment. Nothing was written."))
    response["Retry-After"] = "5"
    return response


def asked_too_much(request: HttpRequest) -> HttpResponse:
    """The database gave up counting: it would again, so there is no moment at which to come back."""
    text = _("This takes too long to count. Ask for fewer days, or for one team.")
    return _refuse(request, 503, text, text=text)


def _refuse(request: HttpRequest, status: int, message: str, **shown: str) -> HttpResponse:
    if wants_json(request):
        return error_response(request, status=status, message=message)
    # Without a request there are no context processors, which would ask the database.
    return render(None, f"{status}.html", shown, status=status)
