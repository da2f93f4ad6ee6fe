"""The leads that somebody looks through every quarter: outdated, unreachable or doubtful ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.hygiene.issues import ISSUES, PARTS, STALE
from leads.models import CleanUp, CleanUpItem, Erasure, Lead
from leads.privacy import erasing
from leads.stages import Stage

Decision = CleanUpItem.Decision
# What a lead is looked at for, the gravest first, and at most so many leads a quarter: a list that nobody can
# finish is not begun.
REASONS = ("bounced", "duplicate", "disposable", "bad_phone", "stale")
MOST = 300
LONG_QUIET = timedelta(days=365)
WORDS = {**{key: issue.label for key, issue in ISSUES.items()}, "stale": _("Nothing for a year")}
# Whoever talks with us, or bought, is not cleaned away.
LEFT_ALONE = (Stage.WORKING, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER)


def quarter_of(at: datetime) -> str:
    """“2026-Q4” for a day in November 2026."""
    return f"{at.year}-Q{(at.month - 1) // 3 + 1}"


def make_due(at: datetime) -> CleanUp | None:
    """The list of this quarter, made once; None if it is there. Leads of earlier lists that were kept or fixed
    come again only after a year."""
    quarter = quarter_of(at)
    if CleanUp.objects.filter(quarter=quarter).exists():
        return None
    try:
        with transaction.atomic():
            made = CleanUp.objects.create(quarter=quarter, made_at=at)
            last = CleanUp.objects.exclude(pk=made.pk).first()
            made.assigned_to = last.assigned_to if last else None
            made.save(update_fields=["assigned_to"])
            CleanUpItem.objects.bulk_create(
                CleanUpItem(clean_up=made, lead_id=pk, why=why) for pk, why in _chosen(at).items()
            )
    except IntegrityError:
        return None
    return made


def _chosen(at: datetime) -> dict[int, str]:
    decided = CleanUpItem.objects.filter(at__gte=at - timedelta(days=365)).values("lead")
    leads = (
        Lead.objects.filter(erased_at=None, merged_into=None)
        .exclude(stage__in=LEFT_ALONE).exclude(pk__in=decided).alias(**PARTS)
    )  # fmt: skip
    chosen: dict[int, str] = {}
    for why in REASONS:
        # The page of data health calls a lead stale sooner than this list does.
        asks = ISSUES[why].asks(at - (LONG_QUIET - STALE) if why == "stale" else at)
        found = leads.filter(asks).exclude(pk__in=list(chosen)).order_by("pk")
        for pk in found.values_list("pk", flat=True)[: MOST - len(chosen)]:
            chosen[pk] = why
    return chosen


def lists() -> QuerySet[CleanUp]:
    """All lists, the newest first, with how much of each is open."""
    counted = CleanUp.objects.select_related("assigned_to")
    return counted.annotate(
        total=Count("items"), open=Count("items", filter=Q(items__decision=Decision.OPEN))
    )


def items(clean_up: CleanUp) -> list[CleanUpItem]:
    """The leads of a list, open ones first; each with the label of why it is there."""
    rows = clean_up.items.select_related("lead", "by").order_by("decision", "why", "pk")
    found = list(rows)
    for item in found:
        item.reason = WORDS.get(item.why, item.why)  # type: ignore[attr-defined]
    return found


def assign(clean_up: CleanUp, to: User | None) -> None:
    """Says who looks through the list."""
    CleanUp.objects.filter(pk=clean_up.pk).update(assigned_to=to)


def decide(ids: Sequence[int], clean_up: CleanUp, decision: str, *, by: User, at: datetime) -> int:
    """Writes the decision on those of the items that are open; erased ones are erased for good. Says how many."""
    with transaction.atomic():
        rows: Any = CleanUpItem.objects.select_for_update(of=("self",)).filter(
            pk__in=ids, clean_up=clean_up, decision=Decision.OPEN
        )
        found = list(rows.order_by("pk"))
        CleanUpItem.objects.filter(pk__in=[item.pk for item in found]).update(
            decision=decision, by=by, at=at
        )
        if decision == Decision.ERASED:
            leads = Lead.objects.filter(pk__in=[item.lead_id for item in found])
            erasing.erase(leads, cause=Erasure.Cause.CLEAN_UP, at=at, by=by)
    return len(found)
