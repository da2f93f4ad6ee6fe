"""Whose handoffs a person may see and work: the policy table as a queryset filter."""

import uuid

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts import policy
from accounts.models import ApiKey, User
from handoff.models import Handoff

Principal = User | ApiKey


def visible(principal: Principal, action: str = "handoff.view") -> QuerySet[Handoff]:
    """The handoffs that `principal` may do `action` with: those of one's teams, and one's own."""
    scope = policy.scope(principal, action)
    if scope is policy.Scope.ALL:
        return Handoff.objects.all()
    if scope is policy.Scope.NONE or not isinstance(principal, User):
        return Handoff.objects.none()
    if scope is policy.Scope.OWN:
        return Handoff.objects.filter(owner=principal)
    teams = User.teams.through.objects.filter(user=principal).values("team")
    return Handoff.objects.filter(Q(owner=principal) | Q(team__in=teams))


def handoff_or_404(
    principal: Principal, public_id: uuid.UUID, action: str = "handoff.view"
) -> Handoff:
    """The handoff with this public id, with its lead, team and owner; or 404."""
    handoffs = visible(principal, action).select_related("lead__score", "team", "owner")
    return _one(handoffs.filter(public_id=public_id))


def bare_or_404(principal: Principal, public_id: uuid.UUID, action: str) -> Handoff:
    """The same with nothing but its number read, for a door at which most are turned away; or 404."""
    return _one(visible(principal, action).filter(public_id=public_id).only("pk"))


def _one(handoffs: QuerySet[Handoff]) -> Handoff:
    found = list(handoffs[:1])
    if not found:
        raise Http404
    return found[0]
