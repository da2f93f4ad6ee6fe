"""The policy table at the doors of the API, where the framework has found out who asks."""

from typing import Any

from django.urls import resolve
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import policy
from leadhub.routes import OPEN, row_of


class PolicyPermission(BasePermission):
    """Asks the route table for the action, and the policy table whether it is allowed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        match = request.resolver_match or resolve(request.path_info)
        row = row_of(match.view_name)
        action = row.action(request.method or "GET") if row else None
        return action is not None and (action == OPEN or policy.allows(request.user, action))
