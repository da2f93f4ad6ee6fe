"""What is said after hours or a policy were saved."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.signed_in import person
from handoff import promise_changes
from handoff.models import CalendarVersion, SlaPolicyVersion


def saved(
    request: HttpRequest,
    version: SlaPolicyVersion | CalendarVersion,
    *,
    is_new: bool,
    apply: bool,
    at: datetime,
) -> HttpResponse:
    """Back to the overview; with `apply` clocks that run follow the version, which a worker sees to."""
    said = {"number": version.number}
    if not is_new:
        text = _("Nothing changed: version %(number)d goes on.") % said
    elif apply:
        promise_changes.ask(version, by=person(request), at=at)
        text = (
            _("Version %(number)d applies now, and clocks that run follow within moments.") % said
        )
    else:
        text = _("Version %(number)d applies to clocks that start from now on.") % said
    messages.success(request, text)
    return redirect("handoff:promises")
