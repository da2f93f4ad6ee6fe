"""What is passed by, for managers: by rep, reason, and what the leads are like."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.signed_in import person
from handoff import skips

DAYS = (7, 30, 90)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Groups by an attribute; with `value`, the skips behind a number."""
    user, at = person(request), clock.now()
    by = request.GET.get("by", "reason")
    by = by if by in skips.ATTRIBUTES else "reason"
    days = next((d for d in DAYS if str(d) == request.GET.get("days")), 30)
    since = at - timedelta(days=days)
    value = request.GET.get("value")
    context = {
        "now": at, "by": by, "days": days, "spans": DAYS, "value": value,
        "attributes": [(key, label) for key, (label, _expression) in skips.ATTRIBUTES.items()],
        "label": skips.ATTRIBUTES[by][0],
        "groups": skips.groups(user, by, since=since),
        "rows": None if value is None else skips.behind(user, by, value.replace("\x00", "")[:300], since=since),
    }  # fmt: skip
    return render(request, "handoff/skips.html", context)
