"""What a file says of deals that are open here. Rows of past deals make outcomes (leads/importing/deal_rows.py); an
outcome of a lead with an open opportunity ends that opportunity, and an import that is undone opens it again."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from leads.journal import Entry
from leads.models import Outcome
from qualification.closing import deals
from qualification.models import DealReason, Opportunity

State = Opportunity.State


def follow(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `lead.imported` where deals were imported, or an import was undone."""
    told = [entry for entry in entries if entry.data.get("what") == "deals" and entry.lead_id]
    undone = [entry for entry in entries if entry.data.get("what") == "undone" and entry.lead_id]
    people = User.objects.in_bulk([e.actor_id for e in entries if e.actor_id])
    by = {entry.lead_id: people.get(entry.actor_id or 0) for entry in (*told, *undone)}
    _end(sorted({e.lead_id for e in told if e.lead_id}), by, at)
    _reopen(sorted({e.lead_id for e in undone if e.lead_id}), by, at)


def _end(lead_ids: Sequence[int], by: dict[int | None, User | None], at: datetime) -> None:
    open_deals = {
        deal.lead_id: deal
        for deal in Opportunity.objects.filter(lead__in=lead_ids, state=State.OPEN)
    }
    if not open_deals:
        return
    said = Outcome.objects.filter(
        Q(result=Outcome.Result.WON) | Q(result=Outcome.Result.LOST),
        lead__in=open_deals, opportunity=None,
    ).order_by("lead", "-at", "-id")  # fmt: skip
    reasons = {(one.ending, one.key): one for one in DealReason.objects.all()}
    for lead_id, deal in sorted(open_deals.items()):
        mine = [one for one in said if one.lead_id == lead_id and _is_about(deal, one)]
        if mine:
            state = State.WON if mine[0].result == Outcome.Result.WON else State.LOST
            reason = reasons.get((state, mine[0].reason))
            deals.end(deal, state, reason=reason, by=by[lead_id], at=at, outcome=mine[0])


def _is_about(deal: Opportunity, outcome: Outcome) -> bool:
    """By the id of the other system; without one, what ended after this one was opened."""
    if deal.deal:
        return outcome.deal == deal.deal
    return outcome.at.date() >= deal.opened_at.date()


def _reopen(lead_ids: Sequence[int], by: dict[int | None, User | None], at: datetime) -> None:
    """Deals whose outcome went with the import that had brought it."""
    left = Opportunity.objects.filter(
        lead__in=lead_ids, outcome=None, state__in=(State.WON, State.LOST)
    ).order_by("lead_id", "-id")  # fmt: skip
    for deal in {one.lead_id: one for one in reversed(left)}.values():
        try:
            deals.reopen(deal, by=by[deal.lead_id], at=at)
        except (deals.AlreadyOpen, deals.Refused):
            continue
