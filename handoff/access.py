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
    return Handoff.objects.filter(Q(owner=principal) | Q(team__in=principal.teams.values("pk")))


def handoff_or_404(
    principal: Principal, public_id: uuid.UUID, action: str = "handoff.view"
) -> Handoff:
    """The handoff with this public id, with its lead, team and owner; or 404."""
    handoffs = visible(principal, action).select_related("lead__score", "team", "owner")
    handoff = handoffs.filter(public_id=public_id).first()
    if handoff is None:
        raise Http404
    return handoff
