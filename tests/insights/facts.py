"""Planted facts: handoffs with everything about them chosen, also the past that no room would write today."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.test import Client

from accounts.models import Team, User
from handoff.models import CalendarVersion, Handoff, SlaPolicyVersion, SlaTimer
from leads.models import Crossing, Lead, LeadScore, Outcome
from qualification.models import Disposition, DispositionReason
from tests import factories

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def plant(
    team: Team,
    *,
    source: str = "Website",
    state: str = "queued",
    reason: str = "",
    carried_by: list[str] | None = None,
    opened: datetime | None = None,
    took: timedelta = 2 * HOUR,
    by: User | None = None,
    **of_lead: Any,
) -> Handoff:
    """An MQL of this source, handed over at `opened` (yesterday) and decided `took` later unless still open."""
    lead = factories.make_lead(source=source, **of_lead)
    lead.handed_to.add(team)
    at = opened or factories.now() - DAY
    carriers = carried_by or []
    crossing = Crossing.objects.create(
        lead=lead, number=1, cause="activity", version=1, at=at, total=55, band="mql",
        contributions=[
            {"key": key, "label": key.capitalize(), "group": "engagement", "micro": 10_000_000}
            for key in carriers
        ],
        carried_by=carriers,
    )  # fmt: skip
    owner = by if state != "queued" else None
    handoff = Handoff.objects.create(
        crossing=crossing, lead=lead, source=source, team=team, owner=owner, state=state, band="mql",
        routed_by="by hand", opened_at=at,
        disposed_at=at + took if state in Outcome.Result.values else None,
    )  # fmt: skip
    stage = {"queued": "mql", "claimed": "working", "accepted": "sql"}.get(state, state)
    Lead.objects.filter(pk=lead.pk).update(stage=stage)
    LeadScore.objects.filter(lead=lead).update(stage=stage)
    if handoff.disposed_at is not None:
        _decide(handoff, state, reason, by=by, at=handoff.disposed_at)
    return handoff


def _decide(handoff: Handoff, result: str, reason: str, *, by: User | None, at: datetime) -> None:
    why = DispositionReason.objects.get(key=reason) if reason else None
    Disposition.objects.create(handoff=handoff, result=result, reason=why, by=by, at=at)
    Outcome.objects.create(
        lead=handoff.lead, crossing=handoff.crossing, result=result, reason=reason, at=at, by=by
    )


def promise(
    handoff: Handoff,
    milestone: str = "claim",
    *,
    due: datetime,
    closed: datetime | None = None,
    state: str = "met",
    took: int = 600,
) -> SlaTimer:
    """A promise with its deadline and when its clock stopped; `took` is working seconds."""
    policy = SlaPolicyVersion.objects.filter(policy__team=handoff.team).get()
    calendar = CalendarVersion.objects.filter(calendar__team=handoff.team).get()
    return SlaTimer.objects.create(
        handoff=handoff, milestone=milestone, policy_version=policy, calendar_version=calendar,
        budget_s=3600, consumed_s=took, started_at=due - HOUR, due_at=due, closed_at=closed,
        state=state, cycle=handoff.timers.filter(milestone=milestone).count() + 1,
    )  # fmt: skip


def numbers(page: str) -> list[tuple[int, str]]:
    """Every number of a page that opens its leads, with its address."""
    linked = re.findall(r'href="(/reports/leads/[^"]*)" data-count="(\d+)"', page)
    drawn = re.findall(r'href="(/reports/leads/[^"]*)" aria-label="[^"]*: ([\d,]+)"', page)
    return [(int(n.replace(",", "")), unescape(url)) for url, n in [*linked, *drawn]]


def rows_behind(client: Client, url: str) -> int:
    """How many rows the list has, over all its pages."""
    return sum(len(names) for names in pages_behind(client, url))


def pages_behind(client: Client, url: str) -> Iterator[list[str]]:
    """The names on each page of a list."""
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, url
        page = answer.content.decode()
        yield re.findall(r'class="person__name" href="[^"]+">([^<]*)<', page)
        after = re.search(r'href="([^"]*)" rel="next"', page)
        url = unescape(after.group(1)) if after else ""
