"""Asking leads from their page and from the lead list."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock, policy
from accounts.models import User
from accounts.signed_in import person
from leads import bands, queries
from leads.access import lead_or_404
from leads.filters import LeadFilter
from leads.models import Lead
from qualification import catalogue
from qualification.asking import links
from qualification.asking.links import Sent
from qualification.models import Framework

ACTION = "lead.ask"
CHOOSE = gettext_lazy("Choose which questions to send.")
# Letters of one click; a list of more leads is asked in parts.
MOST = 2_000


def part(user: User, lead: Lead) -> dict[str, Any]:
    """What the lead's page shows of asking: the links there are, and what can be asked."""
    asks = [(ask, links.url_of(ask)) for ask in links.of_lead(lead)]
    return {
        "asks": asks,
        "frameworks": catalogue.frameworks(),
        "may_ask": policy.allows(user, ACTION),
        "now": clock.now(),
    }


@require_POST
def ask(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Makes the link of a lead, and sends it where that was asked."""
    user, at = person(request), clock.now()
    lead = lead_or_404(user, public_id, ACTION)
    framework = _framework(request)
    if framework is None:
        return _answer(request, user, lead, CHOOSE, messages.ERROR)
    if "mail" in request.POST:
        told, tone = _told(links.send([lead.pk], framework, by=user, at=at))
        return _answer(request, user, lead, told, tone)
    links.make([lead.pk], framework, by=user, at=at)
    return _answer(request, user, lead, _("The link is ready to copy."), messages.SUCCESS)


@require_POST
def revoke(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    user = person(request)
    lead = lead_or_404(user, public_id, ACTION)
    if not links.revoke(lead, number, at=clock.now()):
        raise Http404
    return _answer(request, user, lead, _("The link opens nothing any more."), messages.SUCCESS)


def _framework(request: HttpRequest) -> Framework | None:
    key = request.POST.get("framework", "")
    return next((one for one in catalogue.frameworks() if one.key == key), None)


def _told(sent: Sent) -> tuple[str, int]:
    if sent.mailed:
        return _("The questions are on their way."), messages.SUCCESS
    if sent.mailed_today:
        return _(
            "They were sent today already. Send them again tomorrow, or copy the link."
        ), messages.WARNING
    if sent.suppressed:
        return _(
            "Nothing may be sent to this address. It stands on the suppression list."
        ), messages.WARNING
    return _("This lead has no e-mail address. Copy the link instead."), messages.WARNING


def _answer(request: HttpRequest, user: User, lead: Lead, text: Any, level: int) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        messages.add_message(request, level, str(text))
        return redirect("leads:lead", lead.public_id)
    context = {"lead": lead, "told": text, **part(user, lead)}
    status = 422 if level == messages.ERROR else 200
    return render(request, "qualification/ask_part.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_listed(request: HttpRequest) -> HttpResponse:
    """Sends the questions to every lead that the filters of the lead list leave."""
    user = person(request)
    filters = LeadFilter(request.GET, queries.listed(user, ACTION), user=user, known=bands.bands())
    if not filters.is_valid():
        return redirect("leads:list")
    ids = list(filters.qs.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    framework, problem = _framework(request), ""
    if request.method == "POST":
        problem = _refusal(ids, framework, request.POST.get("number", ""))
    if framework and not problem:
        sent = links.send(ids, framework, by=user, at=clock.now())
        messages.success(request, summary(sent))
        return redirect(_back(filters))
    context = {
        "number": len(ids), "most": MOST, "too_many": len(ids) > MOST, "problem": problem,
        "reachable": filters.qs.exclude(email=None).count() if len(ids) <= MOST else 0,
        "frameworks": catalogue.frameworks(), "asked": filters.asked, "back": _back(filters),
    }  # fmt: skip
    return render(request, "qualification/ask_listed.html", context, status=422 if problem else 200)


def _back(filters: LeadFilter) -> str:
    query = filters.data.copy()
    return reverse("leads:list") + (f"?{query.urlencode()}" if query else "")


def _refusal(ids: list[int], framework: Framework | None, number: str) -> str:
    """Why nothing is sent: no questions, too many leads, or not those the person looked at."""
    if framework is None:
        return str(CHOOSE)
    if len(ids) > MOST:
        return _("These are too many leads at once.")
    if str(len(ids)) != number:
        return _("The list has changed since you looked: it has %d leads now.") % len(ids)
    return ""


def summary(sent: Sent) -> str:
    """What became of a sending to many, in a sentence each."""
    said = [ngettext("%d lead is asked.", "%d leads are asked.", sent.mailed) % sent.mailed]
    if sent.without_address:
        said.append(
            ngettext(
                "%d has no e-mail address.", "%d have no e-mail address.", sent.without_address
            )
            % sent.without_address
        )
    if sent.suppressed:
        text = _("%d may not be written to.") % sent.suppressed
        said.append(text)
    if sent.mailed_today:
        said.append(
            ngettext(
                "%d was asked today already.", "%d were asked today already.", sent.mailed_today
            )
            % sent.mailed_today
        )
    return " ".join(said)
