"""Stages of deals and reasons to win or lose: three lists, each edited as a whole."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.text import TextError, clean_text
from qualification.closing import settings as rooms
from qualification.closing.settings import KINDS, Change, Refused

TITLES = {
    "stages": gettext_lazy("Stages of an open deal"),
    "won": gettext_lazy("Reasons to win"),
    "lost": gettext_lazy("Reasons to lose"),
}
LONGEST = 60


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    sent = request.POST.get("list", "")
    problem = ""
    if request.method == "POST":
        try:
            _save(request, sent)
        except (Refused, TextError) as refused:
            problem = str(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("qualification:deal_settings")
    lists = [_list(key, request if key == sent else None, problem) for key in KINDS]
    context = {"lists": lists, "most": rooms.MOST_IN_USE, "longest": LONGEST}
    return render(
        request, "qualification/deal_settings.html", context, status=422 if problem else 200
    )


def _save(request: HttpRequest, sent: str) -> None:
    if sent not in KINDS:
        raise Refused(_("Choose one of the lists."))
    kind, post = KINDS[sent], request.POST
    order = [int(n) for n in post.getlist("order") if n.isascii() and n.isdigit() and len(n) < 10]
    changes = [
        Change(pk, _name(post.get(f"name-{pk}", "")), f"used-{pk}" in post)
        for pk in dict.fromkeys(order)
    ]
    rooms.save(kind, changes, new=_name(post.get("new", "")))


def _name(text: str) -> str:
    return " ".join(clean_text(text, limit=LONGEST).split())


def _list(key: str, request: HttpRequest | None, problem: str) -> dict[str, Any]:
    """What the page shows of a list: what was typed, where it was refused."""
    kind = KINDS[key]
    lines = [(row.pk, getattr(row, kind.column), row.is_active) for row in kind.rows()]
    if request is not None and problem:
        lines = [
            (pk, request.POST.get(f"name-{pk}", name)[:200], f"used-{pk}" in request.POST)
            for pk, name, _used in lines
        ]
    return {
        "key": key, "title": TITLES[key], "lines": lines, "problem": problem if request else "",
        "new": request.POST.get("new", "")[:200] if request else "",
    }  # fmt: skip
