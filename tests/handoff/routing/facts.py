"""Facts of routing: rules, teams that share, people with limits, a lead that crossed."""

from typing import Any

from accounts import clock
from accounts.models import Role, Team, User
from handoff.models import Rep, RoutingRule, TeamRouting
from handoff.routing.deciding import decide
from handoff.routing.decision import Decision
from leads.models import Crossing, Lead
from tests import factories


def rule(name: str, *conditions: dict[str, Any], **over: Any) -> RoutingRule:
    """The next rule in order."""
    order = RoutingRule.objects.count() + 1
    return RoutingRule.objects.create(order=order, name=name, conditions=list(conditions), **over)


def where(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def shares(team: Team, strategy: str = "round_robin", **over: Any) -> Team:
    """The team offers its leads to its people."""
    TeamRouting.objects.update_or_create(team=team, defaults={"strategy": strategy, **over})
    return team


def rep(name: str, *teams: Team, role: str = Role.SDR, **takes: Any) -> User:
    """Somebody of these teams, with what they take."""
    user = factories.make_user(role, teams=list(teams), name=name)
    Rep.objects.create(user=user, **takes)
    return user


def crossing(
    lead: Lead | None = None, *, total: int = 60, band: str = "mql", **values: Any
) -> Crossing:
    """A crossing of a lead as the pipeline finds it, without what scoring would say of it."""
    lead = lead or factories.make_lead(**values)
    number = lead.crossings.count() + 1
    Lead.objects.filter(pk=lead.pk).update(stage="mql")
    lead.score.__class__.objects.filter(pk=lead.pk).update(stage="mql", crossings=number)
    return Crossing.objects.create(
        lead=lead, number=number, cause="activity", version=0, at=clock.now(), total=total, band=band,
        contributions=[],
    )  # fmt: skip


def decided(found: Crossing) -> Decision:
    return decide([found.pk], at=clock.now())[found.pk]
