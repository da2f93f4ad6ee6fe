"""Whose leads a person may see: the policy table as a queryset filter. A foreign id is a 404."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Manager, OuterRef, Q, QuerySet
from django.http import Http404

from accounts import policy
from accounts.models import ApiKey, User
from leads.models import Lead

Principal = User | ApiKey


def visible(principal: Principal, action: str = "lead.view") -> QuerySet[Lead]:
    """The leads that `principal` may do `action` with: for a team, those it owns or was ever handed."""
    return _visible(principal, action, lambda user: Q(owner=user) | Q(Exists(_handed(user))))


def listed(principal: Principal, action: str = "lead.view") -> QuerySet[Lead]:
    """The same leads as visible(), asked as one set of ids: quick for a list out of all leads, where a
    question for each row would cost more than the rows; visible() is quick for a known lead."""
    return _visible(principal, action, lambda user: Q(pk__in=_ids(user)))


def sees_all(principal: Principal, action: str = "lead.view") -> bool:
    return policy.scope(principal, action) is policy.Scope.ALL


def _visible(principal: Principal, action: str, mine: Callable[[User], Q]) -> QuerySet[Lead]:
    living = Lead.objects.filter(merged_into=None)
    scope = policy.scope(principal, action)
    if scope is policy.Scope.ALL:
        return living
    if scope is policy.Scope.NONE or not isinstance(principal, User):
        return living.none()
    if scope is policy.Scope.OWN:
        return living.filter(owner=principal)
    return living.filter(mine(principal))


def _ids(user: User) -> QuerySet[Any]:
    handed = _through().filter(team_id__in=user.teams.values("pk")).values("lead_id")
    return Lead.objects.filter(owner=user).values("pk").union(handed)


def _through() -> Manager[Any]:
    through: Manager[Any] = Lead.handed_to.through._default_manager
    return through


def _handed(user: User) -> QuerySet[Any]:
    through = Lead.handed_to.through._default_manager
    return through.filter(lead_id=OuterRef("pk"), team_id__in=user.teams.values("pk"))


def lead_or_404(principal: Principal, public_id: uuid.UUID, action: str = "lead.view") -> Lead:
    """The lead with this public id, with its score, owner, team and company; or 404. Of a lead that went up in
    another the other one is given: look at its public id. An erased lead can be looked at, since numbers lead
    there, and nothing else."""
    leads = visible(principal, action).select_related("score", "owner", "team", "company")
    into = Lead.objects.filter(public_id=public_id).values("merged_into")
    lead = leads.filter(public_id=public_id).first() or leads.filter(pk__in=into).first()
    if lead is None or (lead.erased_at and action not in ("lead.view", "report.view")):
        raise Http404
    return lead
