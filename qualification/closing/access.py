"""Whose deals a person sees and works: those of the own teams, one's own, and to look at also what one's team passed
on."""

import uuid

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts import policy
from accounts.models import ApiKey, User
from leads.models import Lead
from leads.stages import Stage
from qualification.models import Opportunity, PassedSql

Principal = User | ApiKey


def visible(principal: Principal, action: str = "deal.view") -> QuerySet[Opportunity]:
    """The opportunities that `principal` may do `action` with."""
    found = Opportunity.objects.exclude(state=Opportunity.State.MERGED)
    return found.filter(_mine(principal, action))


def waiting(principal: Principal, action: str = "deal.view") -> QuerySet[PassedSql]:
    """SQLs with which nobody has opened anything yet."""
    return PassedSql.objects.filter(_mine(principal, action), ended_at=None)


def _mine(principal: Principal, action: str) -> Q:
    scope = policy.scope(principal, action)
    if scope is policy.Scope.ALL:
        return Q()
    if scope is policy.Scope.NONE or not isinstance(principal, User):
        return Q(pk__in=[])
    teams = principal.teams.values("pk")
    mine = Q(owner=principal) | Q(team__in=teams)
    return mine if action != "deal.view" else mine | Q(handoff__team__in=teams)


def deal_or_404(
    principal: Principal, public_id: uuid.UUID, action: str = "deal.view"
) -> Opportunity:
    """The opportunity with this public id, with its lead, stage, team and owner; or 404."""
    deals = visible(principal, action).select_related(
        "lead__score", "stage", "team", "owner", "reason", "outcome", "handoff"
    )
    deal = deals.filter(public_id=public_id).first()
    if deal is None:
        raise Http404
    return deal


def may_open(principal: Principal, lead: Lead) -> bool:
    """Whether this person may open an opportunity with the lead, if it stands where one can be opened."""
    scope = policy.scope(principal, "deal.work")
    if scope is policy.Scope.ALL:
        return True
    if scope is policy.Scope.NONE or not isinstance(principal, User):
        return False
    work = "deal.work"
    if any(
        rows.filter(lead=lead).exists()
        for rows in (waiting(principal, work), visible(principal, work))
    ):
        return True
    # A lead that no rep accepted, such as an SQL by score, or a customer: who owns it, or its team.
    passed = PassedSql.objects.filter(lead=lead, ended_at=None).exists()
    own = lead.owner_id == principal.pk or principal.teams.filter(pk=lead.team_id or 0).exists()
    return own and not passed and lead.stage in (Stage.SQL, Stage.CUSTOMER)
