"""Decisions as rows: where a lead went and why, for its page and for reports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from handoff.models import Handoff, RoutingDecision
from handoff.routing.decision import Decision, Outcome
from leads.models import Crossing, Lead


def keep(handoffs: Sequence[Handoff], decided: Mapping[int, Decision], *, at: datetime) -> None:
    """A row for each of these handoffs; the decisions are by crossing."""
    RoutingDecision.objects.bulk_create(
        _row(decided[h.crossing_id], h.lead_id, h.crossing_id, h.pk, at) for h in handoffs
    )


def keep_back(
    crossings: Sequence[Crossing], decided: Mapping[int, Decision], *, at: datetime
) -> None:
    """A row for each of these crossings, which opens no handoff."""
    RoutingDecision.objects.bulk_create(
        _row(decided[c.pk], c.lead_id, c.pk, None, at) for c in crossings
    )


def _row(
    one: Decision, lead_id: int, crossing_id: int, handoff_id: int | None, at: datetime
) -> RoutingDecision:
    return RoutingDecision(
        lead_id=lead_id, crossing_id=crossing_id, handoff_id=handoff_id, at=at, outcome=one.outcome,
        rule_id=one.rule_id, team_id=one.team_id, rep_id=one.rep_id, reason=one.reason,
    )  # fmt: skip


def asked_before(crossing_ids: Collection[int]) -> set[int]:
    """Those whose lead was asked by e-mail before; nobody is asked twice for the same."""
    rows = RoutingDecision.objects.filter(crossing__in=crossing_ids, outcome=Outcome.ASK)
    return set(rows.values_list("crossing", flat=True))


def of_lead(lead: Lead) -> QuerySet[RoutingDecision]:
    """The decisions of a lead, newest first."""
    return lead.routing_decisions.select_related("team", "rep").order_by("-id")
