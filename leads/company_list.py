"""Companies as accounts: the points that what its people do together gives a company, and who they are."""

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.http import Http404

from leads import access
from leads.models import Company, Event, Lead

PAGE = 50
LATEST = 30
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Account:
    """A company with its account score, how many of its leads one may see, and the best score among them."""

    company: Company
    score: int
    people: int
    best: int


@dataclass(frozen=True)
class Page:
    accounts: Sequence[Account]
    after: str


@dataclass(frozen=True)
class Deed:
    lead: Lead
    event: Event


def page(principal: access.Principal, *, text: str = "", after: str = "") -> Page:
    """Accounts by score, then by the best lead. Without `text` those that have a score of their own; with it
    all whose name or domain contains it."""
    found = _grouped(principal, text)
    if mark := _read(after):
        score, best, company = mark
        # Aggregates cannot be compared as a row.
        lower = Q(account__lt=score) | Q(account=score, best__lt=best)
        lower |= Q(account=score, best=best, company_id__lt=company)
        found = found.filter(lower)
    rows = list(found.order_by("-account", "-best", "-company_id")[: PAGE + 1])
    shown = rows[:PAGE]
    companies = Company.objects.in_bulk([row["company_id"] for row in shown])
    accounts = [
        Account(companies[row["company_id"]], row["account"], row["people"], row["best"])
        for row in shown
    ]
    return Page(accounts, _cursor(shown[-1]) if len(rows) > PAGE else "")


def _grouped(principal: access.Principal, text: str) -> Any:
    leads = access.listed(principal).filter(company__isnull=False)
    if text:
        leads = leads.filter(Q(company__name__icontains=text) | Q(company__domain__icontains=text))
    else:
        leads = leads.exclude(score__account=0)
    return leads.values("company_id").annotate(
        account=Max("score__account"), people=Count("pk"), best=Max("score__total")
    )


def _cursor(row: dict[str, Any]) -> str:
    text = json.dumps([row["account"], row["best"], row["company_id"]])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, int, int] | None:
    """A cursor that means nothing leads to the first page."""
    try:
        a, b, c = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return (int(a), int(b), int(c)) if max(abs(a), abs(b), abs(c)) < 2**31 else None
    except (ValueError, TypeError):
        return None


def company_or_404(principal: access.Principal, public_id: uuid.UUID) -> Company:
    """A company of which one may see somebody."""
    seen = access.visible(principal).filter(company__public_id=public_id)
    found = seen.select_related("company").first()
    if found is None or found.company is None:
        raise Http404
    return found.company


def people(principal: access.Principal, company: Company) -> list[Lead]:
    """Its leads, the best first."""
    leads = access.visible(principal).filter(company=company, score__isnull=False)
    return list(
        leads.select_related("score", "owner").order_by("-score__total", "-pk")[:MOST_PEOPLE]
    )


def latest(leads: Sequence[Lead]) -> list[Deed]:
    """What these people did last."""
    by_id = {lead.pk: lead for lead in leads}
    events = Event.objects.filter(lead__in=by_id).select_related("signature__kind")
    return [
        Deed(by_id[event.lead_id], event)
        for event in events.order_by("-occurred_at", "-pk")[:LATEST]
        if event.lead_id
    ]
