"""The page of visiting companies."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.signed_in import person
from leads import visiting_list
from leads.enriching import visiting

DAYS, PAGES = (1, 7, 30, 90), (1, 2, 3, 5, 10)


@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    """The list, with the filters of the address; what they cannot be is left out."""
    now, user = clock.now(), person(request)
    days, pages = _one_of(DAYS, request, "days", 30), _one_of(PAGES, request, "pages", 1)
    marks = {name: request.GET.get(name, "")[:200] for name in ("after", "before")}
    page = visiting_list.page(user, days=days, pages=pages, at=now, **marks)
    chosen = {"days": days, "pages": pages}
    context = {
        "rows": page.rows,
        "drawer": visiting.drawer(),
        "may_edit": policy.allows(user, "drawer.edit"),
        "is_filtered": chosen != {"days": 30, "pages": 1},
        "filters": [
            ("days", _("Days"), [(n, _days(n), n == days) for n in DAYS]),
            ("pages", _("Pages seen"), [(n, _pages(n), n == pages) for n in PAGES]),
        ],
        "next_url": _url(chosen, after=page.after),
        "prev_url": _url(chosen, before=page.before),
        "now": now,
    }
    return render(request, "leads/visiting.html", context)


def _one_of(known: tuple[int, ...], request: HttpRequest, name: str, otherwise: int) -> int:
    text = request.GET.get(name, "")
    return next((number for number in known if str(number) == text), otherwise)


def _days(number: int) -> str:
    return ngettext("Last %d day", "Last %d days", number) % number


def _pages(number: int) -> str:
    return ngettext("%d page or more", "%d pages or more", number) % number


def _url(chosen: dict[str, Any], **mark: str) -> str:
    return f"?{urlencode({**chosen, **mark})}" if all(mark.values()) else ""
