"""Passing a lead by: one tap for a reason. Managers see what is passed by, so that picking cherries is no secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from handoff import claims
from handoff.access import Principal, visible
from handoff.models import Handoff, Skip
from handoff.models.handoffs import OPEN_STATES

UNKNOWN = ""
# By what managers may look at skips: key -> (label, expression over a skip).
ATTRIBUTES: dict[str, tuple[Any, Any]] = {
    "by": (gettext_lazy("Rep"), F("by__name")),
    "reason": (gettext_lazy("Reason"), F("reason")),
    "band": (gettext_lazy("Band"), F("handoff__band")),
    "source": (gettext_lazy("Source"), F("handoff__source")),
    "country": (gettext_lazy("Country"), F("handoff__lead__country")),
    "title": (gettext_lazy("Job title"), F("handoff__lead__title")),
    "size": (
        gettext_lazy("Employees"),
        Case(
            When(handoff__lead__company__employees__gte=1000, then=Value("1,000 +")),
            When(handoff__lead__company__employees__gte=200, then=Value("200 – 999")),
            When(handoff__lead__company__employees__gte=20, then=Value("20 – 199")),
            When(handoff__lead__company__employees__gte=0, then=Value("1 – 19")),
            default=Value(UNKNOWN),
        ),
    ),
}
MOST_GROUPS = 50


class Ended(Exception):
    """There is nothing left to pass by."""


def skip(handoff: Handoff, *, by: User, reason: str, at: datetime) -> None:
    """Writes it down. A lead that `by` claimed and did not touch goes back to the queue. Raises Ended."""
    said = str(dict(Skip.Reason.choices)[reason])
    with transaction.atomic():
        if not Handoff.objects.filter(pk=handoff.pk, state__in=OPEN_STATES).exists():
            raise Ended
        claims.give_back_unworked(handoff, by=by, at=at, reason=_("Passed by: %s") % said)
        Skip.objects.create(handoff=handoff, by=by, reason=reason, at=at)


@dataclass(frozen=True)
class Group:
    """How often leads with this value were passed by, and how many came into the queue with it meanwhile."""

    value: str
    label: str
    skips: int
    leads: int


def skipped(principal: Principal, *, since: datetime) -> QuerySet[Skip]:
    """The skips that a manager may see."""
    seen = visible(principal, "sla.view")
    return Skip.objects.filter(at__gte=since, handoff__in=seen.values("pk"))


def groups(principal: Principal, attribute: str, *, since: datetime) -> list[Group]:
    """Skips by an attribute out of ATTRIBUTES, the most first."""
    key = ATTRIBUTES[attribute][1]
    rows = skipped(principal, since=since).annotate(value=key).values("value")
    counted = rows.annotate(n=Count("pk"), leads=Count("handoff", distinct=True)).order_by("-n")
    names = dict(Skip.Reason.choices) if attribute == "reason" else {}
    return [
        Group(row["value"] or UNKNOWN, str(names.get(row["value"], row["value"])), row["n"], row["leads"])
        for row in counted[:MOST_GROUPS]
    ]  # fmt: skip


def behind(
    principal: Principal, attribute: str, value: str, *, since: datetime, size: int = 100
) -> Sequence[Skip]:
    """The skips that a number counts, newest first."""
    key = ATTRIBUTES[attribute][1]
    found = skipped(principal, since=since).annotate(value=key)
    found = found.filter(Q(value=value) | Q(value=None) if value == UNKNOWN else Q(value=value))
    return list(found.select_related("handoff__lead", "by").order_by("-at", "-pk")[:size])
