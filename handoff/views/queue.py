"""The queue: its page, and the small question every few seconds whether anything changed."""

import random
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock, policy
from accounts.models import Team, User
from accounts.signed_in import person
from handoff import queue, sla
from handoff.queue import Ask, Counts, Look
from handoff.queue_forms import presets
from handoff.views import bulk
from leads import queries
from leads.bands import Band, bands, called

POLL_SECONDS = 15
MINUTE_S = 60


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    user, ask, at = person(request), Ask.of(request.GET), clock.now()
    look, known = queue.look(user, ask, at=at), bands()
    lines, following = queue.page(user, ask, at=at, known=known)
    frozen = ask.moment(at)
    context = {
        **_live(user, ask, look, at),
        "lines": lines,
        "frozen": frozen,
        "next_url": ask.url(after=following, frozen=queue.frozen_at(frozen)) if following else "",
        "first_url": ask.url() if ask.after else "",
        "total": counted if (counted := getattr(look.counts, ask.tab)) <= queue.COUNTED_TO else "",
        "bands": _bands(ask, known),
        "sources": _sources(ask),
        "teams": _teams(user),
        "people": list(bulk.people(user)) if policy.allows(user, "handoff.reassign") else [],
        "naps": presets(at),
        "views": list(user.queue_views.all()),
        "may_edit": policy.allows(user, "sla.edit"),
    }
    return render(request, "handoff/queue.html", context)


@require_safe
def poll(request: HttpRequest) -> HttpResponse:
    """204 while nothing changed; else the figures, and the rows that look different now."""
    user, ask, at = person(request), Ask.of(request.GET), clock.now()
    marks, seen = request.GET.getlist("row"), _seen(request)
    look = queue.look(user, ask, at=at, seen=seen, marks=marks)
    if request.GET.get("tag") == look.tag and not look.changed:
        return HttpResponse(status=204)
    context = {
        **_live(user, ask, look, at),
        "lines": queue.of_ids(look.changed, at=at),
        "seen": seen,
    }
    return render(request, "handoff/queue_poll.html", context)


@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """How promises were kept, which is counted once a minute for each person and comes after the page."""
    user, at = person(request), clock.now()
    key = f"standing:{user.pk}:{at:%Y%m%d%H%M}"
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    found = cache.get(key)
    if found is None:
        found = sla.strip(user, at=at, today=today)
        cache.set(key, found, MINUTE_S)
    return render(request, "handoff/queue_standing.html", {"median": found[0], "week": found[1]})


def _seen(request: HttpRequest) -> int:
    text = request.GET.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _live(user: User, ask: Ask, look: Look, at: datetime) -> dict[str, Any]:
    """What the page and the answer to a poll both show."""
    counts = look.counts
    return {
        "now": at, "ask": ask, "counts": counts, "tabs": _tabs(ask, counts), "seen": counts.newest,
        "tag": look.tag, "newer": look.newer,
        "breached_url": ask.url(tab="breached"), "soon_url": ask.url(tab="soon"),
        "me": user,
        "may_work": policy.allows(user, "handoff.work"),
        "may_manage": policy.allows(user, "handoff.reassign"),
        "choosable": policy.allows(user, "handoff.work"),
        "poll_url": reverse("handoff:queue_poll") + ask.url(),
        "here": reverse("handoff:queue") + ask.url(),
        # Not in step with the other pages that are open.
        "poll_seconds": random.randint(POLL_SECONDS - 2, POLL_SECONDS + 2),
    }  # fmt: skip


def _tabs(ask: Ask, counts: Counts) -> list[dict[str, Any]]:
    labels = {
        "open": _("All open"),
        "unclaimed": _("Unclaimed"),
        "mine": _("Mine"),
        "breached": _("Breached"),
        "soon": _("Due soon"),
        "snoozed": _("Snoozed"),
    }
    return [
        {
            "key": tab, "label": label, "url": ask.url(tab=tab), "count": getattr(counts, tab),
            "current": tab == ask.tab,
        }
        for tab, label in labels.items()
        if tab not in ("soon", "snoozed") or ask.tab == tab or (tab == "snoozed" and counts.snoozed)
    ]  # fmt: skip


def _bands(ask: Ask, known: dict[str, Band]) -> list[Band]:
    """Those that are handed to sales, and the one that is asked for."""
    handed = [band for band in known.values() if band.effect in ("mql", "sales_ready")]
    asked = called(ask.band, known)
    return [*handed, asked] if asked and asked not in handed else handed


def _sources(ask: Ask) -> list[str]:
    """Where leads come from, and the source that is asked for, which may have no lead any more."""
    found = queries.sources()
    return [*found, ask.source] if ask.source and ask.source not in found else found


def _teams(user: User) -> list[Team]:
    everybody = policy.scope(user, "handoff.view") is policy.Scope.ALL
    return list(Team.objects.all() if everybody else user.teams.all())
